//! Worker: reads the keys of tokens again from time to time.

use std::time::Duration;

use tokio::time::sleep;
use tracing::{info, warn};

use crate::http::TokenKeys;
use crate::runtime::Worker;

pub(super) fn worker(tokens: TokenKeys, every: Duration) -> Worker {
    Worker::new("keys", move |stop| async move {
        let mut is_broken = false;
        loop {
            tokio::select! {
                () = stop.finish() => return Ok(()),
                () = sleep(every) => {}
            }
            match tokens.reload().await {
                Ok(()) if is_broken => info!("the keys of tokens can be read again"),
                Ok(()) => {}
                Err(error) if !is_broken => {
                    warn!(
                        error = format!("{error:#}"),
                        "the keys of tokens cannot be read, they stay as they were"
                    );
                    is_broken = true;
                    continue;
                }
                Err(_) => continue,
            }
            is_broken = false;
        }
    })
}
