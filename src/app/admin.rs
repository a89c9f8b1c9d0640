//! What `rand-chat admin` does: asks a running process with the role `member`, and says what it answered in plain text or as
//! JSON. The process owns shared state, which the sockets and the queue are part of.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::base::{ReportId, SharedClock, SystemClock};
use crate::config::{Config, InternalConfig};
use crate::http::{ProblemCode, TokenKeys, list_keys};
use crate::infra::peers::{Method, PeerError, PeerRequest, Peers};
use crate::infra::shared::Shared;
use crate::protocol::{
    DecideRequest, PersonView, ReleaseRequest, ReportCase, ReportFile, ReportQueue, ReportState,
    SuspendRequest, SuspensionFile, SuspensionView,
};

/// How long the process may take: it closes the sockets of a member before it answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What a moderator asks for.
#[derive(Clone, Debug)]
pub enum AdminRequest {
    /// Reports in a state, oldest first, after one of them.
    Reports(ReportState, Option<ReportId>),
    /// A report with its evidence.
    Report(ReportId),
    /// A decision about a report.
    Decide(ReportId, DecideRequest),
    /// A member, by name or id, and its suspensions.
    Member(String),
    /// A suspension.
    Suspend(String, SuspendRequest),
    /// Its end.
    Release(String, ReleaseRequest),
}

/// Asks a process of the service with these settings, or the one at this address. Returns what is to be printed.
pub async fn admin(
    config: &Config,
    at: Option<String>,
    asked: AdminRequest,
    as_json: bool,
) -> anyhow::Result<String> {
    let peer = MemberPeer::new(config, at)?;
    match asked {
        AdminRequest::Reports(state, after) => {
            let state = state.name();
            let after = after.map_or_else(String::new, |after| format!("&after={after}"));
            let path = format!("/admin/reports?state={state}{after}");
            let queue: ReportQueue = peer.ask(Method::GET, &path, &()).await?;
            said(as_json, &queue, queue_text)
        }
        AdminRequest::Report(report) => {
            let path = format!("/admin/reports/{report}");
            let file: ReportFile = peer.ask(Method::GET, &path, &()).await?;
            said(as_json, &file, file_text)
        }
        AdminRequest::Decide(report, decision) => {
            let path = format!("/admin/reports/{report}/decision");
            let case: ReportCase = peer.ask(Method::PUT, &path, &decision).await?;
            said(as_json, &case, case_line)
        }
        AdminRequest::Member(member) => {
            let path = format!("/admin/members/{member}/suspensions");
            let file: SuspensionFile = peer.ask(Method::GET, &path, &()).await?;
            said(as_json, &file, member_text)
        }
        AdminRequest::Suspend(member, suspension) => {
            let path = format!("/admin/members/{member}/suspension");
            let file: SuspensionFile = peer.ask(Method::PUT, &path, &suspension).await?;
            said(as_json, &file, member_text)
        }
        AdminRequest::Release(member, release) => {
            let path = format!("/admin/members/{member}/suspension");
            let done: Value = peer.ask(Method::DELETE, &path, &release).await?;
            said(as_json, &done, |_| format!("{member} is released"))
        }
    }
}

fn said<T: Serialize>(
    as_json: bool,
    answer: &T,
    text: impl Fn(&T) -> String,
) -> anyhow::Result<String> {
    if as_json { Ok(serde_json::to_string_pretty(answer)?) } else { Ok(text(answer)) }
}

/// The way to a process with the role `member`.
struct MemberPeer {
    peers: Peers,
    shared: Shared,
    tokens: TokenKeys,
    /// Where it is looked for, for whoever does not find it there.
    place: String,
}

