//! The command line.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Parser, Subcommand, ValueEnum};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::app::{AdminRequest, App, Role, admin, member_name, openapi};
use crate::base::{Clock, ReportId, SharedClock, SystemClock};
use crate::config::{Config, LogConfig, LogFormat};
use crate::http::{KeyInfo, KeyUse, add_key, list_keys, retire_key, tokens_end};
use crate::infra::db::tells_values;
use crate::infra::{Db, Shared};
use crate::protocol::{
    DecideRequest, ReleaseRequest, ReportState, SuspendRequest, VerdictWord, schema,
};

/// What `sysexits.h` calls `EX_CONFIG`: do not restart me, mend the settings.
const EXIT_CONFIG: u8 = 78;

/// Talk to a random person nearby.
///
/// Without arguments it runs the whole service on embedded stores under ./data, at
/// <http://127.0.0.1:8080>.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Args {
    /// A role this process plays; repeat it or separate with commas. All of them if absent.
    #[arg(long = "role", value_enum, value_delimiter = ',', env = "RAND_CHAT_ROLE")]
    roles: Vec<Role>,
    /// A settings file laid over the defaults.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "Settings: config/default.toml (built in), then --config FILE, then the environment:\n  \
    RAND_CHAT__HTTP__PORT=8081 rand-chat\n  \
    rand-chat config      shows every setting in force\n\
    Exit codes: 0 stopped cleanly, 1 failed, 2 wrong arguments, 78 wrong settings.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Brings the database schema up to date, and ends.
    Migrate,
    /// Prints the settings in force, with secrets hidden, and ends.
    Config,
    /// Prints the description of the HTTP API (`OpenAPI` 3.1), and ends.
    Openapi,
    /// Prints the frames of the socket protocol (JSON Schema 2020-12), and ends.
    Protocol,
    /// Adds, lists and retires the keys that tokens are signed with. Running processes notice by themselves.
    Keys {
        #[command(subcommand)]
        action: KeysAction,
    },
    /// Lists and decides reports, suspends and releases members. A running process with the role `member` does it.
    Admin {
        #[command(subcommand)]
        action: AdminAction,
        /// Where to ask: the second port of the process. If absent, where the settings say.
        #[arg(long, value_name = "URL", global = true)]
        at: Option<String>,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum AdminAction {
    /// Prints reports, oldest first.
    Reports {
        /// open, acted or dismissed.
        #[arg(long, default_value = "open", value_parser = parse_state)]
        state: ReportState,
        /// Those after this one.
        #[arg(long, value_name = "REPORT")]
        after: Option<ReportId>,
    },
    /// Prints a report with its evidence.
    Report {
        /// Its id.
        report: ReportId,
    },
    /// Decides a report. The reporter is told; a decision is final.
    Decide {
        /// Its id.
        report: ReportId,
        /// Nothing is done.
        #[arg(long, conflicts_with = "suspend", required_unless_present = "suspend")]
        dismiss: bool,
        /// The reported member is suspended: 12h, 7d or for-good.
        #[arg(long, value_name = "TIME", value_parser = parse_span)]
        suspend: Option<Span>,
        /// For other moderators.
        #[arg(long, value_name = "TEXT", value_parser = parse_words)]
        note: Option<String>,
        #[command(flatten)]
        who: Who,
    },
    /// Prints the suspensions that a member had and has.
    Member {
        /// Username or id.
        #[arg(value_parser = parse_member)]
        member: String,
    },
    /// Suspends a member. A suspension that is in force gives way to it.
    Suspend {
        /// Username or id.
        #[arg(value_parser = parse_member)]
        member: String,
        /// For how long: 12h, 7d or for-good.
        #[arg(long = "for", value_name = "TIME", value_parser = parse_span)]
        span: Span,
        /// What the member is told.
        #[arg(long, value_name = "TEXT", value_parser = parse_words)]
        reason: String,
        #[command(flatten)]
        who: Who,
    },
    /// Lifts the suspension of a member.
    Release {
        /// Username or id.
        #[arg(value_parser = parse_member)]
        member: String,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, clap::Args)]
struct Who {
    /// Who decides; it is kept.
    #[arg(long, value_name = "NAME", env = "USER", value_parser = parse_words)]
    by: String,
}

/// How long a suspension is: none is for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span(Option<u64>);

#[derive(Debug, Subcommand)]
enum KeysAction {
    /// Makes a key that signs tokens after a while, which must be enough to copy it to every host.
    Add {
        /// After how long: 90s, 10m, 2h or 1d.
        #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_time)]
        active_in: Duration,
    },
    /// Prints the keys: what tokens name each by, from when it signs, and what it does.
    List,
    /// Deletes a key, once nobody needs it any more.
    Retire {
        /// What tokens name it by.
        #[arg(value_name = "KEY ID", allow_hyphen_values = true)]
        key: String,
        /// Even if its tokens are still good: they are refused then, and pages ask for new ones.
        #[arg(long)]
        force: bool,
    },
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let config = match Config::load(args.config.as_deref(), std::env::vars()) {
        Ok(config) => config,
        Err(error) => return failed(EXIT_CONFIG, &error),
    };
    let done = match args.command {
        Some(Command::Migrate) => migrate(&config).map(|()| true),
        Some(Command::Config) => print(&config.lines().join("\n")),
        Some(Command::Openapi) => openapi()
            .to_pretty_json()
            .context("the description of the API cannot be written")
            .and_then(|json| print(&json)),
        Some(Command::Protocol) => print(&format!("{:#}", schema())),
        Some(Command::Keys { action }) => keys(&config, action).and_then(|text| print(&text)),
        Some(Command::Admin { action, at, json }) => {
            moderate(&config, at, action, json).and_then(|text| print(&text))
        }
        None => match init_logs(&config.log) {
            Ok(()) => run(config, &roles(args.roles)),
            Err(error) => return failed(EXIT_CONFIG, &format!("settings: {error:#}")),
        },
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => failed(1, &format!("{error:#}")),
    }
}

fn roles(chosen: Vec<Role>) -> BTreeSet<Role> {
    if chosen.is_empty() {
        return Role::value_variants().iter().copied().collect();
    }
    chosen.into_iter().collect()
}

#[tokio::main]
async fn run(config: Config, roles: &BTreeSet<Role>) -> anyhow::Result<bool> {
    App::build(config, roles)?.run().await
}

fn init_logs(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)
        .map_err(|error| anyhow!("log.filter {:?} is not a filter: {error}", config.filter))?;
    // No setting can have the values of queries logged.
    let discreet = filter_fn(|line| *line.level() <= Level::INFO || !tells_values(line.target()))
        .with_max_level_hint(LevelFilter::TRACE);
    let filter = filter.and(discreet);
    let lines =
        fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let begun = match config.format {
        LogFormat::Pretty => registry().with(lines.with_filter(filter)).try_init(),
        LogFormat::Json => {
            registry().with(lines.json().flatten_event(true).with_filter(filter)).try_init()
        }
    };
    begun.map_err(|error| anyhow!("logs cannot begin: {error}"))
}

