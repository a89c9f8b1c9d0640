//! The endpoint that EC2 instances get keys from (IMDSv2): a token first, then the role, then its keys.
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>

use super::super::super::ObjectError;
use super::KeysAnswer;
use super::chain::{Chain, Found, ask_host};

const ENDPOINT: &str = "http://169.254.169.254";
const ROLES: &str = "latest/meta-data/iam/security-credentials";
const WHOSE: &str = "the settings, the environment or the instance (set objects.access_key_id and \
    objects.secret_access_key)";

impl Chain {
    pub(super) async fn of_instance(&self) -> Found {
        let disabled = self.aws.get("AWS_EC2_METADATA_DISABLED");
        if disabled.is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let endpoint = self.aws.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or(ENDPOINT);
        let base = endpoint.trim_end_matches('/');
        let asking = self
            .http
            .put(format!("{base}/latest/api/token"))
            .header("x-aws-ec2-metadata-token-ttl-seconds", "60");
        let token = ask_host(asking, WHOSE).await?;
        let ask = |path: String| {
            let asking = self.http.get(format!("{base}/{path}"));
            ask_host(asking.header("x-aws-ec2-metadata-token", &token), "the role of the instance")
        };
        let roles = ask(format!("{ROLES}/")).await?;
        let role = roles.lines().next().unwrap_or("").trim();
        let answer = ask(format!("{ROLES}/{role}")).await?;
        let keys: KeysAnswer = serde_json::from_str(&answer).map_err(|_| {
            ObjectError::Refused(format!("the role {role:?} of the instance gives no keys"))
        })?;
        Ok(Some(keys.into()))
    }
}
