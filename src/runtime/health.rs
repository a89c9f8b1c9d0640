//! A board with one light per part of the process.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// How a part is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// Not ready yet.
    Starting,
    /// Serving.
    Ready,
    /// Finishing what it holds; sends no new work here.
    Draining,
    /// Broken; the process should be replaced.
    Failed,
}

/// Every part's light, readable from any task.
#[derive(Clone, Debug, Default)]
pub struct HealthBoard(Arc<RwLock<BTreeMap<&'static str, Light>>>);

impl HealthBoard {
    /// Sets the light of `part`.
    pub fn set(&self, part: &'static str, light: Light) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(part, light);
    }

    /// Sets every light, as on the way out.
    pub fn set_all(&self, light: Light) {
        let mut lights = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for shown in lights.values_mut() {
            *shown = light;
        }
    }

    /// Every part and its light, in the order of their names.
    #[must_use]
    pub fn lights(&self) -> Vec<(&'static str, Light)> {
        let lights = self.0.read().unwrap_or_else(PoisonError::into_inner);
        lights.iter().map(|(part, light)| (*part, *light)).collect()
    }

    /// The parts that are not [`Light::Ready`]; empty means "send traffic".
    #[must_use]
    pub fn not_ready(&self) -> Vec<(&'static str, Light)> {
        self.lights().into_iter().filter(|(_, light)| *light != Light::Ready).collect()
    }

    /// Whether a part is broken for good, so that the process should be restarted.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let lights = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !lights.values().any(|light| *light == Light::Failed)
    }
}
