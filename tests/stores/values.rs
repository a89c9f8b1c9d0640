//! Small values with a life.

use std::time::Duration;

use rand_chat::base::MemberId;
use rand_chat::infra::shared::{Guess, Key};
use tokio::time::sleep;

const LONG: Duration = Duration::from_mins(1);
const SHORT: Duration = Duration::from_millis(60);

fn key() -> Key {
    Key::Place(MemberId::fresh())
}

on_every_adapter! {
    async fn a_value_is_kept_replaced_and_over_after_its_life(adapter: Adapter) {
        let values = adapter.shared(&[]).values;
        let key = key();
        assert_eq!(values.get(key.clone()).await.unwrap(), None);

        values.put(key.clone(), "one".to_owned(), LONG).await.unwrap();
        values.put(key.clone(), "two".to_owned(), SHORT).await.unwrap();
        assert_eq!(values.get(key.clone()).await.unwrap(), Some("two".to_owned()));

        sleep(SHORT * 2).await;
        assert_eq!(values.get(key).await.unwrap(), None);
    }

    async fn a_value_that_is_there_is_left_alone(adapter: Adapter) {
        let values = adapter.shared(&[]).values;
        let key = key();

        assert!(values.put_if_absent(key.clone(), "one".to_owned(), SHORT).await.unwrap());
        assert!(!values.put_if_absent(key.clone(), "two".to_owned(), SHORT).await.unwrap());
        assert_eq!(values.get(key.clone()).await.unwrap(), Some("one".to_owned()));

        sleep(SHORT * 2).await;
        assert!(values.put_if_absent(key.clone(), "two".to_owned(), LONG).await.unwrap());
        assert_eq!(values.get(key).await.unwrap(), Some("two".to_owned()));
    }

    async fn a_number_is_never_replaced_by_a_smaller_one(adapter: Adapter) {
        let values = adapter.shared(&[]).values;
        let key = key();
        let kept = async || values.get(key.clone()).await.unwrap();

        for (number, then) in [(-5, -5), (7, 7), (6, 7), (i64::MAX, i64::MAX), (8, i64::MAX)] {
            values.put_greater(key.clone(), number, SHORT).await.unwrap();
            assert_eq!(kept().await, Some(then.to_string()));
        }

        sleep(SHORT * 2).await;
        values.put_greater(key.clone(), 1, LONG).await.unwrap();
        assert_eq!(kept().await, Some("1".to_owned()));
    }

    async fn a_count_begins_at_one_loses_nobody_and_ends_a_life_after_its_first(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let key = key();
        let counting = (0..20).map(|n| {
            let (shared, key) = (processes[n % 2].clone(), key.clone());
            tokio::spawn(async move { shared.values.count(key, LONG).await.unwrap() })
        });
        let mut counts = Vec::new();
        for count in counting.collect::<Vec<_>>() {
            counts.push(count.await.unwrap());
        }
        counts.sort_unstable();
        assert_eq!(counts, (1..=20).collect::<Vec<u32>>());
        let values = &processes[0].values;
        assert_eq!(values.take(key.clone()).await.unwrap(), Some("20".to_owned()));

        assert_eq!(values.count(key.clone(), SHORT).await.unwrap(), 1);
        assert_eq!(values.count(key.clone(), LONG).await.unwrap(), 2);
        sleep(SHORT * 2).await;
        assert_eq!(values.count(key, SHORT).await.unwrap(), 1);
    }

    async fn of_many_who_take_a_value_one_gets_it(adapter: Adapter) {
        let processes = adapter.processes(2, &[]);
        let key = key();
        processes[0].values.put(key.clone(), "x".to_owned(), LONG).await.unwrap();

        let takes = (0..20).map(|n| {
            let (shared, key) = (processes[n % 2].clone(), key.clone());
            tokio::spawn(async move { shared.values.take(key).await.unwrap() })
        });
        let mut got = 0;
        for take in takes.collect::<Vec<_>>() {
            got += usize::from(take.await.unwrap().is_some());
        }
        assert_eq!(got, 1);
    }

    async fn a_secret_can_be_guessed_so_often_and_is_used_up_when_right(adapter: Adapter) {
        let values = adapter.shared(&[]).values;
        let key = Key::Code("a}b{@example.com".to_owned());
        assert_eq!(values.guess(key.clone(), "1").await.unwrap(), Guess::Gone);

        values.put_secret(key.clone(), "123456".to_owned(), 2, LONG).await.unwrap();
        let wrong = values.guess(key.clone(), "654321").await.unwrap();
        assert_eq!(wrong, Guess::Wrong { tries_left: 1 });
        assert_eq!(values.guess(key.clone(), "123456").await.unwrap(), Guess::Right);
        assert_eq!(values.guess(key.clone(), "123456").await.unwrap(), Guess::Gone);

        values.put_secret(key.clone(), "123456".to_owned(), 1, LONG).await.unwrap();
        let wrong = values.guess(key.clone(), "").await.unwrap();
        assert_eq!(wrong, Guess::Wrong { tries_left: 0 });
        assert_eq!(values.guess(key.clone(), "123456").await.unwrap(), Guess::Gone);

        values.put_secret(key.clone(), "123456".to_owned(), 5, SHORT).await.unwrap();
        sleep(SHORT * 2).await;
        assert_eq!(values.guess(key, "123456").await.unwrap(), Guess::Gone);
    }
}
