//! Where keys are looked for, in the order of the AWS tools: the first place that knows some decides.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use tokio::fs;

use crate::config::{AwsVariables, ObjectsConfig, Secret};

use super::super::super::ObjectError;
use super::{Keys, shared_file};

/// How long an endpoint of the own host may take. Instances have it, others wait for nothing.
const HOST_WITHIN: Duration = Duration::from_secs(1);

/// Where keys are looked for.
pub(super) struct Chain {
    pub(super) aws: AwsVariables,
    pub(super) http: Client,
    pub(super) region: String,
    access_key_id: Secret,
    secret_access_key: Secret,
}

/// Keys, if there are some in this place.
pub(super) type Found = Result<Option<Keys>, ObjectError>;

impl Chain {
    pub(super) fn new(config: &ObjectsConfig, http: Client) -> Self {
        Self {
            aws: config.aws.clone(),
            http,
            region: config.region.clone(),
            access_key_id: config.access_key_id.clone(),
            secret_access_key: config.secret_access_key.clone(),
        }
    }

    /// The keys of the first place that has some.
    pub(super) async fn find(&self) -> Result<Keys, ObjectError> {
        if let Some(keys) = self.in_settings().or_else(|| self.in_environment()) {
            return Ok(keys);
        }
        if let Some(keys) = self.in_shared_file().await? {
            return Ok(keys);
        }
        if let Some(keys) = self.by_web_identity().await? {
            return Ok(keys);
        }
        if let Some(keys) = self.of_container().await? {
            return Ok(keys);
        }
        self.of_instance().await?.ok_or_else(|| {
            ObjectError::Refused(
                "no keys: set objects.access_key_id and objects.secret_access_key".to_owned(),
            )
        })
    }

    fn in_settings(&self) -> Option<Keys> {
        let (id, secret) = (self.access_key_id.expose(), self.secret_access_key.clone());
        (!id.is_empty()).then(|| Keys { id: id.to_owned(), secret, token: None, until: None })
    }

    fn in_environment(&self) -> Option<Keys> {
        Some(Keys {
            id: self.aws.get("AWS_ACCESS_KEY_ID")?.to_owned(),
            secret: self.aws.get("AWS_SECRET_ACCESS_KEY")?.into(),
            token: self.aws.get("AWS_SESSION_TOKEN").map(Into::into),
            until: None,
        })
    }

    async fn in_shared_file(&self) -> Found {
        let named = self.aws.get("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from);
        let at_home = || Some(Path::new(self.aws.get("HOME")?).join(".aws/credentials"));
        let Some(file) = named.or_else(at_home) else { return Ok(None) };
        match fs::read_to_string(&file).await {
            Ok(text) => {
                Ok(shared_file::keys_of(&text, self.aws.get("AWS_PROFILE").unwrap_or("default")))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ObjectError::Refused(format!("{}: {error}", file.display()))),
        }
    }
}

/// The text of a file that the variable `name` points to.
pub(super) async fn file_text(name: &str, file: &str) -> Result<String, ObjectError> {
    let text = fs::read_to_string(file).await;
    let text = text.map_err(|error| ObjectError::Refused(format!("{name} {file}: {error}")))?;
    Ok(text.trim().to_owned())
}

/// The answer of an endpoint of the own host. `whose` names it in errors.
pub(super) async fn ask_host(asking: RequestBuilder, whose: &str) -> Result<String, ObjectError> {
    answer_text(asking.timeout(HOST_WITHIN), whose).await
}

/// The answer to a request for keys.
pub(super) async fn answer_text(
    asking: RequestBuilder,
    whose: &str,
) -> Result<String, ObjectError> {
    let away = |error: reqwest::Error| {
        let error = anyhow::Error::new(error.without_url());
        ObjectError::Unavailable(format!("no keys from {whose}: {error:#}"))
    };
    let answer = asking.send().await.map_err(away)?;
    let status = answer.status();
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(ObjectError::Unavailable(format!("no keys from {whose}: {status}")));
    }
    if !status.is_success() {
        return Err(ObjectError::Refused(format!("no keys from {whose}: {status}")));
    }
    answer.text().await.map_err(away)
}
