//! How workers end, and what becomes of the process.

use super::*;

fn app_with(worker: Worker) -> (App, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let env = [
        ("RAND_CHAT__HTTP__PORT", "0".to_owned()),
        ("RAND_CHAT__INTERNAL__PORT", "0".to_owned()),
        ("RAND_CHAT__STORAGE__DATA_DIR", folder.path().display().to_string()),
    ];
    let env = env.map(|(key, value)| (key.to_owned(), value));
    let config = Config::load(None, env).unwrap();
    let mut app = App::build(config, &BTreeSet::new()).unwrap();
    app.workers.push(worker);
    (app, folder)
}

#[tokio::test]
async fn a_worker_that_fails_takes_the_process_down() {
    let (app, _folder) = app_with(Worker::new("writer", |_| async { bail!("the log is gone") }));

    assert_eq!(app.run().await.unwrap_err().to_string(), "writer failed");
}

#[tokio::test]
async fn a_worker_that_ends_too_early_takes_the_process_down() {
    let (app, _folder) = app_with(Worker::new("writer", |_| async { Ok(()) }));

    assert_eq!(app.run().await.unwrap_err().to_string(), "writer failed");
}

#[tokio::test]
async fn a_worker_that_panics_takes_the_process_down() {
    let (app, _folder) = app_with(Worker::new("writer", |_| async { panic!("out of bounds") }));

    assert_eq!(app.run().await.unwrap_err().to_string(), "writer failed");
}

#[tokio::test]
async fn a_worker_that_finishes_when_told_is_a_clean_stop() {
    let (app, _folder) = app_with(Worker::new("writer", |stop| async move {
        stop.finish().await;
        Ok(())
    }));
    app.lifecycle().request_stop();

    assert!(app.run().await.unwrap());
}
