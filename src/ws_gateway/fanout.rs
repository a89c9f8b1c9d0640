//! Worker: takes what is sent to the members here out of this node's inbox and hands it to their
//! sockets.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::infra::shared::Inbox;
use crate::protocol::{CloseReason, Envelope, Event, ServerFrame, push_text};
use crate::runtime::Stop;

use super::Gateway;
use super::registry::Weight;

/// How often the entries of the members here are renewed; they live 60 s.
const RENEW_EVERY: Duration = Duration::from_secs(20);

/// Hands over until it is told to stop.
pub(super) async fn run(gateway: Gateway, stop: Stop) -> anyhow::Result<()> {
    let mut inbox: Inbox = gateway.shared.inboxes.open(gateway.node).await?;
    let mut renew = interval(RENEW_EVERY);
    renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.finish() => return Ok(()),
            envelope = inbox.recv() => match envelope {
                Some(envelope) => hand_over(&gateway, &envelope),
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

async fn renew_members(gateway: &Gateway) {
    for member in gateway.registry.members() {
        if let Err(error) = gateway.shared.inboxes.connect(member, gateway.node).await {
            warn!(%error, "the connection registry could not be renewed, trying again soon");
            return;
        }
    }
}
