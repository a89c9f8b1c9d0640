//! Reads the settings, once, and refuses to start with wrong ones.
//!
//! Later sources win: `config/default.toml` (built in), the file given with `--config`, then
//! environment variables such as `RAND_CHAT__HTTP__PORT`. One struct per section; the meaning of
//! every key stands in `config/default.toml`.

mod auth;
mod chat;
mod http;
mod images;
mod log;
mod mail;
mod matching;
mod member;
mod objects;
mod postgres;
mod redis;
mod safety;
mod secret;
mod shutdown;
mod storage;
mod ws_gateway;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::auth::AuthConfig;
pub use self::chat::{ChatConfig, ChatWriterConfig};
pub use self::http::{HttpConfig, InternalConfig};
pub use self::images::ImagesConfig;
pub use self::log::{LogConfig, LogFormat};
pub use self::mail::{MailConfig, MailKind, MailSecurity};
pub use self::matching::MatchingConfig;
pub use self::member::MemberConfig;
pub use self::objects::{AwsVariables, ObjectsConfig, ObjectsKind};
pub use self::postgres::PostgresConfig;
pub use self::redis::RedisConfig;
pub use self::safety::SafetyConfig;
pub use self::secret::Secret;
pub use self::shutdown::ShutdownConfig;
pub use self::storage::StorageConfig;
pub use self::ws_gateway::WsGatewayConfig;

const DEFAULTS: &str = include_str!("../../config/default.toml");
const ENV_PREFIX: &str = "RAND_CHAT";
/// Keys whose values stay texts, whatever they look like: `0123` is no number.
const TEXTS: &[&str] = &[
    "objects.access_key_id",
    "objects.secret_access_key",
    "objects.bucket",
    "objects.prefix",
    "mail.username",
    "mail.password",
];

/// Keys whose values are lists: in the environment, separated by commas.
const LISTS: &[&str] = &[
    "http.allowed_origins",
    "http.trusted_proxies",
    "internal.chat_writers",
    "matching.distances_km",
    "matching.exclusions_s",
    "matching.pauses_s",
    "redis.urls",
];

/// All settings, already checked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The public listener.
    pub http: HttpConfig,
    /// The second listener and the way to other nodes.
    pub internal: InternalConfig,
    /// What is logged.
    pub log: LogConfig,
    /// The embedded stores.
    pub storage: StorageConfig,
    /// The relational database on `PostgreSQL`.
    pub postgres: PostgresConfig,
    /// Shared state on Redis.
    pub redis: RedisConfig,
    /// Images and exports.
    pub objects: ObjectsConfig,
    /// Pictures that members send.
    pub images: ImagesConfig,
    /// Tokens and password hashes.
    pub auth: AuthConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// Accounts.
    pub member: MemberConfig,
    /// Matching.
    pub matching: MatchingConfig,
    /// Sockets.
    pub ws_gateway: WsGatewayConfig,
    /// Rooms and messages.
    pub chat: ChatConfig,
    /// Moving messages to the database.
    pub chat_writer: ChatWriterConfig,
    /// Reports.
    pub safety: SafetyConfig,
    /// How to leave.
    pub shutdown: ShutdownConfig,
}

/// Why the settings are not usable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A source cannot be read, a key is unknown, or a value has the wrong type.
    #[error("settings: {0}")]
    Malformed(#[from] config::ConfigError),
    /// Values that cannot work; all of them, not only the first.
    #[error("settings: {}", .0.join("; "))]
    Invalid(Vec<String>),
}

