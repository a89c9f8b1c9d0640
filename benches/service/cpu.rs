//! Processor time of processes of this machine.

use std::fs::{read_dir, read_to_string};
use std::time::Duration;

/// Ticks of a second, the same on every Linux.
const TICKS: u64 = 100;

/// What a process has used, in its own code and in the system's.
pub fn of_process(id: u32) -> Duration {
    stat(id).map_or(Duration::ZERO, |stat| stat.used)
}

/// What a process and those that it started have used.
pub fn of_family(parent: u32) -> Duration {
    let processes = read_dir("/proc").unwrap();
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let family = ids.filter_map(stat).filter(|stat| stat.id == parent || stat.parent == parent);
    family.map(|stat| stat.used).sum()
}

struct Stat {
    id: u32,
    parent: u32,
    used: Duration,
}

/// proc(5): after the name, which may have anything in it, the fields from the third on.
fn stat(id: u32) -> Option<Stat> {
    let text = read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let used = Duration::from_millis((field(14)? + field(15)?) * 1_000 / TICKS);
    Some(Stat { id, parent: u32::try_from(field(4)?).ok()?, used })
}
