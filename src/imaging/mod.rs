//! Pictures that people send: read by what they are and not by what they are called, and drawn anew, so
//! that nothing of the file is passed on but what is to be seen. Knows nothing of members or rooms.
//!
//! Reading a picture can take a lot of memory, some 12 bytes a pixel, and some seconds. So few are read
//! at once, off the server's threads, few wait, and none waits long.

mod redraw;
#[cfg(test)]
mod tests;
mod whole;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::error;

use redraw::redraw;

/// How much may be asked of this process.
#[derive(Clone, Copy, Debug)]
pub struct ImagingLimits {
    /// Largest file.
    pub bytes_max: usize,
    /// Most pixels, width times height.
    pub pixels_max: u64,
    /// Files received at once.
    pub receive_at_once: usize,
    /// Pictures read at once.
    pub at_once: usize,
    /// Pictures that may wait for their turn.
    pub queue: usize,
    /// How long one may wait.
    pub wait: Duration,
    /// Quality of what is drawn, 1 to 100.
    pub quality: u8,
}

/// How large a picture is drawn. None is ever enlarged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All of it, its longer side at most this many pixels.
    Within(u32),
    /// The square in its middle, its side at most this many pixels.
    Square(u32),
}

/// A picture that was drawn here: a JPEG without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// What every drawn picture is.
pub const PICTURE_TYPE: &str = "image/jpeg";

/// A file was not taken as a picture.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Something else, whatever its name.
    #[error("not a JPEG, PNG or WebP picture")]
    NotAnImage,
    /// Too large a file.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// Too large a picture.
    #[error("more than {0} pixels")]
    TooManyPixels(u64),
    /// Not whole, or not as such a file must be.
    #[error("the picture cannot be read: {0}")]
    Broken(String),
    /// Too many others wait.
    #[error("too many pictures wait")]
    Busy,
}

/// Reads and draws pictures. Cheap to clone; the clones share the turns.
#[derive(Clone, Debug)]
pub struct Imaging {
    limits: ImagingLimits,
    receiving: Arc<Semaphore>,
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Imaging {
    /// With these limits.
    #[must_use]
    pub fn new(limits: ImagingLimits) -> Self {
        Self {
            limits,
            receiving: Arc::new(Semaphore::new(limits.receive_at_once)),
            places: Arc::new(Semaphore::new(limits.at_once + limits.queue)),
            turns: Arc::new(Semaphore::new(limits.at_once)),
        }
    }

    /// A place for a file while it is received; others get it on drop. None is waited for.
    pub fn place_to_receive(&self) -> Result<OwnedSemaphorePermit, ImageError> {
        self.receiving.clone().try_acquire_owned().map_err(|_| ImageError::Busy)
    }

    /// Reads a file and draws what it shows, once in each of the shapes.
    pub async fn redraw<const N: usize>(
        &self,
        file: impl AsRef<[u8]> + Send + 'static,
        shapes: [Shape; N],
    ) -> Result<[Picture; N], ImageError> {
        let limits = self.limits;
        if file.as_ref().len() > limits.bytes_max {
            return Err(ImageError::TooLarge(limits.bytes_max));
        }
        let place = self.places.clone().try_acquire_owned().map_err(|_| ImageError::Busy)?;
        let turn = timeout(limits.wait, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(ImageError::Busy) };
        let drawn = tokio::task::spawn_blocking(move || {
            // Until it is done, even if nobody waits for it any more.
            let _held = (place, turn);
            let begun = Instant::now();
            let drawn = redraw(file.as_ref(), shapes, &limits);
            let outcome = if drawn.is_ok() { "drawn" } else { "refused" };
            metrics::histogram!("image_seconds", "outcome" => outcome).record(begun.elapsed());
            drawn
        });
        drawn.await.unwrap_or_else(|panic| {
            error!(%panic, "reading a picture panicked");
            Err(ImageError::Broken("its decoder gave up".to_owned()))
        })
    }
}
