//! A setting that is never shown.

use std::fs;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// A setting that is never shown: it prints as `***`.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the value from `file`, if one is named. `key` is the setting that it is the value of.
    pub(super) fn read_file(&mut self, key: &str, file: &Path, wrong: &mut Vec<String>) {
        if file.as_os_str().is_empty() {
            return;
        }
        if !self.expose().is_empty() {
            wrong.push(format!("{key} and {key}_file must not both be set"));
        }
        match fs::read_to_string(file) {
            Ok(text) => *self = text.trim().into(),
            Err(error) => {
                let file = file.display();
                wrong.push(format!(
                    "{key}_file must be a file this user may read, got {file}: {error}"
                ));
            }
        }
    }

    /// What it hides.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.expose().is_empty() { "" } else { "***" })
    }
}
