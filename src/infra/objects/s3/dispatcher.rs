//! How a request of rusoto travels: addressed to the bucket, signed, and sent by the one HTTP client.

use std::io::{self, ErrorKind};

use futures_util::{TryStreamExt, stream};
use http02::{HeaderMap, StatusCode};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Client, Method, Response};
use rusoto_core::ByteStream;
use rusoto_core::credential::AwsCredentials;
use rusoto_core::request::{
    DispatchSignedRequest, DispatchSignedRequestFuture, HttpDispatchError, HttpResponse,
};
use rusoto_core::signature::{SignedRequest, SignedRequestPayload};

use super::credentials::Keys;
use super::place::Place;

/// Sends requests in the name of some keys. Cheap to clone.
#[derive(Clone)]
pub(super) struct Dispatcher {
    pub(super) http: Client,
    pub(super) place: Place,
    pub(super) keys: Keys,
    pub(super) bytes_max: usize,
}

impl DispatchSignedRequest for Dispatcher {
    fn dispatch(
        &self,
        request: SignedRequest,
        _: Option<std::time::Duration>,
    ) -> DispatchSignedRequestFuture {
        let this = self.clone();
        Box::pin(async move {
            let sent = this.send(request).await;
            sent.map_err(|error| HttpDispatchError::new(format!("{error:#}")))
        })
    }
}

impl Dispatcher {
    async fn send(self, mut request: SignedRequest) -> anyhow::Result<HttpResponse> {
        self.address(&mut request);
        // In one piece, so that the signature covers it, and so that its length goes before it.
        if let Some(SignedRequestPayload::Stream(parts)) = request.payload.take() {
            let parts: Vec<_> = parts.try_collect().await?;
            request.set_payload(Some(parts.concat()));
        }
        let Keys { id, secret, token, .. } = &self.keys;
        let token = token.as_ref().map(|token| token.expose().to_owned());
        request.sign(&AwsCredentials::new(id.as_str(), secret.expose(), token, None));

        let mut url = format!("{}{}", self.place.origin, request.canonical_path());
        if !request.canonical_query_string().is_empty() {
            url = format!("{url}?{}", request.canonical_query_string());
        }
        let mut asking = self.http.request(Method::from_bytes(request.method().as_bytes())?, url);
        for (name, values) in request.headers() {
            for value in values {
                asking = asking.header(name, value.as_slice());
            }
        }
        if let Some(SignedRequestPayload::Buffer(bytes)) = request.payload {
            asking = asking.body(bytes);
        }
        answer(asking.send().await.map_err(reqwest::Error::without_url)?, self.bytes_max)
    }

    /// rusoto always makes the bucket part of the path.
    fn address(&self, request: &mut SignedRequest) {
        let key = request.path.strip_prefix(&format!("/{}/", self.place.bucket));
        if let Some(path) = key.map(|key| self.place.path(key)) {
            request.path = path;
        }
        request.set_hostname(Some(self.place.host().to_owned()));
    }
}

/// Takes over what is used of an answer. Not all headers: rusoto panics if one of them is malformed.
fn answer(response: Response, bytes_max: usize) -> anyhow::Result<HttpResponse> {
    let mut headers = HeaderMap::<String>::with_capacity(2);
    for name in [CONTENT_TYPE, CONTENT_LENGTH] {
        if let Some(value) = response.headers().get(&name).and_then(|value| value.to_str().ok())
            && (name != CONTENT_LENGTH || value.parse::<i64>().is_ok())
        {
            let name: http02::HeaderName = name.as_str().parse()?;
            headers.insert(name, value.to_owned());
        }
    }
    let status = StatusCode::from_u16(response.status().as_u16())?;
    let parts = stream::try_unfold((response, bytes_max), |(mut body, left)| async move {
        let part = body.chunk().await.map_err(|error| io::Error::other(error.without_url()))?;
        let Some(part) = part else { return Ok(None) };
        let left = left.checked_sub(part.len()).ok_or(ErrorKind::FileTooLarge)?;
        Ok::<_, io::Error>(Some((part, (body, left))))
    });
    Ok(HttpResponse { status, headers, body: ByteStream::new(parts) })
}

#[cfg(test)]
mod tests {
    use rusoto_core::Region;

    use crate::config::Config;

    use super::*;

    fn addressed(path_style: &str) -> SignedRequest {
        let env = [("KIND", "s3"), ("ENDPOINT", "http://s3.example"), ("BUCKET", "pictures")];
        let env = env.into_iter().chain([("PATH_STYLE", path_style)]);
        let env = env.map(|(k, v)| (format!("RAND_CHAT__OBJECTS__{k}"), v.to_owned()));
        let place = Place::new(&Config::load(None, env).unwrap().objects);
        let keys = Keys { id: "id".to_owned(), secret: "secret".into(), token: None, until: None };
        let (name, endpoint) = (place.region.clone(), place.endpoint.clone());
        let region = Region::Custom { name, endpoint };
        let mut request = SignedRequest::new("GET", "s3", &region, "/pictures/pictures/a");
        Dispatcher { http: Client::new(), place, keys, bytes_max: 10 }.address(&mut request);
        request
    }

    #[test]
    fn the_bucket_of_rusoto_becomes_part_of_the_host_if_it_should() {
        let by_path = addressed("true");
        assert_eq!(
            (by_path.hostname(), by_path.path()),
            ("s3.example".to_owned(), "/pictures/pictures/a")
        );

        let by_host = addressed("false");
        assert_eq!(
            (by_host.hostname(), by_host.path()),
            ("pictures.s3.example".to_owned(), "/pictures/a")
        );
    }
}
