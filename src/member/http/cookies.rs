//! The two cookies of a browser: one holds a session, one says that the browser was here before.
//!
//! Over HTTPS they have the `__Host-` prefix (RFC 6265bis), which keeps other hosts from setting them; a browser
//! takes that prefix only over HTTPS. Pages cannot read them, and pages of others cannot have them sent.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieLife};

use crate::config::Config;

/// The longest life that browsers give a cookie.
pub(in crate::member) const DEVICE_DAYS: u64 = 400;

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub(super) enum Jar {
    /// The refresh token.
    Session,
    /// The token of the device.
    Device,
}

impl Jar {
    const fn name(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Self::Session, true) => "__Host-refresh",
            (Self::Session, false) => "rand-chat-refresh",
            (Self::Device, true) => "__Host-device",
            (Self::Device, false) => "rand-chat-device",
        }
    }

    /// What came with a request.
    pub(super) fn of(self, request: &HttpRequest, config: &Config) -> Option<String> {
        let cookie = request.cookie(self.name(config.http.is_https()))?;
        Some(cookie.value().to_owned())
    }

    /// The cookie that keeps this.
    pub(super) fn keep(self, token: String, config: &Config) -> Cookie<'static> {
        let is_https = config.http.is_https();
        let life = match self {
            Self::Session => {
                let seconds = i64::try_from(config.auth.refresh_token_s).unwrap_or(i64::MAX);
                CookieLife::seconds(seconds)
            }
            Self::Device => CookieLife::days(i64::try_from(DEVICE_DAYS).unwrap_or(i64::MAX)),
        };
        Cookie::build(self.name(is_https), token)
            .path("/")
            .http_only(true)
            .secure(is_https)
            .same_site(SameSite::Strict)
            .max_age(life)
            .finish()
    }

    /// The cookie that makes a browser forget it.
    pub(super) fn forget(self, config: &Config) -> Cookie<'static> {
        let mut gone = self.keep(String::new(), config);
        gone.make_removal();
        gone
    }
}
