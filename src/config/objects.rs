//! Section `[objects]`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Secret, at_least_one};

/// What AWS tools read from the environment, and so do we.
const AWS_VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "HOME",
];

/// Images and exports.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectsConfig {
    /// Where they are.
    pub kind: ObjectsKind,
    /// Largest object.
    pub bytes_max: usize,
    /// The S3 server; empty: AWS in that region.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The bucket, which must be there.
    pub bucket: String,
    /// What every name in the bucket begins with.
    pub prefix: String,
    /// Whether the bucket is the first part of the path, not of the host.
    pub path_style: bool,
    /// Who asks; empty: as the environment says.
    pub access_key_id: Secret,
    /// A file that says it.
    pub access_key_id_file: PathBuf,
    /// The key of who asks.
    pub secret_access_key: Secret,
    /// A file that holds it.
    pub secret_access_key_file: PathBuf,
    /// How long connecting may take.
    pub connect_within_ms: u64,
    /// How long one try may take.
    pub answer_within_ms: u64,
    /// How often a request is tried.
    pub tries: usize,
    /// What the environment says to everybody who uses AWS.
    #[serde(skip)]
    pub aws: AwsVariables,
}

/// Where objects are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectsKind {
    /// In the data folder.
    Folder,
    /// On a server that speaks S3.
    S3,
}

/// The variables of the environment that tell a program how to use AWS. Never shown.
#[derive(Clone, Debug, Default)]
pub struct AwsVariables(BTreeMap<String, Secret>);

impl AwsVariables {
    /// Those of them that are set.
    pub(super) fn among<'a>(env: impl IntoIterator<Item = (&'a String, &'a String)>) -> Self {
        let known = env.into_iter().filter(|(name, _)| AWS_VARIABLES.contains(&name.as_str()));
        Self(known.map(|(name, value)| (name.clone(), value.as_str().into())).collect())
    }

    /// The value of one, if it is set and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Secret::expose).filter(|value| !value.is_empty())
    }
}

impl ObjectsConfig {
    /// The S3 server, as `scheme://host[:port]`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let endpoint = match self.endpoint.trim_end_matches('/') {
            "" => return format!("https://s3.{}.amazonaws.com", self.region),
            endpoint => endpoint.to_ascii_lowercase(),
        };
        // A port that goes without saying is not said: clients leave it out of `Host`, which is signed.
        let usual = if endpoint.starts_with("https:") { ":443" } else { ":80" };
        endpoint.strip_suffix(usual).unwrap_or(&endpoint).to_owned()
    }

    /// Where links to objects lead, as `scheme://host[:port]`; none if to this service.
    #[must_use]
    pub fn link_origin(&self) -> Option<String> {
        if self.kind == ObjectsKind::Folder {
            return None;
        }
        let endpoint = self.endpoint();
        match endpoint.split_once("://") {
            Some((scheme, host)) if !self.path_style => {
                Some(format!("{scheme}://{}.{host}", self.bucket))
            }
            _ => Some(endpoint),
        }
    }

    /// How long connecting may take.
    #[must_use]
    pub const fn connect_within(&self) -> Duration {
        Duration::from_millis(self.connect_within_ms)
    }

    /// How long one try may take.
    #[must_use]
    pub const fn answer_within(&self) -> Duration {
        Duration::from_millis(self.answer_within_ms)
    }

    /// Takes keys from their files.
    pub(super) fn read_files(&mut self, wrong: &mut Vec<String>) {
        let Self { access_key_id_file, secret_access_key_file, .. } = self;
        self.access_key_id.read_file("objects.access_key_id", access_key_id_file, wrong);
        self.secret_access_key.read_file(
            "objects.secret_access_key",
            secret_access_key_file,
            wrong,
        );
    }

    pub(super) fn check(&self, wrong: &mut Vec<String>) {
        at_least_one(
            wrong,
            [
                ("objects.bytes_max", self.bytes_max as u64),
                ("objects.connect_within_ms", self.connect_within_ms),
                ("objects.answer_within_ms", self.answer_within_ms),
                ("objects.tries", self.tries as u64),
            ],
        );
        if self.kind == ObjectsKind::S3 {
            self.check_s3(wrong);
        }
    }

    fn check_s3(&self, wrong: &mut Vec<String>) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.bucket.is_empty() {
            wrong.push("objects.bucket must name a bucket, since objects.kind is s3".to_owned());
        } else if !self.bucket.chars().all(|c| plain(c) || c == '.') {
            let got = &self.bucket;
            wrong.push(format!("objects.bucket must have only a-z 0-9 - and ., got {got:?}"));
        }
        if self.region.is_empty() || !self.region.chars().all(plain) {
            let got = &self.region;
            wrong.push(format!("objects.region must be like \"us-east-1\", got {got:?}"));
        }
        if !is_server(&self.endpoint()) {
            let got = &self.endpoint;
            wrong.push(format!("objects.endpoint must be http(s)://host[:port], got {got:?}"));
        }
        let parts = self.prefix.strip_suffix('/').unwrap_or(&self.prefix);
        let part = |part: &str| {
            !part.is_empty() && !part.starts_with('.') && part.chars().all(|c| plain(c) || c == '.')
        };
        if !parts.is_empty() && !parts.split('/').all(part) {
            let got = &self.prefix;
            wrong.push(format!("objects.prefix must be like \"chat/live/\", got {got:?}"));
        }
        if self.access_key_id.expose().is_empty() != self.secret_access_key.expose().is_empty() {
            wrong.push(
                "objects.access_key_id and objects.secret_access_key must be set together, or \
                 neither, to use the credentials of the environment"
                    .to_owned(),
            );
        }
    }
}

/// Whether it is a scheme, a host and perhaps a port, and nothing more.
fn is_server(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    rest.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
}
