//! The headers on every answer that have browsers do less with it.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// For our own pages: nothing but our own files, no inline script, no text that turns into script. The one policy of
/// trusted types lets the page name its service worker (`web/src/state/shell.ts`).
const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:{images}; connect-src 'self' {sockets}; font-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types rand-chat";
/// For the page that shows the API, which styles itself inline.
const DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
/// For what is no page: whoever opens it as one gets nothing else.
const DATA: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What our pages may ask a device for: its place. All else that this header can turn off is off.
const PERMISSIONS: &str = "geolocation=(self), camera=(), microphone=(), display-capture=(), \
    payment=(), usb=(), serial=(), bluetooth=(), hid=(), midi=()";
/// Half a year over HTTPS only. Not for names below this one: they may not be ours.
const HTTPS_ONLY: &str = "max-age=15552000";

/// What they say for one service; by default, for one that has no pages.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    pages: HeaderValue,
    https: bool,
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self { pages: HeaderValue::from_static(DATA), https: false }
    }
}

impl SecurityHeaders {
    /// Of a service whose pages are seen at `public_url`, if that is known, and have images from there and from
    /// `images`, a `scheme://host[:port]`, if there is one.
    #[must_use]
    pub fn new(public_url: Option<&str>, images: Option<&str>) -> Self {
        let images = images.map_or_else(String::new, |origin| format!(" {origin}"));
        // Some browsers do not take 'self' for sockets too.
        let sockets = public_url
            .and_then(|url| url.strip_prefix("http"))
            .map_or_else(|| "ws: wss:".to_owned(), |rest| format!("ws{rest}"));
        let pages = PAGES.replace("{images}", &images).replace("{sockets}", &sockets);
        Self {
            pages: HeaderValue::from_str(&pages).unwrap_or(HeaderValue::from_static(DATA)),
            https: public_url.is_some_and(|url| url.starts_with("https://")),
        }
    }

    pub(super) fn put_on(&self, headers: &mut HeaderMap, path: &str) {
        let policy = if path.starts_with("/api/docs") {
            HeaderValue::from_static(DOCS)
        } else if path.starts_with("/api/") {
            HeaderValue::from_static(DATA)
        } else {
            self.pages.clone()
        };
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        if self.https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ONLY));
        }
        for (name, value) in [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, "no-referrer"),
            (HeaderName::from_static("permissions-policy"), PERMISSIONS),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(public_url: Option<&str>, images: Option<&str>) -> String {
        SecurityHeaders::new(public_url, images).pages.to_str().unwrap().to_owned()
    }

    #[test]
    fn pages_connect_to_their_own_host_once_it_is_known() {
        assert!(pages(None, None).contains("connect-src 'self' ws: wss:;"));
        let known = pages(Some("https://chat.example.com"), None);
        assert!(known.contains("connect-src 'self' wss://chat.example.com;"), "{known}");
    }

    #[test]
    fn pages_run_no_text_as_script() {
        let policy = pages(None, None);
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(
            policy.contains("require-trusted-types-for 'script'; trusted-types rand-chat"),
            "{policy}"
        );
    }

    #[test]
    fn pages_have_images_from_the_bucket_too() {
        let policy = pages(None, Some("https://s3.example.com"));
        assert!(policy.contains("img-src 'self' data: blob: https://s3.example.com;"), "{policy}");
    }

    #[test]
    fn only_a_service_over_https_asks_for_https() {
        for (url, asks) in [(None, false), (Some("http://a"), false), (Some("https://a"), true)] {
            let mut headers = HeaderMap::new();
            SecurityHeaders::new(url, None).put_on(&mut headers, "/");
            assert_eq!(headers.contains_key(STRICT_TRANSPORT_SECURITY), asks, "{url:?}");
        }
    }
}
