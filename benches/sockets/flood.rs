//! Frames without contents, as fast as they can be sent.

use std::time::Instant;

use crate::figures::Spread;
use crate::idle::kib;
use crate::raw::{CONTINUES, LAST, PING, PONG, RawPage, TEXT, frame};
use crate::server::Server;

const FLOODS: usize = 20;
const FRAMES: usize = 1_000_000;

pub async fn measure() {
    let (server, _, ()) = Server::with_members(1, &[], async |_, _| ()).await;
    println!("\n{FLOODS} floods one after the other, of {FRAMES} frames each");
    let first = frame(TEXT, b"");
    for (kind, flood) in [
        ("empty parts of a message", [first, frame(CONTINUES, b"").repeat(FRAMES)].concat()),
        ("pings", frame(PING | LAST, b"").repeat(FRAMES)),
        ("pongs", frame(PONG | LAST, b"").repeat(FRAMES)),
    ] {
        let (mut spread, mut peak, mut before) = (Spread::default(), 0, 0);
        for round in 0..=FLOODS {
            if round == 1 {
                // The first finds a process that has done nothing yet.
                (spread, peak, before) = (Spread::default(), 0, server.memory());
            }
            let mut page = RawPage::silent(&server.doors).await;
            let begun = Instant::now();
            page.flood(flood.clone());
            assert_eq!(page.closed().await, Some(4429));
            spread.add(begun.elapsed());
            peak = peak.max(server.memory());
        }
        println!("  {kind}: first frame → close frame  {spread}");
        println!("    the process grew by {:.0} KiB", kib(peak.saturating_sub(before)));
    }
}
