use broker_config::declare::{Difference, apply, check};
use broker_config::{Role, stream};
use tests::TestBroker;

#[tokio::test]
async fn what_was_applied_does_not_differ_and_is_not_touched_again() {
    let broker = TestBroker::start().await;
    let log = broker.log(Role::Operator).await;
    assert_eq!(check(log.jetstream(), 1).await.unwrap(), []);
    assert_eq!(apply(log.jetstream(), 1).await.unwrap(), []);
}

#[tokio::test]
async fn a_changed_setting_is_named_and_mended_and_the_operators_own_limits_stay() {
    let broker = TestBroker::start().await;
    let log = broker.log(Role::Operator).await;
    let mut changed = stream::chat(1);
    changed.allow_direct = false;
    changed.max_bytes = 1_000_000_000;
    log.jetstream().update_stream(changed).await.unwrap();

    let difference = Difference { of: "stream CHAT".to_owned(), setting: Some("allow_direct") };
    assert_eq!(check(log.jetstream(), 1).await.unwrap(), std::slice::from_ref(&difference));
    assert_eq!(apply(log.jetstream(), 1).await.unwrap(), [difference]);

    assert_eq!(check(log.jetstream(), 1).await.unwrap(), []);
    let found = log.jetstream().get_stream(stream::CHAT).await.unwrap();
    assert_eq!(found.cached_info().config.max_bytes, 1_000_000_000);
}

#[tokio::test]
async fn a_missing_consumer_is_named_and_made() {
    let broker = TestBroker::start().await;
    let log = broker.log(Role::Operator).await;
    log.jetstream().delete_consumer_from_stream("persistence", stream::CHAT).await.unwrap();

    let missing = Difference { of: "consumer persistence".to_owned(), setting: None };
    assert_eq!(apply(log.jetstream(), 1).await.unwrap(), [missing]);
    assert_eq!(check(log.jetstream(), 1).await.unwrap(), []);
}
