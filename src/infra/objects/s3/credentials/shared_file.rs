//! The shared credentials file, `~/.aws/credentials`: sections of `key = value`.
//! <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use super::Keys;

/// The keys of a profile, if the file has them.
pub(super) fn keys_of(file: &str, profile: &str) -> Option<Keys> {
    let (mut id, mut secret, mut token) = (None, None, None);
    let mut inside = false;
    for line in file.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            inside = section.split(']').next().map(str::trim) == Some(profile);
        } else if inside && let Some((key, value)) = line.split_once('=') {
            match key.trim() {
                "aws_access_key_id" => id = Some(value.trim()),
                "aws_secret_access_key" => secret = Some(value.trim()),
                "aws_session_token" => token = Some(value.trim()),
                _ => {}
            }
        }
    }
    let (id, secret) = (id?.to_owned(), secret?.into());
    Some(Keys { id, secret, token: token.map(Into::into), until: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "
# the usual one
[default]
aws_access_key_id = id-1
aws_secret_access_key=a=b/c+d==
region = ap-northeast-2

[ other ] ; another
; aws_access_key_id = not this
aws_access_key_id=id-2
aws_secret_access_key = secret-2
aws_session_token = token-2

[half]
aws_access_key_id = id-3
";

    #[test]
    fn each_profile_has_its_own_keys() {
        let usual = keys_of(FILE, "default").unwrap();
        assert_eq!((&*usual.id, usual.secret.expose()), ("id-1", "a=b/c+d=="));
        assert!(usual.token.is_none());

        let other = keys_of(FILE, "other").unwrap();
        assert_eq!((&*other.id, other.secret.expose()), ("id-2", "secret-2"));
        assert_eq!(other.token.unwrap().expose(), "token-2");
    }

    #[test]
    fn half_a_profile_is_none() {
        for profile in ["half", "nobody", ""] {
            assert!(keys_of(FILE, profile).is_none(), "{profile}");
        }
        assert!(keys_of("", "default").is_none());
    }
}
