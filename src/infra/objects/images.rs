//! Pictures among the objects: what they are called, and links to them.
//!
//! A link is given out again as long as half of its life is left, so that a browser finds the picture in its
//! cache. The name says nothing of whose picture it is: a link may be shown to who must not learn it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::time::timeout;
use tracing::warn;

use crate::base::{ImageId, SharedClock, Timestamp};
use crate::imaging::{PICTURE_TYPE, Picture};
use crate::infra::{Db, DbError};

use super::{ObjectError, ObjectStore, plan_deletions};

/// Links that are remembered at most.
const REMEMBERED: usize = 10_000;
/// How long making one may take. Only fetching new keys of the object store ever does.
const WITHIN: Duration = Duration::from_millis(500);

/// In which size a picture is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageSize {
    /// A square for lists.
    Small,
    /// All of it.
    Large,
}

/// The name of the object.
#[must_use]
pub fn image_name(image: ImageId, size: ImageSize) -> String {
    let size = match size {
        ImageSize::Small => "small",
        ImageSize::Large => "large",
    };
    format!("images/{image}-{size}.jpg")
}

/// The names of all objects of a picture.
#[must_use]
pub fn image_names(image: ImageId) -> [String; 2] {
    [ImageSize::Small, ImageSize::Large].map(|size| image_name(image, size))
}

/// Keeps a picture in both sizes, under a fresh name. From `orphaned_at` on it is deleted, unless whoever names it
/// withdraws that in the same transaction.
pub async fn put_image<E>(
    db: &Db,
    store: &dyn ObjectStore,
    [small, large]: [Picture; 2],
    orphaned_at: Timestamp,
) -> Result<ImageId, E>
where
    E: From<DbError> + From<ObjectError> + Send + 'static,
{
    let image = ImageId::fresh();
    db.write("objects.plan_image", move |conn| plan_deletions(conn, &[image], orphaned_at)).await?;
    let put = [(ImageSize::Small, small), (ImageSize::Large, large)].map(|(size, picture)| {
        let name = image_name(image, size);
        async move { store.put(&name, picture.bytes, PICTURE_TYPE).await }
    });
    try_join_all(put).await?;
    Ok(image)
}

/// Makes links to pictures. Cheap to clone.
#[derive(Clone)]
pub struct ImageLinks {
    store: Arc<dyn ObjectStore>,
    clock: SharedClock,
    life: Duration,
    given: Arc<Mutex<GivenLinks>>,
}

/// Links that were given out, by name. All live as long, so the oldest is the next that ends.
#[derive(Default)]
struct GivenLinks {
    links: HashMap<String, Given>,
    /// Each with its `until`, the oldest first. One that was made anew is here twice for a while.
    order: VecDeque<(String, Timestamp)>,
}

/// A link that was given out.
struct Given {
    link: String,
    /// Until then it is given out again.
    until: Timestamp,
}

impl ImageLinks {
    /// Links to what is in `store`, good for `life`.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>, life: Duration, clock: &SharedClock) -> Self {
        Self { store, life, clock: clock.clone(), given: Arc::default() }
    }

    /// A link to a picture. None if there is no picture, or no link can be made now: whoever looks at something
    /// else than pictures is not to be kept from it.
    pub async fn link(&self, image: Option<ImageId>, size: ImageSize) -> Option<String> {
        let name = image_name(image?, size);
        let now = self.clock.now();
        if let Some(link) = self.given_before(&name, now) {
            return Some(link);
        }
        match timeout(WITHIN, self.store.link(&name, self.life)).await {
            Ok(Ok(link)) => {
                self.remember(name, link.clone(), now);
                Some(link)
            }
            Ok(Err(error)) => {
                warn!(%error, "no link to a picture can be made, it is not shown");
                None
            }
            Err(_) => {
                warn!("a link to a picture takes too long, it is not shown");
                None
            }
        }
    }

    fn given_before(&self, name: &str, now: Timestamp) -> Option<String> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.links.get(name).filter(|given| now < given.until).map(|given| given.link.clone())
    }

    fn remember(&self, name: String, link: String, now: Timestamp) {
        let until = now + self.life / 2;
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.insert(name, Given { link, until });
    }
}

impl GivenLinks {
    /// Remembers one more, and forgets the oldest if there is no room.
    fn insert(&mut self, name: String, given: Given) {
        if self.order.len() >= REMEMBERED
            && let Some((oldest, until)) = self.order.pop_front()
            && self.links.get(&oldest).is_some_and(|given| given.until == until)
        {
            self.links.remove(&oldest);
        }
        self.order.push_back((name.clone(), given.until));
        self.links.insert(name, given);
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{Clock, ManualClock, SystemClock};
    use crate::infra::objects::{FileLinks, FolderObjects};

    use super::*;

    const LIFE: Duration = Duration::from_hours(1);

    fn bench() -> (ImageLinks, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let shared: SharedClock = clock.clone();
        let store = FolderObjects::new("nowhere".into(), 0, FileLinks::new([7; 32], &shared));
        (ImageLinks::new(Arc::new(store), LIFE, &shared), clock)
    }

    #[tokio::test]
    async fn a_link_is_given_out_again_for_half_of_its_life() {
        let (links, clock) = bench();
        let image = Some(ImageId::fresh());
        let first = links.link(image, ImageSize::Small).await.unwrap();

        clock.advance(Duration::from_secs(1799));
        assert_eq!(links.link(image, ImageSize::Small).await.unwrap(), first);
        assert_ne!(links.link(image, ImageSize::Large).await.unwrap(), first);

        clock.advance(Duration::from_secs(1));
        assert_ne!(links.link(image, ImageSize::Small).await.unwrap(), first);
    }

    #[tokio::test]
    async fn of_more_links_than_there_is_room_for_the_oldest_are_forgotten() {
        let (links, clock) = bench();
        let images: Vec<_> = (0..REMEMBERED + 10).map(|_| Some(ImageId::fresh())).collect();
        let mut given = Vec::new();
        for image in &images {
            given.push(links.link(*image, ImageSize::Small).await.unwrap());
        }
        {
            let given = links.given.lock().unwrap();
            assert_eq!((given.links.len(), given.order.len()), (REMEMBERED, REMEMBERED));
        }

        clock.advance(Duration::from_secs(1));

        for n in (10..images.len()).rev() {
            assert_eq!(links.link(images[n], ImageSize::Small).await.unwrap(), given[n], "{n}");
        }
        for n in 0..10 {
            assert_ne!(links.link(images[n], ImageSize::Small).await.unwrap(), given[n], "{n}");
        }
        assert_eq!(links.link(None, ImageSize::Small).await, None);
    }

    #[tokio::test]
    async fn a_link_that_was_made_anew_is_not_forgotten_for_its_first_time() {
        let (links, clock) = bench();
        let image = Some(ImageId::fresh());
        links.link(image, ImageSize::Small).await.unwrap();
        clock.advance(LIFE / 2);
        let anew = links.link(image, ImageSize::Small).await.unwrap();
        for _ in 0..REMEMBERED - 1 {
            links.link(Some(ImageId::fresh()), ImageSize::Small).await.unwrap();
        }

        clock.advance(Duration::from_secs(1));

        assert_eq!(links.link(image, ImageSize::Small).await.unwrap(), anew);
    }
}
