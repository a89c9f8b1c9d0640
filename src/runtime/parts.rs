//! What a role hands to the process: routes to serve and workers to run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::ServiceConfig;

use super::Stop;

/// Adds a role's endpoints to a server. Called once per server thread.
pub type Routes = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

type Run = Box<dyn FnOnce(Stop) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>> + Send>;

/// A loop that runs as long as the process does.
pub struct Worker {
    /// Its name on the health board and in logs.
    pub name: &'static str,
    run: Run,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker that runs `run` until it is asked to stop.
    pub fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: FnOnce(Stop) -> Fut + Send + 'static,
        Fut: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        Self { name, run: Box::new(|stop| Box::pin(run(stop))) }
    }

    /// Starts the loop.
    #[must_use]
    pub fn start(self, stop: Stop) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>> {
        (self.run)(stop)
    }
}

/// One role, assembled but not started.
#[derive(Default)]
pub struct RoleParts {
    /// Its light on the health board.
    pub light: &'static str,
    /// Endpoints for browsers.
    pub routes: Vec<Routes>,
    /// Endpoints for other roles, on the second port.
    pub internal_routes: Vec<Routes>,
    /// Loops of this role.
    pub workers: Vec<Worker>,
}

impl fmt::Debug for RoleParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleParts")
            .field("light", &self.light)
            .field("routes", &self.routes.len())
            .field("internal_routes", &self.internal_routes.len())
            .field("workers", &self.workers)
            .finish()
    }
}

impl RoleParts {
    /// A role that shows `light` on the health board and does nothing yet.
    #[must_use]
    pub fn new(light: &'static str) -> Self {
        Self { light, ..Self::default() }
    }

    /// Adds endpoints for browsers.
    #[must_use]
    pub fn with_routes(
        mut self,
        routes: impl Fn(&mut ServiceConfig) + Send + Sync + 'static,
    ) -> Self {
        self.routes.push(Arc::new(routes));
        self
    }

    /// Adds endpoints for other roles.
    #[must_use]
    pub fn with_internal_routes(
        mut self,
        routes: impl Fn(&mut ServiceConfig) + Send + Sync + 'static,
    ) -> Self {
        self.internal_routes.push(Arc::new(routes));
        self
    }

    /// Adds a loop.
    #[must_use]
    pub fn with_worker(mut self, worker: Worker) -> Self {
        self.workers.push(worker);
        self
    }
}