/// Does something with the keys of tokens, and says what.
fn keys(config: &Config, action: KeysAction) -> anyhow::Result<String> {
    let (folder, now) = (config.keys_dir(), SystemClock.now());
    match action {
        KeysAction::Add { active_in } => {
            let KeyInfo { id, file, active_at, .. } = add_key(&folder, now + active_in, now)?;
            let file = folder.join(file);
            let active_at = active_at.map_or_else(String::new, |at| at.to_string());
            Ok(format!(
                "{}\nkey id {id}\nsigns from {active_at}: copy it to every other host before, mode 0600",
                file.display()
            ))
        }
        KeysAction::List => {
            let lines = list_keys(&folder, now)?.into_iter().map(|key| {
                let since = key.active_at.map_or_else(|| "ever".to_owned(), |at| at.to_string());
                let does = match key.does {
                    KeyUse::Signing => "signing",
                    KeyUse::Checking => "checking",
                    KeyUse::Waiting => "waiting",
                };
                format!("{}  {since:24}  {does:8}  {}", key.id, key.file)
            });
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
        KeysAction::Retire { key, force } => {
            let file = retire_key(&folder, &key, now, tokens_end(config), force)?;
            let file = folder.join(file);
            Ok(format!("deleted {}: delete it on every other host too", file.display()))
        }
    }
}

/// Does what a moderator wants, and says what came of it.
#[tokio::main]
async fn moderate(
    config: &Config,
    at: Option<String>,
    action: AdminAction,
    as_json: bool,
) -> anyhow::Result<String> {
    let asked = match action {
        AdminAction::Reports { state, after } => AdminRequest::Reports(state, after),
        AdminAction::Report { report } => AdminRequest::Report(report),
        AdminAction::Decide { report, dismiss: _, suspend, note, who: Who { by } } => {
            let verdict = match suspend {
                Some(Span(for_s)) => VerdictWord::Suspend(for_s),
                None => VerdictWord::Dismiss,
            };
            AdminRequest::Decide(report, DecideRequest { verdict, note, by })
        }
        AdminAction::Member { member } => AdminRequest::Member(member),
        AdminAction::Suspend { member, span: Span(for_s), reason, who: Who { by } } => {
            AdminRequest::Suspend(member, SuspendRequest { for_s, reason, by })
        }
        AdminAction::Release { member, who: Who { by } } => {
            AdminRequest::Release(member, ReleaseRequest { by })
        }
    };
    admin(config, at, asked, as_json).await
}

fn parse_state(text: &str) -> Result<ReportState, String> {
    match text {
        "open" => Ok(ReportState::Open),
        "acted" => Ok(ReportState::Acted),
        "dismissed" => Ok(ReportState::Dismissed),
        _ => Err(format!("must be open, acted or dismissed, got {text}")),
    }
}

fn parse_span(text: &str) -> Result<Span, String> {
    if text == "for-good" {
        return Ok(Span(None));
    }
    match parse_time(text) {
        Ok(time) if !time.is_zero() => Ok(Span(Some(time.as_secs()))),
        _ => Err(format!("must be like 12h or 7d, and at most 365d, or for-good, got {text}")),
    }
}

fn parse_words(text: &str) -> Result<String, String> {
    let words = text.trim();
    if words.is_empty() || words.chars().count() > 500 || words.chars().any(char::is_control) {
        return Err("must be a line of 1 to 500 characters".to_owned());
    }
    Ok(words.to_owned())
}

fn parse_member(text: &str) -> Result<String, String> {
    member_name(text).map_err(|error| error.to_string())
}

/// Reads `90s`, `10m`, `2h` or `1d`.
fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("must be like 90s, 10m, 2h or 1d, and at most 365d, got {text}");
    let (number, unit) = text.split_at_checked(text.len().wrapping_sub(1)).ok_or_else(wrong)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds));
    let seconds = seconds.filter(|seconds| *seconds <= 365 * 24 * 60 * 60);
    seconds.map(Duration::from_secs).ok_or_else(wrong)
}