impl MemberPeer {
    fn new(config: &Config, at: Option<String>) -> anyhow::Result<Self> {
        let clock: SharedClock = Arc::new(SystemClock);
        let folder = config.keys_dir();
        // Not to make a key that no process knows.
        list_keys(&folder, clock.now()).context(
            "the keys of the service cannot be read: run this where it runs, with its settings",
        )?;
        let tokens = TokenKeys::open(&folder, &config.auth.issuer, &clock)?;
        let shared = Shared::open(config, &clock).context("redis")?;
        let (addresses, place) = match at {
            Some(at) => (vec![at.trim_end_matches('/').to_owned()], at),
            None if config.redis.urls.is_empty() => {
                let address = own_address(&config.internal);
                (vec![address.clone()], address)
            }
            None => (Vec::new(), "the addresses that processes announced on Redis".to_owned()),
        };
        let within = u64::try_from(ANSWER_WITHIN.as_millis()).unwrap_or(u64::MAX);
        let internal = InternalConfig { request_within_ms: within, ..config.internal.clone() };
        // Once: what is done twice is told to be done already.
        let peers = Peers::once(&internal, addresses)?;
        Ok(Self { peers, shared, tokens, place })
    }

    async fn ask<B, T>(&self, method: Method, path: &str, body: &B) -> anyhow::Result<T>
    where
        B: Serialize + Sync,
        T: DeserializeOwned,
    {
        let (token, request_id) = (self.tokens.internal()?, Uuid::now_v7().to_string());
        let (role, token, request_id) = ("member", &*token, &*request_id);
        let request = PeerRequest { role, method, path, token, request_id, body };
        let place = &self.place;
        self.peers.ask(&*self.shared.nodes, request).await.map_err(|error| match error {
            PeerError::Unavailable { cause, .. } => anyhow!(
                "no running process with the role member answers at {place} ({cause}): start one, or say \
                 where it is with --at http://host:port, its second port"
            ),
            PeerError::Refused { code, .. } => anyhow!(refusal(&code, place)),
        })
    }
}

