//! A Redis that takes only TLS, and only a user who may do no more than rand-chat needs.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rand_chat::base::{MemberId, MessageId, NodeId, RoomId, SharedClock, SystemClock};
use rand_chat::config::Config;
use rand_chat::infra::Shared;
use rand_chat::infra::shared::{Append, InboxItem, Key, NewMessage, RoomEntry, Said};
use rand_chat::protocol::{Event, ServerFrame};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::harness::{eventually, server};

/// What `docs/operations.md` says that the user needs.
const RIGHTS: &str = "on >secret ~rc:* &rc:* -@all +@read +@write +@pubsub +@scripting +@transaction \
                      +@connection +xinfo +time";

struct TlsRedis {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl TlsRedis {
    async fn start() -> Self {
        let signer = server("RAND_CHAT_TEST_POSTGRES_CA");
        let certificates = Path::new(&signer).parent().unwrap().to_owned();
        let folder = tempfile::tempdir().unwrap();
        let users = folder.path().join("users.acl");
        std::fs::write(&users, format!("user default off\nuser chat {RIGHTS}\n")).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("redis-server")
            .args(["--port", "0", "--bind", "127.0.0.1", "--save", "", "--tls-auth-clients", "no"])
            .arg("--tls-port")
            .arg(port.to_string())
            .arg("--tls-cert-file")
            .arg(certificates.join("server.pem"))
            .arg("--tls-key-file")
            .arg(certificates.join("server.key"))
            .arg("--tls-ca-cert-file")
            .arg(&signer)
            .arg("--aclfile")
            .arg(&users)
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        eventually("the Redis listens", || async {
            TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop)
        })
        .await;
        Self { child, port, _folder: folder }
    }

    fn shared(&self, user: &str, host: &str, signer: &str) -> Shared {
        let url = format!("rediss://{user}@{host}:{}", self.port);
        let env = [("REDIS__URLS", &*url), ("REDIS__CA_FILE", signer), ("REDIS__BUCKETS", "4")];
        let env = env.map(|(key, value)| (format!("RAND_CHAT__{key}"), value.to_owned()));
        let config = Config::load(None, env).unwrap();
        let clock: SharedClock = std::sync::Arc::new(SystemClock);
        Shared::open(&config, &clock).unwrap()
    }
}

impl Drop for TlsRedis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_with_the_rights_that_are_documented_can_do_all_over_tls() {
    let redis = TlsRedis::start().await;
    let signer = server("RAND_CHAT_TEST_POSTGRES_CA");
    let shared = redis.shared("chat:secret", "localhost", &signer);
    let member = MemberId::fresh();
    let node = NodeId::fresh();
    shared.values.put(Key::Place(member), "x".to_owned(), Duration::from_mins(1)).await.unwrap();
    assert_eq!(shared.values.get(Key::Place(member)).await.unwrap(), Some("x".to_owned()));

    let (room, mut members) = (RoomId::fresh(), [member, MemberId::fresh()]);
    members.sort_unstable();
    let entry = RoomEntry { room, members, open: true, recent: Vec::new() };
    shared.rooms.fill(entry).await.unwrap();
    assert_eq!(shared.rooms.members(room).await.unwrap(), Some((members, true)));
    let (id, said) = (MessageId::fresh(), Said::Text("hi".to_owned()));
    let new = NewMessage { room, id, from: member, said, again: false };
    assert!(matches!(shared.rooms.append(new).await.unwrap(), Append::Placed { .. }));
    let taken = shared.rooms.take(10, Duration::from_secs(5)).await.unwrap();
    assert_eq!(taken.len(), 1);
    shared.rooms.acknowledge(&taken).await.unwrap();
    assert_eq!(shared.rooms.kept(None, 10).await.unwrap().entries, taken);
    assert_eq!(shared.pool.census().await.unwrap().waiting, 0);
    assert_eq!(shared.nodes.alive().await.unwrap(), []);

    let mut inbox = shared.inboxes.open(node).await.unwrap();
    assert_eq!(inbox.next().await, Some(InboxItem::Gap));
    shared.inboxes.connect(member, node).await.unwrap();
    shared.inboxes.deliver(member, Event::show(ServerFrame::Ok {})).await.unwrap();
    assert!(matches!(inbox.next().await, Some(InboxItem::Envelope(found)) if found.to == member));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_and_a_stranger_s_certificate_are_clear_errors() {
    let redis = TlsRedis::start().await;
    let signer = server("RAND_CHAT_TEST_POSTGRES_CA");
    for (user, host, signer) in [
        ("chat:wrong", "localhost", &*signer),
        ("default:secret", "localhost", &signer),
        ("chat:secret", "127.0.0.1", &signer),
        ("chat:secret", "localhost", ""),
    ] {
        let shared = redis.shared(user, host, signer);
        let asked = shared.values.get(Key::Place(MemberId::fresh())).await;
        let error = asked.expect_err(user).to_string();
        assert!(error.contains("unavailable"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
