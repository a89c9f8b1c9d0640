//! The rules of accounts and sessions, over HTTP.

mod changes;
mod leaving;
mod letters;
mod log_in;
mod profile;
mod recovery;
mod sessions;
mod sign_up;

use serde_json::json;

use crate::harness::{Answer, TestApp};

pub const PASSWORD: &str = "correct horse battery";

async fn log_in(app: &TestApp, login: &str, password: &str) -> Answer {
    app.post("/api/v1/auth/sessions", &json!({"login": login, "password": password})).await
}

/// Logs in on a device that was here before.
async fn log_in_on(app: &TestApp, device: &str, login: &str, password: &str) -> Answer {
    let form = json!({"login": login, "password": password});
    app.post_in(device, "/api/v1/auth/sessions", &form).await
}
