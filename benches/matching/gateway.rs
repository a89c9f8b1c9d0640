//! The gateway of all members, without sockets: what comes for them is read out of the inbox of its node.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use dashmap::DashMap;
use futures_util::{StreamExt, stream};
use rand_chat::base::{Clock, MemberId, NodeId, ProposalId, SystemClock};
use rand_chat::infra::Shared;
use rand_chat::infra::shared::{Inbox, InboxItem};
use rand_chat::protocol::{Envelope, Event, ProposalView, ServerFrame};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::harness::PATIENCE;
use crate::problems::Problems;

/// How often the entry of each member is renewed. The benchmark spreads that over the time, as many gateways with fewer
/// members each would.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// Renewed together, so often in that time.
const SLICES: u32 = 400;
const RENEWED_AT_ONCE: usize = 16;

/// A frame, and when it was there.
type Shown = (Instant, Arc<ServerFrame>);

/// Plays the gateway until it is dropped.
pub struct Gateway {
    shared: Shared,
    node: NodeId,
    open: Arc<DashMap<MemberId, UnboundedSender<Shown>>>,
    connected: UnboundedSender<MemberId>,
    lapses: Arc<Lapses>,
    _running: JoinSet<()>,
}

/// What should not be, and how often it was.
#[derive(Default)]
pub struct Lapses {
    /// Something may have been missed.
    pub gaps: AtomicUsize,
    /// Somebody of the crowd was found to fit.
    pub strangers: AtomicUsize,
}

/// What is shown to one member.
pub struct Page {
    member: MemberId,
    shown: UnboundedReceiver<Shown>,
    open: Arc<DashMap<MemberId, UnboundedSender<Shown>>>,
}

impl Gateway {
    pub async fn open(shared: &Shared) -> Self {
        let (shared, node) = (shared.clone(), NodeId::fresh());
        let inbox = shared.inboxes.open(node).await.unwrap();
        let (connected, to_renew) = unbounded_channel();
        let (open, lapses) = (Arc::<DashMap<_, _>>::default(), Arc::<Lapses>::default());
        let mut running = JoinSet::new();
        running.spawn(hand_over(inbox, open.clone(), lapses.clone()));
        running.spawn(keep_registered(shared.clone(), node, to_renew));
        let gateway = Self { shared, node, open, connected, lapses, _running: running };
        gateway.hear_something().await;
        gateway
    }

    /// An inbox on Redis hears nothing before it is subscribed.
    async fn hear_something(&self) {
        let mut page = self.page(MemberId::fresh());
        self.connect(page.member).await;
        let hearing = async {
            loop {
                let ping = Event::show(ServerFrame::Ping {});
                self.shared.inboxes.deliver(page.member, ping).await.unwrap();
                if timeout(Duration::from_millis(50), page.shown.recv()).await.is_ok() {
                    break;
                }
            }
        };
        timeout(PATIENCE, hearing).await.expect("the inbox hears what is sent");
        self.lapses.gaps.store(0, Relaxed);
    }

    /// A member has a socket here from now on.
    pub async fn connect(&self, member: MemberId) {
        self.shared.inboxes.connect(member, self.node).await.unwrap();
        self.connected.send(member).unwrap();
    }

    pub fn page(&self, member: MemberId) -> Page {
        let (sender, shown) = unbounded_channel();
        self.open.insert(member, sender);
        Page { member, shown, open: self.open.clone() }
    }

    /// A page of a member shows a proposal.
    pub async fn note_seen(&self, member: MemberId, proposal: ProposalId) {
        self.shared.note_seen(member, proposal, SystemClock.now()).await.unwrap();
    }

    /// Adds what should not have been.
    pub fn report(&self, problems: &mut Problems) {
        let Lapses { gaps, strangers } = &*self.lapses;
        problems.add_all(gaps.load(Relaxed), "gap in the inbox");
        problems.add_all(strangers.load(Relaxed), "proposal for somebody of the crowd");
    }
}

impl Page {
    /// Waits for a frame, and says when it was there.
    pub async fn next<T>(&mut self, wanted: impl Fn(&ServerFrame) -> Option<T>) -> (Instant, T) {
        loop {
            let (at, frame) = self.shown.recv().await.expect("the gateway runs");
            if let Some(found) = wanted(&frame) {
                return (at, found);
            }
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.open.remove(&self.member);
    }
}

async fn hand_over(
    mut inbox: Inbox,
    open: Arc<DashMap<MemberId, UnboundedSender<Shown>>>,
    lapses: Arc<Lapses>,
) {
    while let Some(item) = inbox.next().await {
        let InboxItem::Envelope(Envelope { to, event }) = item else {
            lapses.gaps.fetch_add(1, Relaxed);
            continue;
        };
        let Event::Show { frame, .. } = event else { continue };
        if let Some(page) = open.get(&to) {
            // Whoever is gone misses it.
            let _ = page.send((Instant::now(), frame));
        } else if let ServerFrame::MatchProposed(ProposalView { answered: None, .. }) = &*frame {
            lapses.strangers.fetch_add(1, Relaxed);
        }
    }
}

async fn keep_registered(shared: Shared, node: NodeId, mut new: UnboundedReceiver<MemberId>) {
    let mut members = Vec::new();
    let mut next = 0;
    let mut slices = interval(RENEW_EVERY / SLICES);
    slices.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        slices.tick().await;
        while let Ok(member) = new.try_recv() {
            members.push(member);
        }
        let count = members.len().div_ceil(usize::try_from(SLICES).unwrap());
        let slice: Vec<MemberId> = members.iter().cycle().skip(next).take(count).copied().collect();
        next = (next + count) % members.len().max(1);
        stream::iter(slice)
            .for_each_concurrent(RENEWED_AT_ONCE, |member| {
                let inboxes = shared.inboxes.clone();
                async move { inboxes.connect(member, node).await.unwrap() }
            })
            .await;
    }
}
