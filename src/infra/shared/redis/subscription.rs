//! Hearing what is published, for as long as somebody listens.
//!
//! What is published while the connection is away is lost, without a word by the server. So the
//! listener is told [`Heard::Gap`] each time it begins to hear and each time something was dropped, and a subscription that hears
//! nothing, not even its own heartbeat, is made anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_redis::redis::{Cmd, PushInfo, PushKind, RedisResult, Value};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{debug, warn};

use super::link::{Link, Opener};

/// What may wait to be heard before more is dropped.
const WAITING_MAX: usize = 65_536;
/// How often something is published to the first channel, to hear whether the line is good.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// After what silence the line is made anew.
const SILENCE: Duration = Duration::from_secs(6);
/// Between two attempts to subscribe.
const PAUSE: Duration = Duration::from_millis(250);

/// What is heard.
pub(super) enum Heard {
    /// What came before may have been missed.
    Gap,
    /// A message on a channel.
    Message {
        /// The channel.
        channel: String,
        /// What was published.
        payload: Vec<u8>,
    },
}

/// Ends when it is dropped.
pub(super) struct Subscription(JoinHandle<()>);

impl Drop for Subscription {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens to channels until the subscription is dropped, or `listener` says that nobody wants to hear
/// more. An empty message is a heartbeat and is not passed on.
pub(super) fn subscribe(
    opener: Opener,
    link: Link,
    channels: Vec<String>,
    mut listener: impl FnMut(Heard) -> bool + Send + 'static,
) -> Subscription {
    Subscription(tokio::spawn(async move {
        loop {
            match listen(&opener, &link, &channels, &mut listener).await {
                Ok(true) => debug!("a subscription is made anew"),
                Ok(false) => return,
                Err(error) => warn!(%error, "a subscription failed, trying again"),
            }
            metrics::counter!("subscriptions_lost_total").increment(1);
            sleep(PAUSE).await;
        }
    }))
}

/// Listens until the line goes bad (true) or nobody wants to hear more (false).
async fn listen(
    opener: &Opener,
    link: &Link,
    channels: &[String],
    listener: &mut (impl FnMut(Heard) -> bool + Send),
) -> RedisResult<bool> {
    let (sender, mut pushes) = channel(WAITING_MAX);
    let dropped = Arc::new(AtomicBool::new(false));
    let mut listening = opener.listening_link(sender, dropped.clone()).await?;
    for channel in channels {
        listening.subscribe(channel).await?;
    }
    if !listener(Heard::Gap) {
        return Ok(false);
    }
    let mut heard_at = Instant::now();
    let mut beat_at = Instant::now();
    loop {
        if beat_at <= Instant::now() {
            beat_at = Instant::now() + HEARTBEAT;
            if let Some(channel) = channels.first() {
                heartbeat(link.clone(), channel.clone());
            }
        }
        if dropped.swap(false, Ordering::SeqCst) && !listener(Heard::Gap) {
            return Ok(false);
        }
        match next(&mut pushes, beat_at).await {
            Next::Nothing if heard_at.elapsed() > SILENCE => return Ok(true),
            Next::Nothing => {}
            Next::Lost => return Ok(true),
            Next::Message { channel, payload } => {
                heard_at = Instant::now();
                if !payload.is_empty() && !listener(Heard::Message { channel, payload }) {
                    return Ok(false);
                }
            }
        }
    }
}

enum Next {
    Message { channel: String, payload: Vec<u8> },
    Nothing,
    Lost,
}

async fn next(pushes: &mut Receiver<PushInfo>, until: Instant) -> Next {
    let push = match timeout_at(until, pushes.recv()).await {
        Err(_) => return Next::Nothing,
        Ok(None) => return Next::Lost,
        Ok(Some(push)) => push,
    };
    match (push.kind, push.data.as_slice()) {
        (PushKind::Disconnection | PushKind::SUnsubscribe, _) => Next::Lost,
        (PushKind::SMessage, [Value::BulkString(channel), Value::BulkString(payload)]) => {
            let channel = String::from_utf8_lossy(channel).into_owned();
            Next::Message { channel, payload: payload.clone() }
        }
        _ => Next::Nothing,
    }
}

/// Publishes nothing to a channel, beside what is going on. Whether it worked is heard there.
fn heartbeat(mut link: Link, channel: String) {
    tokio::spawn(async move {
        if let Err(error) =
            Cmd::new().arg("SPUBLISH").arg(channel).arg("").exec_async(&mut link).await
        {
            debug!(%error, "a heartbeat could not be published");
        }
    });
}
