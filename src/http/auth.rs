//! Who asks: extractors that let a handler run only for those who may.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, ORIGIN};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::base::{MemberId, SessionId};
use crate::infra::shared::{Key, Shared};

use super::{AccessClaims, Problem, ProblemCode, TokenError, TokenKeys};

/// What it takes to know who asks. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    /// Checks tokens.
    pub tokens: TokenKeys,
    /// Knows which sessions have ended.
    pub shared: Shared,
    /// Whose pages may use sockets and cookies.
    pub origins: Origins,
}

impl Gate {
    /// Checks an access token and that its session has not ended.
    pub async fn admit(&self, token: &str) -> Result<AccessClaims, Problem> {
        let claims = self.tokens.check_access(token).map_err(|error| match error {
            TokenError::Expired => {
                Problem::new(ProblemCode::Unauthenticated).detail("the access token has expired")
            }
            TokenError::NotValid => Problem::new(ProblemCode::Unauthenticated),
        })?;
        let ended = self.shared.values.get(Key::EndedSession(claims.session)).await?;
        if ended.is_some() {
            return Err(Problem::new(ProblemCode::SessionEnded));
        }
        Ok(claims)
    }
}

/// The origins of our own pages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Origins(Arc<[String]>);

impl Origins {
    /// Exactly these, as `scheme://host:port`.
    #[must_use]
    pub fn new(origins: Vec<String>) -> Self {
        Self(origins.into())
    }

    /// Refuses a request that a page of somebody else made. A request without `Origin` is not made by
    /// a page of another site: browsers always send it then.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        match headers.get(ORIGIN).map(|origin| origin.to_str()) {
            None => Ok(()),
            Some(Ok(origin)) if self.0.iter().any(|ours| ours == origin) => Ok(()),
            Some(_) => Err(Problem::new(ProblemCode::OriginNotAllowed)),
        }
    }
}

/// The member whose access token came with the request.
#[derive(Clone, Copy, Debug)]
pub struct CurrentMember {
    /// Who.
    pub id: MemberId,
    /// Logged in how.
    pub session: SessionId,
}

impl FromRequest for CurrentMember {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate(request);
        let token = bearer(request).map(str::to_owned);
        Box::pin(async move {
            let token = token.ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))?;
            let claims = gate?.admit(&token).await?;
            Ok(Self { id: claims.member, session: claims.session })
        })
    }
}

/// Another role, proved by its internal token.
#[derive(Clone, Copy, Debug)]
pub struct InternalCaller;

impl FromRequest for InternalCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(gate(request).and_then(|gate| {
            bearer(request)
                .and_then(|token| gate.tokens.check_internal(token).ok())
                .map(|()| Self)
                .ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))
        }))
    }
}

fn gate(request: &HttpRequest) -> Result<Data<Gate>, Problem> {
    request.app_data::<Data<Gate>>().cloned().ok_or_else(|| {
        Problem::new(ProblemCode::Internal).cause(anyhow::anyhow!("this server has no gate"))
    })
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