/// Where the second port of the process with these settings is.
fn own_address(config: &InternalConfig) -> String {
    if !config.url.is_empty() {
        return config.url.trim_end_matches('/').to_owned();
    }
    let mut address = SocketAddr::from((config.host, config.port));
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

/// What was refused, in words.
fn refusal(code: &str, place: &str) -> String {
    let known = ProblemCode::ALL.iter().find(|known| known.name() == code);
    match known {
        Some(ProblemCode::ReportNotFound) => "there is no such report".to_owned(),
        Some(ProblemCode::AlreadyDecided) => {
            "the report was decided before: `rand-chat admin report ID` says by whom".to_owned()
        }
        Some(ProblemCode::MemberNotFound) => "there is no such member".to_owned(),
        Some(ProblemCode::NotSuspended) => "the member is not suspended".to_owned(),
        Some(ProblemCode::Unauthenticated) => {
            format!("{place} has other keys: run this with the settings of the service")
        }
        Some(ProblemCode::NotFound) => {
            format!("the process at {place} does not play the role member: say another with --at")
        }
        _ => format!("{place} refused: {code}"),
    }
}

fn queue_text(queue: &ReportQueue) -> String {
    if queue.reports.is_empty() {
        return "no reports".to_owned();
    }
    let mut lines: Vec<String> = queue.reports.iter().map(case_line).collect();
    lines.extend(queue.next.map(|next| format!("there are more: --after {next}")));
    lines.join("\n")
}

fn case_line(case: &ReportCase) -> String {
    let report = &case.report;
    let decided = match (report.decided_at, &case.decided_by) {
        (Some(at), Some(by)) => format!("  {at} by {}", printable(by)),
        _ => String::new(),
    };
    format!(
        "{}  {}  {:10}  {:9}  {} reports {}{decided}",
        report.id,
        report.created_at,
        report.reason.name(),
        report.state.name(),
        person(&case.reporter),
        person(&case.reported),
    )
}

fn file_text(file: &ReportFile) -> String {
    let (details, case) = (&file.details, &file.details.case);
    let (report, reporter) = (&case.report, &case.reporter);
    let mut lines = vec![
        format!("report    {}", report.id),
        format!("made      {}", report.created_at),
        format!("reason    {}", report.reason.name()),
        format!("state     {}", report.state.name()),
    ];
    if let (Some(at), Some(by)) = (report.decided_at, &case.decided_by) {
        lines.push(format!("decided   {at} by {}", printable(by)));
    }
    lines.extend(details.note.as_ref().map(|note| format!("note      {}", printable(note))));
    lines.extend([
        format!("reporter  {} {}", reporter.id, person(reporter)),
        format!("reported  {} {}", case.reported.id, person(&case.reported)),
        format!("room      {}", report.room),
        format!("\nwhat the reporter wrote:\n  {}", printable(&details.text)),
        "\nprofile of the reported member, then:".to_owned(),
    ]);
    for (field, value) in details.evidence["profile"].as_object().into_iter().flatten() {
        let shown = match value {
            Value::String(value) => value.clone(),
            Value::Object(_) => "(with --json)".to_owned(),
            value => value.to_string(),
        };
        lines.push(format!("  {field:13} {}", printable(&shown)));
    }
    lines.push("\nnewest messages of the room, then:".to_owned());
    for message in details.evidence["messages"].as_array().into_iter().flatten() {
        let is_reporter = message["from"] == reporter.id.to_string();
        let from = if is_reporter { "reporter" } else { "reported" };
        let field = |name: &str| printable(message[name].as_str().unwrap_or_default());
        let said = match message["kind"].as_str() {
            Some("retracted") => "(retracted)".to_owned(),
            Some("image") => image_text(&message["image"]),
            _ => field("text"),
        };
        lines.push(format!("  {}  {from}: {said}", field("sent_at")));
    }
    lines.push("\nsuspensions of the reported member:".to_owned());
    lines.extend(suspension_lines(&file.suspensions));
    lines.join("\n")
}

/// The name of the object comes first: it is there when the link has ended.
fn image_text(image: &Value) -> String {
    let (width, height) = (&image["width"], &image["height"]);
    let id = image["id"].as_str().unwrap_or_default();
    let link = image["link"].as_str().unwrap_or("no link can be made now");
    printable(&format!("(picture, {width}x{height}, images/{id}-large.jpg: {link})"))
}

fn member_text(file: &SuspensionFile) -> String {
    let member = format!("member    {} {}", file.member.id, person(&file.member));
    let lines = [vec![member], suspension_lines(&file.suspensions)];
    lines.concat().join("\n")
}

fn suspension_lines(suspensions: &[SuspensionView]) -> Vec<String> {
    if suspensions.is_empty() {
        return vec!["  none".to_owned()];
    }
    let line = |suspension: &SuspensionView| {
        let SuspensionView { since, until, reason, imposed_by, released_at, released_by } =
            suspension;
        let until = until.map_or_else(|| "for good".to_owned(), |until| format!("until {until}"));
        let ended = match (released_at, released_by) {
            (Some(at), Some(by)) => format!(" (ended {at} by {})", printable(by)),
            _ => String::new(),
        };
        format!("  {since} {until}, by {}: {}{ended}", printable(imposed_by), printable(reason))
    };
    suspensions.iter().map(line).collect()
}

fn person(person: &PersonView) -> String {
    if person.withdrawn {
        return "(withdrawn)".to_owned();
    }
    format!("{} ({})", printable(&person.username), printable(&person.nickname))
}

/// What members write is not to move the cursor of a terminal, nor to begin a line.
fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => " ⏎ ".to_owned(),
        c if c.is_control() => c.escape_default().to_string(),
        // Marks that turn the direction of what follows.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A member by username or id, as it may stand in a path.
pub fn member_name(text: &str) -> anyhow::Result<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if text.is_empty() || text.len() > 36 || !text.chars().all(is_name) {
        bail!("a username or the id of a member, got {text:?}");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_members_write_is_shown_and_moves_no_cursor() {
        let text = "안녕 👋\nreport \u{1b}[2J\u{202e}x";
        assert_eq!(printable(text), "안녕 👋 ⏎ report \\u{1b}[2J\\u{202e}x");
    }

    #[test]
    fn a_member_is_a_username_or_an_id() {
        let id = "01935f3a-7c00-7000-8000-000000000001";
        assert_eq!(member_name(id).unwrap(), id);
        assert_eq!(member_name("jimin_01").unwrap(), "jimin_01");
        for wrong in ["", "a/b", "a?b", "jimin@example.com", "..", "한글"] {
            assert!(member_name(wrong).is_err(), "{wrong}");
        }
    }
}