impl Config {
    /// Reads and checks the settings. `env` is the environment, so that tests need not change it.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut sources = config::Config::builder()
            .add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml));
        if let Some(path) = file {
            sources = sources.add_source(config::File::from(path).format(config::FileFormat::Toml));
        }
        let mut env: HashMap<String, String> = env.into_iter().collect();
        for key in TEXTS {
            let variable = format!("{ENV_PREFIX}__{}", key.to_uppercase().replace('.', "__"));
            sources = sources.set_override_option(*key, env.remove(&variable))?;
        }
        let aws = AwsVariables::among(&env);
        let mut environment = config::Environment::with_prefix(ENV_PREFIX)
            .prefix_separator("__")
            .separator("__")
            .list_separator(",")
            .try_parsing(true)
            .source(Some(env));
        for list in LISTS {
            environment = environment.with_list_parse_key(list);
        }
        let mut config: Self = sources.add_source(environment).build()?.try_deserialize()?;
        config.objects.aws = aws;
        config.check()?;
        Ok(config)
    }

    /// Where the keys of tokens are.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        if self.auth.keys_dir.as_os_str().is_empty() {
            self.storage.data_dir.join("keys")
        } else {
            self.auth.keys_dir.clone()
        }
    }

    /// The settings in force, as TOML-like `section.key = value` lines. Secrets print as `***`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Ok(serde_json::Value::Object(sections)) = serde_json::to_value(self) {
            for (section, keys) in &sections {
                for (key, value) in keys.as_object().into_iter().flatten() {
                    lines.push(format!("{section}.{key} = {value}"));
                }
            }
        }
        lines
    }

    fn check(&mut self) -> Result<(), ConfigError> {
        let mut wrong = Vec::new();
        self.postgres.read_files(&mut wrong);
        self.redis.read_files(&mut wrong);
        self.objects.read_files(&mut wrong);
        self.mail.read_files(&mut wrong);
        self.http.check(&mut wrong);
        self.internal.check(&mut wrong);
        self.storage.check(&mut wrong);
        self.postgres.check(&mut wrong);
        self.redis.check(&mut wrong);
        self.objects.check(&mut wrong);
        self.images.check(&mut wrong);
        self.auth.check(&mut wrong);
        self.mail.check(&mut wrong);
        self.member.check(&mut wrong);
        self.matching.check(&mut wrong);
        self.ws_gateway.check(&mut wrong);
        self.chat.check(&mut wrong);
        self.chat_writer.check(&mut wrong);
        self.safety.check(&mut wrong);
        self.shutdown.check(&mut wrong);
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(wrong)) }
    }
}

