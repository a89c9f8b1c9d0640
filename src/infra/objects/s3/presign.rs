//! Links to objects on S3: AWS Signature Version 4 in the query string.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use std::fmt::Write;

use chrono::DateTime;
use sha2::{Digest, Sha256};

use crate::base::Timestamp;

use super::super::hmac;
use super::credentials::Keys;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a link allows: to `GET` one object, in the name of some keys, for some time.
pub(super) struct LinkRequest<'a> {
    /// `scheme://host`, as clients say it.
    pub(super) origin: &'a str,
    /// As they say it in `Host`.
    pub(super) host: &'a str,
    /// Needs no encoding: names are of characters that stand for themselves.
    pub(super) path: &'a str,
    pub(super) region: &'a str,
    pub(super) keys: &'a Keys,
    pub(super) now: Timestamp,
    pub(super) life_s: i64,
}

/// The signed link.
pub(super) fn presign(asked: &LinkRequest<'_>) -> String {
    let LinkRequest { origin, host, path, region, keys, now, life_s } = asked;
    let now = DateTime::from_timestamp(now.as_seconds(), 0).unwrap_or_default();
    let (day, time) = (now.format("%Y%m%d").to_string(), now.format("%Y%m%dT%H%M%SZ").to_string());
    let scope = format!("{day}/{region}/s3/aws4_request");

    // In the order of the alphabet, as the signature wants them.
    let mut query = format!(
        "X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={}&X-Amz-Date={time}&X-Amz-Expires={life_s}",
        encode(&format!("{}/{scope}", keys.id))
    );
    if let Some(token) = &keys.token {
        query = format!("{query}&X-Amz-Security-Token={}", encode(token.expose()));
    }
    let query = format!("{query}&X-Amz-SignedHeaders=host");

    let request = format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
    let digest = hex::encode(Sha256::digest(request));
    let to_sign = format!("{ALGORITHM}\n{time}\n{scope}\n{digest}");
    let first = format!("AWS4{}", keys.secret.expose());
    let key = [&*day, region, "s3", "aws4_request"]
        .iter()
        .fold(first.into_bytes(), |key, part| hmac::code(&key, part).to_vec());
    format!("{origin}{path}?{query}&X-Amz-Signature={}", hex::encode(hmac::code(&key, &to_sign)))
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
pub(super) fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of the examples in the documentation of AWS.
    fn example_keys(token: Option<&str>) -> Keys {
        Keys {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            token: token.map(Into::into),
            until: None,
        }
    }

    fn example(keys: &Keys) -> String {
        presign(&LinkRequest {
            origin: "https://examplebucket.s3.amazonaws.com",
            host: "examplebucket.s3.amazonaws.com",
            path: "/test.txt",
            region: "us-east-1",
            keys,
            // 2013-05-24 00:00 UTC
            now: Timestamp::from_micros(1_369_353_600_000_000),
            life_s: 86_400,
        })
    }

    /// "Authenticating Requests: Using Query Parameters", the example at the end:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
    #[test]
    fn the_example_of_aws_is_signed_as_aws_signs_it() {
        assert_eq!(
            example(&example_keys(None)),
            "https://examplebucket.s3.amazonaws.com/test.txt\
             ?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
    }

    #[test]
    fn the_token_of_passing_keys_is_part_of_the_link_and_of_the_signature() {
        let plain = example(&example_keys(None));
        let link = example(&example_keys(Some("a+b/c=")));

        assert!(link.contains("&X-Amz-Security-Token=a%2Bb%2Fc%3D&X-Amz-SignedHeaders="), "{link}");
        assert_ne!(plain.rsplit('=').next(), link.rsplit('=').next());
    }
}
