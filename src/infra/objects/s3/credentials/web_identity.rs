//! Keys for a token that another service signed (IAM roles for service accounts on EKS, and alike).
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use crate::base::Timestamp;

use super::super::super::ObjectError;
use super::super::presign::encode;
use super::super::xml::text_of;
use super::Keys;
use super::chain::{Chain, Found, answer_text, file_text};

const FORM: &str = "application/x-www-form-urlencoded";

impl Chain {
    pub(super) async fn by_web_identity(&self) -> Found {
        let token_file = "AWS_WEB_IDENTITY_TOKEN_FILE";
        let set = self.aws.get(token_file).zip(self.aws.get("AWS_ROLE_ARN"));
        let Some((file, role)) = set else { return Ok(None) };
        // Read each time: the token is renewed, too.
        let token = file_text(token_file, file).await?;
        let session = self.aws.get("AWS_ROLE_SESSION_NAME").unwrap_or("rand-chat");
        let usual = format!("https://sts.{}.amazonaws.com", self.region);
        let endpoint = self.aws.get("AWS_ENDPOINT_URL_STS").unwrap_or(&usual);
        let form = format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName={}\
             &WebIdentityToken={}",
            encode(role),
            encode(session),
            encode(&token)
        );
        let asking = self.http.post(endpoint).header(CONTENT_TYPE, FORM).body(form);
        let answer = answer_text(asking, "the role of AWS_ROLE_ARN").await?;
        let keys = keys_of(&answer).ok_or_else(|| {
            ObjectError::Refused("the role of AWS_ROLE_ARN gives no keys".to_owned())
        })?;
        Ok(Some(keys))
    }
}

fn keys_of(xml: &str) -> Option<Keys> {
    let expiration: StrDeserializer<'_, Error> = text_of(xml, "Expiration")?.into_deserializer();
    Some(Keys {
        id: text_of(xml, "AccessKeyId")?.to_owned(),
        secret: text_of(xml, "SecretAccessKey")?.into(),
        token: Some(text_of(xml, "SessionToken")?.into()),
        until: Some(Timestamp::deserialize(expiration).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <SessionToken>to/ken+=</SessionToken>
      <SecretAccessKey>secret</SecretAccessKey>
      <Expiration>2026-11-25T06:00:00Z</Expiration>
      <AccessKeyId>id</AccessKeyId>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>"#;

    #[test]
    fn the_keys_of_a_role_expire() {
        let keys = keys_of(ANSWER).unwrap();

        assert_eq!((&*keys.id, keys.secret.expose()), ("id", "secret"));
        assert_eq!(keys.token.unwrap().expose(), "to/ken+=");
        assert_eq!(keys.until.unwrap().to_string(), "2026-11-25T06:00:00.000Z");
    }

    #[test]
    fn half_an_answer_is_none() {
        for element in ["SessionToken", "SecretAccessKey", "Expiration", "AccessKeyId"] {
            assert!(keys_of(&ANSWER.replace(element, "Other")).is_none(), "{element}");
        }
        assert!(keys_of(&ANSWER.replace("2026-11-25", "soon")).is_none());
    }
}