/// Complains about each of `values` that is zero.
fn at_least_one<const N: usize>(wrong: &mut Vec<String>, values: [(&str, u64); N]) {
    for (key, value) in values {
        if value == 0 {
            wrong.push(format!("{key} must be at least 1, got 0"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::load(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(load(&[]).unwrap().http.port, 8080);
    }

    #[test]
    fn the_environment_wins_over_the_defaults() {
        let config = load(&[
            ("RAND_CHAT__HTTP__PORT", "0"),
            ("RAND_CHAT__HTTP__ALLOWED_ORIGINS", "https://a.example,https://b.example"),
        ])
        .unwrap();

        assert_eq!(config.http.port, 0);
        assert_eq!(config.http.allowed_origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let config = load(&[("RAND_CHAT__MATCHING__DISTANCES_KM", "1,20")]).unwrap();
        assert_eq!(config.matching.distances_km, [1, 20]);
    }

    #[test]
    fn addresses_with_passwords_come_from_files_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
            folder.path().join(name).display().to_string()
        };
        let database = file("database", "postgres://a:secret@b/c\n");
        let redis = file("redis", "redis://:secret@a\nredis://:secret@b\n");
        let config = load(&[
            ("RAND_CHAT__POSTGRES__URL_FILE", &database),
            ("RAND_CHAT__REDIS__URLS_FILE", &redis),
            ("RAND_CHAT__REDIS__CLUSTER", "true"),
        ])
        .unwrap();
        assert_eq!(config.postgres.url.expose(), "postgres://a:secret@b/c");
        assert_eq!(config.redis.urls.len(), 2);
        assert!(config.lines().iter().all(|line| !line.contains("secret@")));

        let both = [
            ("RAND_CHAT__POSTGRES__URL_FILE", &*database),
            ("RAND_CHAT__POSTGRES__URL", "postgres://a/b"),
        ];
        let error = load(&both).unwrap_err().to_string();
        assert!(error.contains("must not both be set"), "{error}");
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let error = load(&[("RAND_CHAT__HTTP__PROT", "1")]).unwrap_err().to_string();
        assert!(error.contains("prot"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused() {
        let error = load(&[("RAND_CHAT__HTTP__PORT", "many")]).unwrap_err().to_string();
        assert!(error.contains("many") && error.contains("port"), "{error}");
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let error = load(&[
            ("RAND_CHAT__STORAGE__READERS", "0"),
            ("RAND_CHAT__WS_GATEWAY__PONG_WITHIN_MS", "60000"),
        ])
        .unwrap_err();

        insta::assert_snapshot!(error, @"settings: storage.readers must be at least 1, got 0; ws_gateway.pong_within_ms (60000) must be less than ws_gateway.heartbeat_ms (12000)");
    }

    fn s3(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let all = [("KIND", "s3"), ("BUCKET", "0123")].iter().chain(more);
        let all = all.map(|(k, v)| (format!("RAND_CHAT__OBJECTS__{k}"), (*v).to_owned()));
        Config::load(None, all)
    }

    #[test]
    fn keys_are_texts_even_if_they_look_like_numbers_and_are_never_shown() {
        let config = s3(&[("ACCESS_KEY_ID", "0042"), ("SECRET_ACCESS_KEY", "1e5")]).unwrap();

        assert_eq!(config.objects.bucket, "0123");
        assert_eq!(config.objects.access_key_id.expose(), "0042");
        assert_eq!(config.objects.secret_access_key.expose(), "1e5");
        let shown = format!("{config:?} {}", config.lines().join("\n"));
        assert!(!shown.contains("0042") && !shown.contains("1e5"), "{shown}");
        assert!(shown.contains(r#"objects.secret_access_key = "***""#), "{shown}");
    }

    #[test]
    fn a_key_can_come_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "from-a-file\n").unwrap();
        let file = file.to_str().unwrap();

        let read = [("ACCESS_KEY_ID", "id"), ("SECRET_ACCESS_KEY_FILE", file)];
        assert_eq!(s3(&read).unwrap().objects.secret_access_key.expose(), "from-a-file");

        let twice = [("SECRET_ACCESS_KEY", "x"), ("SECRET_ACCESS_KEY_FILE", file)];
        let error = s3(&twice).unwrap_err().to_string();
        assert!(error.contains("must not both be set"), "{error}");
        let error = s3(&[("ACCESS_KEY_ID_FILE", "/nowhere/at/all")]).unwrap_err().to_string();
        assert!(error.contains("objects.access_key_id_file must be a file"), "{error}");
    }

    #[test]
    fn what_s3_cannot_work_with_is_named_with_its_cure() {
        let error = s3(&[
            ("BUCKET", "My Bucket"),
            ("REGION", ""),
            ("ENDPOINT", "minio:9000"),
            ("PREFIX", "/a"),
            ("ACCESS_KEY_ID", "id"),
        ]);

        insta::assert_snapshot!(error.unwrap_err().to_string().replace("; ", "\n"), @r#"
        settings: objects.bucket must have only a-z 0-9 - and ., got "My Bucket"
        objects.region must be like "us-east-1", got ""
        objects.endpoint must be http(s)://host[:port], got "minio:9000"
        objects.prefix must be like "chat/live/", got "/a"
        objects.access_key_id and objects.secret_access_key must be set together, or neither, to use the credentials of the environment
        "#);
        assert!(load(&[("RAND_CHAT__OBJECTS__BUCKET", "My Bucket")]).is_ok(), "not in use");
    }

    fn smtp(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let all = [("KIND", "smtp")].iter().chain(more);
        let all = all.map(|(k, v)| (format!("RAND_CHAT__MAIL__{k}"), (*v).to_owned()));
        Config::load(None, all)
    }

    #[test]
    fn a_mail_server_is_asked_as_the_settings_say() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "0042\n").unwrap();
        let config = smtp(&[
            ("HOST", "smtp.example.com"),
            ("USERNAME", "1e5"),
            ("PASSWORD_FILE", file.to_str().unwrap()),
            ("FROM", "rand-chat <no-reply@example.com>"),
        ])
        .unwrap();

        assert_eq!((&*config.mail.username, config.mail.password.expose()), ("1e5", "0042"));
        assert_eq!(config.mail.security, MailSecurity::StartTls);
        assert!(!config.lines().join("\n").contains("0042"));
    }

    #[test]
    fn what_smtp_cannot_work_with_is_named_with_its_cure() {
        let error = smtp(&[
            ("PORT", "0"),
            ("SECURITY", "none"),
            ("PASSWORD", "secret"),
            ("FROM", "no-reply"),
            ("CONNECTIONS", "0"),
        ]);

        insta::assert_snapshot!(error.unwrap_err().to_string().replace("; ", "\n"), @r#"
        settings: mail.connections must be at least 1, got 0
        mail.host must name a mail server, since mail.kind is smtp
        mail.port must be at least 1, got 0
        mail.from must be like "rand-chat <no-reply@example.com>", got "no-reply"
        mail.username and mail.password must be set together, or neither
        mail.security must be starttls or tls, since mail.password would be sent in the clear
        "#);
        for from in ["a@b, c@d", "a@b\r\nBcc: c@d", "x <a@b> <c@d", "a b@c", "@b", "a@"] {
            let error = smtp(&[("HOST", "[::1]x/"), ("FROM", from)]).unwrap_err().to_string();
            assert!(error.contains("mail.from") && error.contains("mail.host"), "{error}");
        }
        assert!(load(&[("RAND_CHAT__MAIL__FROM", "no-reply")]).is_ok(), "not in use");
    }
}