#[tokio::main]
async fn migrate(config: &Config) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.storage.data_dir)
        .with_context(|| format!("storage.data_dir {}", config.storage.data_dir.display()))?;
    // What it marks for others to see, a process that only migrates has nobody to show to.
    let shared = Shared::in_process(config, &(Arc::new(SystemClock) as SharedClock));
    let done = Db::open(config, &shared)?.migrate().await?;
    let names = if done.is_empty() { "nothing to do".to_owned() } else { done.join("\n") };
    print(&names).map(|_| ())
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
#[expect(clippy::unnecessary_wraps, reason = "a command among others that may fail")]
fn print(text: &str) -> anyhow::Result<bool> {
    println!("{text}");
    Ok(true)
}

/// One line that names the cause and the cure.
#[expect(clippy::print_stderr, reason = "logging may not have begun")]
fn failed(code: u8, error: &impl Display) -> ExitCode {
    eprintln!("rand-chat: {error}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn roles_may_be_repeated_or_separated_by_commas() {
        for arguments in [
            &["rand-chat", "--role", "member,ws-gateway"][..],
            &["rand-chat", "--role", "member", "--role", "ws-gateway"],
        ] {
            let args = Args::parse_from(arguments);
            assert_eq!(args.roles, [Role::Member, Role::WsGateway]);
        }
    }

    #[test]
    fn a_time_has_a_unit_and_an_end() {
        assert_eq!(parse_time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("10m"), Ok(Duration::from_mins(10)));
        assert_eq!(parse_time("365d"), Ok(Duration::from_hours(365 * 24)));
        for wrong in ["", "m", "10", "-1m", "1.5h", "366d", "99999999999999999999s", "10분"] {
            assert!(parse_time(wrong).unwrap_err().contains("10m"), "{wrong}");
        }
    }

    #[test]
    fn a_suspension_ends_or_is_for_good_and_a_decision_is_one() {
        assert_eq!(parse_span("7d"), Ok(Span(Some(7 * 24 * 60 * 60))));
        assert_eq!(parse_span("for-good"), Ok(Span(None)));
        for wrong in ["", "0d", "forever", "7", "366d"] {
            assert!(parse_span(wrong).unwrap_err().contains("for-good"), "{wrong}");
        }
        let report = "01935f3a-7c00-7000-8000-000000000001";
        let decide = |more: &[&str]| {
            let args = ["rand-chat", "admin", "decide", report, "--by", "hana"];
            Args::try_parse_from(args.iter().chain(more)).is_ok()
        };
        assert!(decide(&["--dismiss"]) && decide(&["--suspend", "7d", "--note", "again"]));
        assert!(!decide(&[]) && !decide(&["--dismiss", "--suspend", "7d"]));
    }

    #[test]
    fn a_key_id_may_begin_with_a_hyphen() {
        for (arguments, forced) in [
            (&["rand-chat", "keys", "retire", "-abc_"][..], false),
            (&["rand-chat", "keys", "retire", "-abc_", "--force"], true),
            (&["rand-chat", "keys", "retire", "--force", "-abc_"], true),
        ] {
            let args = Args::try_parse_from(arguments).unwrap();
            let Some(Command::Keys { action: KeysAction::Retire { key, force } }) = args.command
            else {
                panic!("{args:?}");
            };
            assert_eq!((&*key, force), ("-abc_", forced));
        }
    }

    #[test]
    fn without_a_role_all_are_played() {
        assert_eq!(roles(Vec::new()).len(), 4);
    }
}
