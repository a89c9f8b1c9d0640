//! Where the keys for S3 come from: each place in turn, with the real server to prove them.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex};

use chrono::{SecondsFormat, TimeDelta, Utc};
use rand_chat::infra::objects::{ObjectError, ObjectStore};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::on_s3;
use crate::objects::{WEBP, open};

/// The settings without keys, and the keys.
fn without_keys() -> (Vec<(&'static str, String)>, String, String) {
    let mut settings = on_s3();
    let mut take = |key: &str| {
        let index = settings.iter().position(|(name, _)| *name == key).unwrap();
        settings.remove(index).1
    };
    let (id, secret) = (take("objects__access_key_id"), take("objects__secret_access_key"));
    (settings, id, secret)
}

fn open_with(variables: &[(&str, &str)]) -> Arc<dyn ObjectStore> {
    let (settings, ..) = without_keys();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    open(&settings, variables)
}

async fn works(store: &Arc<dyn ObjectStore>) {
    store.put("a", b"face".to_vec(), WEBP).await.unwrap();
    assert_eq!(store.get("a").await.unwrap().unwrap().bytes, b"face");
}

#[derive(Clone, Debug)]
struct Asked {
    line: String,
    headers: HashMap<String, String>,
    body: String,
}

/// What stands at the addresses that AWS gives keys out from.
#[derive(Clone)]
struct KeyGiver {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl KeyGiver {
    /// Gives out keys that are good for so long.
    async fn start(id: String, secret: String, life: TimeDelta) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let giver = Self { url, asked: Arc::default() };
        let this = giver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                this.answer(stream, &id, &secret, life).await;
            }
        });
        giver
    }

    async fn answer(&self, stream: TcpStream, id: &str, secret: &str, life: TimeDelta) {
        let mut stream = BufReader::new(stream);
        let Some(asked) = read(&mut stream).await else { return };
        let until = (now() + life).to_rfc3339_opts(SecondsFormat::Secs, true);
        let token_is_shown =
            asked.headers.get("x-aws-ec2-metadata-token").is_some_and(|t| t == "T");
        let body = match asked.line.as_str() {
            "PUT /latest/api/token" => "T".to_owned(),
            "GET /latest/meta-data/iam/security-credentials/" if token_is_shown => {
                "chat".to_owned()
            }
            "POST /" => format!(
                "<R><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{secret}\
                 </SecretAccessKey><SessionToken>t</SessionToken><Expiration>{until}</Expiration>\
                 </Credentials></R>"
            ),
            "GET /latest/meta-data/iam/security-credentials/chat" if !token_is_shown => {
                String::new()
            }
            _ => json!({"AccessKeyId": id, "SecretAccessKey": secret, "Token": "t",
                "Expiration": until})
            .to_string(),
        };
        self.asked.lock().unwrap().push(asked);
        let status = if body.is_empty() { "401 Unauthorized" } else { "200 OK" };
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close");
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.unwrap();
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the life of keys is measured by the machine's clock"
)]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Asked> {
    let (mut first, mut headers) = (String::new(), HashMap::new());
    stream.read_line(&mut first).await.ok()?;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok()?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let line = first.rsplit_once(' ')?.0.to_owned();
    Some(Asked { line, headers, body: String::from_utf8(body).ok()? })
}

#[tokio::test]
async fn keys_come_from_the_environment() {
    let (_, id, secret) = without_keys();
    let variables = [("AWS_ACCESS_KEY_ID", &*id), ("AWS_SECRET_ACCESS_KEY", &secret)];

    works(&open_with(&variables)).await;
}

#[tokio::test]
async fn keys_come_from_the_shared_file_at_home_or_elsewhere() {
    let (_, id, secret) = without_keys();
    let home = tempfile::tempdir().unwrap();
    let text = format!("[chat]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    fs::create_dir(home.path().join(".aws")).unwrap();
    fs::write(home.path().join(".aws/credentials"), &text).unwrap();
    fs::write(home.path().join("elsewhere"), &text).unwrap();
    let elsewhere = home.path().join("elsewhere").display().to_string();

    let profile = ("AWS_PROFILE", "chat");
    works(&open_with(&[("HOME", home.path().to_str().unwrap()), profile])).await;
    works(&open_with(&[("AWS_SHARED_CREDENTIALS_FILE", &elsewhere), profile])).await;
}

#[tokio::test]
async fn keys_come_from_a_role_for_a_token_of_another_service() {
    let (_, id, secret) = without_keys();
    let giver = KeyGiver::start(id, secret, TimeDelta::hours(1)).await;
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, "a.b=.c\n").unwrap();

    works(&open_with(&[
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/chat"),
        ("AWS_ENDPOINT_URL_STS", &giver.url),
    ]))
    .await;

    let asked = giver.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15\
        &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fchat&RoleSessionName=rand-chat\
        &WebIdentityToken=a.b%3D.c";
    assert_eq!(asked[0].body, form);
}

#[tokio::test]
async fn keys_come_from_the_endpoint_of_the_container() {
    let (_, id, secret) = without_keys();
    let giver = KeyGiver::start(id, secret, TimeDelta::hours(1)).await;

    works(&open_with(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/v2/keys", giver.url)),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"),
    ]))
    .await;

    let asked = giver.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(
        (&*asked[0].line, &*asked[0].headers["authorization"]),
        ("GET /v2/keys", "Basic abc")
    );
}

#[tokio::test]
async fn keys_come_from_the_instance_once_until_shortly_before_they_expire() {
    let (_, id, secret) = without_keys();
    // Three requests for one set of keys; two calls of the store.
    for (life, requests) in [(TimeDelta::hours(6), 3), (TimeDelta::minutes(4), 6)] {
        let giver = KeyGiver::start(id.clone(), secret.clone(), life).await;

        works(&open_with(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &giver.url)])).await;

        let asked = giver.asked();
        assert_eq!(asked.len(), requests, "{asked:?}");
        let seconds = &asked[0].headers["x-aws-ec2-metadata-token-ttl-seconds"];
        assert!(seconds.parse::<u32>().unwrap() > 0);
    }
}

#[tokio::test]
async fn without_keys_anywhere_the_error_names_the_setting() {
    let refused = open_with(&[("AWS_EC2_METADATA_DISABLED", "true")]).get("a").await.unwrap_err();
    assert!(matches!(refused, ObjectError::Refused(_)), "{refused}");
    assert!(refused.to_string().contains("objects.access_key_id"), "{refused}");

    let nobody = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1");
    let away = open_with(&[nobody]).get("a").await.unwrap_err();
    assert!(away.is_passing(), "{away}");
    assert!(away.to_string().contains("objects.access_key_id"), "{away}");
}
