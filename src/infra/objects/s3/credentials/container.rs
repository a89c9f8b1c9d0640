//! The endpoint that containers get keys from (ECS, and EKS Pod Identity).
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use std::net::IpAddr;

use reqwest::Url;

use super::super::super::ObjectError;
use super::KeysAnswer;
use super::chain::{Chain, Found, ask_host, file_text};

/// Where a relative address is meant.
const ECS: &str = "http://169.254.170.2";
/// Hosts that may be asked without TLS, besides the own one: those of ECS and of EKS.
const PLAIN: &[&str] = &["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

impl Chain {
    pub(super) async fn of_container(&self) -> Found {
        let relative = self.aws.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        let url = match (relative, self.aws.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            (Some(path), _) => format!("{ECS}{path}"),
            (None, Some(url)) => url.to_owned(),
            (None, None) => return Ok(None),
        };
        if !may_be_asked(&url) {
            return Err(ObjectError::Refused(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or lead to this host".to_owned(),
            ));
        }
        let mut asking = self.http.get(url);
        let token_file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        if let Some(file) = self.aws.get(token_file) {
            asking = asking.header("authorization", file_text(token_file, file).await?);
        } else if let Some(token) = self.aws.get("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            asking = asking.header("authorization", token);
        }
        let answer = ask_host(asking, "the container endpoint").await?;
        let keys: KeysAnswer = serde_json::from_str(&answer).map_err(|_| {
            ObjectError::Refused("the container endpoint does not answer with keys".to_owned())
        })?;
        Ok(Some(keys.into()))
    }
}

/// Keys travel in the clear only to hosts that no cable leads to.
fn may_be_asked(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or("").trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse().is_ok_and(|host: IpAddr| host.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && (here || PLAIN.contains(&host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_fetched_in_the_clear_only_from_the_own_host() {
        for url in [
            "http://169.254.170.2/v2/credentials/1",
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials",
            "http://127.0.0.1:51679/",
            "http://[::1]/",
            "http://localhost/",
            "https://keys.example/",
        ] {
            assert!(may_be_asked(url), "{url}");
        }
        for url in ["http://keys.example/", "http://10.0.0.1/", "file:///etc/passwd", "x", ""] {
            assert!(!may_be_asked(url), "{url}");
        }
    }
}
