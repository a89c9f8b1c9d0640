//! Worker: takes what is sent to the members here out of this node's inbox and hands it to their
//! sockets.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::warn;

use crate::infra::shared::{Inbox, InboxItem};
use crate::protocol::{CloseReason, Envelope, Event, ServerFrame, push_text};
use crate::runtime::Stop;

use super::Gateway;
use super::registry::Weight;

/// How often the entries of the members here are renewed; they live 60 s.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// Entries renewed at the same time.
const RENEWED_AT_ONCE: usize = 64;

/// After a gap, so many members resume at once ...
const RESUME_SLICE: usize = 200;
/// ... and the next ones after this pause.
const RESUME_PAUSE: Duration = Duration::from_millis(50);

/// Hands over until it is told to stop.
pub(super) async fn run(gateway: Gateway, stop: Stop) -> anyhow::Result<()> {
    let mut inbox: Inbox = gateway.shared.inboxes.open(gateway.node).await?;
    tokio::spawn(gateway.lifecycle.track(keep_registered(gateway.clone(), stop.clone())));
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
        Event::Suspend => {
            for mailbox in &mailboxes {
                mailbox.close(CloseReason::Suspended);
            }
        }
        Event::ShareTyping(shares) => {
            for mailbox in &mailboxes {
                mailbox.shares_typing.set(*shares);
            }
        }
        Event::Show { frame, except, .. } => {
            let is_typing = matches!(**frame, ServerFrame::Typing(_));
            let is_passing = is_typing || matches!(**frame, ServerFrame::Presence(_));
            let weight = if is_passing { Weight::Passing } else { Weight::Durable };
            let text: bytestring::ByteString = push_text(frame).into();
            for mailbox in mailboxes.iter().filter(|mailbox| Some(mailbox.socket) != *except) {
                if !is_typing || mailbox.shares_typing.get() {
                    mailbox.put(text.clone(), weight);
                }
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

/// Renews the entries of the members who are here. Nobody waits for it.
async fn keep_registered(gateway: Gateway, stop: Stop) {
    let mut renew = interval(RENEW_EVERY);
    renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.finish() => return,
            _ = renew.tick() => {}
        }
        let members = gateway.registry.members();
        let renewing = stream::iter(members).map(|member| {
            let (inboxes, node) = (gateway.shared.inboxes.clone(), gateway.node);
            async move { inboxes.connect(member, node).await }
        });
        let renewing = renewing.buffer_unordered(RENEWED_AT_ONCE);
        let renewed = tokio::select! {
            () = stop.finish() => return,
            renewed = renewing.collect::<Vec<_>>() => renewed,
        };
        if let Some(error) = renewed.into_iter().find_map(Result::err) {
            warn!(%error, "the connection registry could not be renewed, trying again soon");
        }
    }
}
