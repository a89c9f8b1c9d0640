//! Who asks: extractors that let a handler run only for those who may.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue, ORIGIN};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::base::{MemberId, SessionId};
use crate::infra::shared::{Key, Shared};

use super::{AccessClaims, Problem, ProblemCode, TokenError, TokenKeys};

const SEC_FETCH_SITE: &str = "sec-fetch-site";

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
        let claims = self.tokens.check_access(token).await.map_err(|error| match error {
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

    /// Whether a page with this origin is one of ours.
    #[must_use]
    pub fn has(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|ours| origin == ours.as_str())
    }

    /// Refuses a request that a page of somebody else made. Browsers say `Origin` then, or at least
    /// `Sec-Fetch-Site`; who says neither is no browser, or one that asks for itself.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let is_ours = match headers.get(ORIGIN) {
            Some(origin) => self.has(origin),
            // A sibling below the same domain is somebody else too, and gets `SameSite` cookies sent.
            None => headers
                .get(SEC_FETCH_SITE)
                .is_none_or(|site| site == "same-origin" || site == "none"),
        };
        if is_ours { Ok(()) } else { Err(Problem::new(ProblemCode::OriginNotAllowed)) }
    }
}

/// Shows that no page of somebody else made the request. Asked for by whatever gives, takes or ends a cookie.
#[derive(Clone, Copy, Debug)]
pub struct OurPage;

impl FromRequest for OurPage {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let checked = gate(request).and_then(|gate| gate.origins.check(request.headers()));
        ready(checked.map(|()| Self))
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
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate(request);
        let token = bearer(request).map(str::to_owned);
        Box::pin(async move {
            let token = token.ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))?;
            let checked = gate?.tokens.check_internal(&token).await;
            checked.map_err(|_| Problem::new(ProblemCode::Unauthenticated))?;
            Ok(Self)
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)]) -> Result<(), ProblemCode> {
        let origins = Origins::new(vec!["https://chat.example.com".to_owned()]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name.parse().unwrap(), HeaderValue::from_static(value));
        }
        origins.check(&map).map_err(|problem| problem.code())
    }

    #[test]
    fn our_pages_and_programs_may_and_pages_of_others_may_not() {
        let ours = ("origin", "https://chat.example.com");
        let site = |site| ("sec-fetch-site", site);
        for may in [
            &[][..],
            &[ours],
            &[ours, site("same-site")],
            &[ours, site("cross-site")],
            &[site("same-origin")],
            &[site("none")],
        ] {
            assert_eq!(check(may), Ok(()), "{may:?}");
        }
        for other in [
            &[site("cross-site")][..],
            &[site("same-site")],
            &[site("anything")],
            &[("origin", "null"), site("same-origin")],
            &[("origin", "https://evil.example.com"), site("same-site")],
            &[("origin", "https://chat.example.com:443")],
            &[("origin", "https://chat.example.com.evil.example")],
            &[("origin", "http://chat.example.com")],
        ] {
            assert_eq!(check(other), Err(ProblemCode::OriginNotAllowed), "{other:?}");
        }
    }
}
