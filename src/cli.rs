//! The command line.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::{Parser, Subcommand, ValueEnum};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::app::{App, Role, openapi};
use crate::base::{SharedClock, SystemClock};
use crate::config::{Config, LogConfig, LogFormat};
use crate::infra::db::tells_values;
use crate::infra::{Db, Shared};

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
    fn without_a_role_all_are_played() {
        assert_eq!(roles(Vec::new()).len(), 4);
    }
}
