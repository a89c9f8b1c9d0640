//! Worker: takes what is sent to the members here out of this node's inbox and hands it to their
//! sockets.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::warn;

use crate::base::SessionId;
use crate::infra::shared::{Inbox, InboxItem};
use crate::protocol::{CloseReason, Envelope, Event, ServerFrame, push_text};
use crate::runtime::Stop;

use super::Gateway;
use super::registry::{Mailbox, Weight};

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
    if gateway.rules.lose_messages_percent > 0 {
        warn!("ws_gateway.lose_messages_percent is set: messages are lost on purpose");
    }
    let mut inbox: Inbox = gateway.shared.inboxes.open(gateway.node).await?;
    tokio::spawn(gateway.lifecycle.track(keep_registered(gateway.clone(), stop.clone())));
    loop {
        tokio::select! {
            () = stop.finish() => return Ok(()),
            item = inbox.next() => match item {
                Some(InboxItem::Envelope(envelope)) if is_lost(&gateway, &envelope) => {}
                Some(InboxItem::Envelope(envelope)) => hand_over(&gateway, &envelope),
                Some(InboxItem::Gap) => {
                    tokio::spawn(gateway.lifecycle.track(have_all_resume(gateway.clone())));
                }
                None => anyhow::bail!("the inbox of this node was closed"),
            },
        }
    }
}

/// Whether a test wants this message, or word that it is stored, to be lost on the way here.
fn is_lost(gateway: &Gateway, envelope: &Envelope) -> bool {
    let percent = gateway.rules.lose_messages_percent;
    percent > 0 && envelope.event.place().is_some() && rand::random_range(0..100) < percent
}

fn hand_over(gateway: &Gateway, envelope: &Envelope) {
    let mailboxes = gateway.registry.of(envelope.to);
    match &envelope.event {
        Event::EndSession(session) => close(&mailboxes, *session, CloseReason::NotValid),
        Event::Suspend(session) => close(&mailboxes, *session, CloseReason::Suspended),
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

fn close(mailboxes: &[Mailbox], session: SessionId, reason: CloseReason) {
    for mailbox in mailboxes.iter().filter(|mailbox| mailbox.session == session) {
        mailbox.close(reason);
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
