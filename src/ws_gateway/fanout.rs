//! Worker: takes what is sent to the members here out of this node's inbox and hands it to their
//! sockets.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::warn;

use crate::infra::shared::{Inbox, InboxItem};
use crate::protocol::{CloseReason, Envelope, Event, ServerFrame, push_text};
use crate::runtime::Stop;

use super::Gateway;
use super::registry::Weight;

/// How often the entries of the members here are renewed; they live 60 s.
const RENEW_EVERY: Duration = Duration::from_secs(20);

/// After a gap, so many members resume at once ...
const RESUME_SLICE: usize = 200;
/// ... and the next ones after this pause.
const RESUME_PAUSE: Duration = Duration::from_millis(50);

/// Hands over until it is told to stop.
pub(super) async fn run(gateway: Gateway, stop: Stop) -> anyhow::Result<()> {
    let mut inbox: Inbox = gateway.shared.inboxes.open(gateway.node).await?;
    let mut renew = interval(RENEW_EVERY);
    renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.finish() => return Ok(()),
            item = inbox.next() => match item {
                Some(InboxItem::Envelope(envelope)) => hand_over(&gateway, &envelope),
                Some(InboxItem::Gap) => {
                    tokio::spawn(gateway.lifecycle.track(have_all_resume(gateway.clone())));
                }
                None => anyhow::bail!("the inbox of this node was closed"),
            },
            _ = renew.tick() => renew_members(&gateway).await,
        }
    }
}

fn hand_over(gateway: &Gateway, envelope: &Envelope) {
    let mailboxes = gateway.registry.of(envelope.to);
    match &envelope.event {
        Event::EndSession(session) => {
            for mailbox in mailboxes.iter().filter(|mailbox| mailbox.session == *session) {
                mailbox.close(CloseReason::NotValid);
            }
        }
        Event::Show { frame, except } => {
            let weight = match **frame {
                ServerFrame::Typing(_) => Weight::Passing,
                _ => Weight::Durable,
            };
            let text: bytestring::ByteString = push_text(frame).into();
            for mailbox in mailboxes.iter().filter(|mailbox| Some(mailbox.socket) != *except) {
                mailbox.put(text.clone(), weight);
            }
        }
    }
}

/// Closes every socket here, slice by slice: the pages come back and ask for what they missed.
async fn have_all_resume(gateway: Gateway) {
    let stop = gateway.lifecycle.stop();
    for members in gateway.registry.members().chunks(RESUME_SLICE) {
        for member in members {
            for mailbox in gateway.registry.of(*member) {
                mailbox.close(CloseReason::GoingAway);
            }
        }
        tokio::select! {
            () = stop.finish() => return,
            () = sleep(RESUME_PAUSE) => {}
        }
    }
}

async fn renew_members(gateway: &Gateway) {
    for member in gateway.registry.members() {
        if let Err(error) = gateway.shared.inboxes.connect(member, gateway.node).await {
            warn!(%error, "the connection registry could not be renewed, trying again soon");
            return;
        }
    }
}
