//! How often somebody may do something.

use std::time::Duration;

use rand_chat::infra::shared::{Rate, RetryAfter};
use tokio::time::sleep;

on_every_adapter! {
    async fn so_many_at_once_and_then_one_after_each_step(adapter: Adapter) {
        let limits = adapter.shared(&[]).limits;
        let rate = Rate { count: 3, period: Duration::from_millis(900) };
        for _ in 0..3 {
            assert_eq!(limits.check("log-in", "jimin", rate).await.unwrap(), Ok(()));
        }

        let Err(RetryAfter(pause)) = limits.check("log-in", "jimin", rate).await.unwrap() else {
            panic!("a fourth was let through");
        };
        assert!(pause <= Duration::from_millis(300), "{pause:?}");
        assert_eq!(limits.check("log-in", "oliver", rate).await.unwrap(), Ok(()));
        assert_eq!(limits.check("search", "jimin", rate).await.unwrap(), Ok(()));

        sleep(pause + Duration::from_millis(5)).await;
        assert_eq!(limits.check("log-in", "jimin", rate).await.unwrap(), Ok(()));
        assert!(limits.check("log-in", "jimin", rate).await.unwrap().is_err());
    }

    async fn a_limit_holds_over_all_processes(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let rate = Rate::per_minute(10);
        let checks = (0..40).map(|n| {
            let shared = processes[n % 2].clone();
            tokio::spawn(async move { shared.limits.check("x", "y", rate).await.unwrap().is_ok() })
        });
        let mut passed = 0;
        for check in checks.collect::<Vec<_>>() {
            passed += usize::from(check.await.unwrap());
        }
        assert_eq!(passed, 10);
    }
}
