//! Timers on the broker: set, set anew, stopped, due while the broker was away.

use std::time::Duration;

use broker_config::{AssetId, ChatId, Due, Log, Role, Timer, TimerKind, consumer, stream};
use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt};
use tests::{DEADLINE, TestBroker, eventually};

fn timer(since_seq: u64) -> Timer {
    Timer { asset_id: AssetId::new(), chat_id: ChatId::new(), since_seq }
}

/// Now, by the broker's clock, which is this machine's.
fn in_milliseconds(milliseconds: i64) -> DateTime<Utc> {
    broker_config::Clock::now(&broker_config::SystemClock) + TimeDelta::milliseconds(milliseconds)
}

/// The next timers that are due, as the unavailable worker gets them.
async fn next_due(log: &Log, count: usize) -> Vec<Due> {
    let consumer = consumer::UNAVAILABLE_DUE;
    let consumer: async_nats::jetstream::consumer::PullConsumer =
        log.jetstream().get_consumer_from_stream(consumer, stream::TIMER).await.unwrap();
    let messages = consumer.stream().heartbeat(Duration::from_secs(5)).messages().await.unwrap();
    let due = messages.take(count).then(|message| async {
        let message = message.unwrap();
        message.ack().await.unwrap();
        let published = message.info().unwrap().published;
        let at = DateTime::from_timestamp(published.unix_timestamp(), published.nanosecond()).unwrap();
        Due::read(&message.subject, &message.payload, at).unwrap()
    });
    tokio::time::timeout(DEADLINE, due.collect()).await.expect("timers that are due")
}

#[tokio::test]
async fn a_timer_set_anew_is_due_once_and_not_before_its_time() {
    let broker = TestBroker::start().await;
    let log = broker.log(Role::Worker).await;
    let (first, last) = (timer(1), timer(9));
    let at = in_milliseconds(1_500);
    log.set_timer(TimerKind::Unavailable, &first, in_milliseconds(700)).await.unwrap();
    let anew = Timer { since_seq: 5, ..first };
    log.set_timer(TimerKind::Unavailable, &anew, at).await.unwrap();
    log.set_timer(TimerKind::Unavailable, &last, in_milliseconds(2_500)).await.unwrap();

    let due = next_due(&log, 2).await;

    assert_eq!(due.iter().map(|due| due.timer).collect::<Vec<_>>(), [anew, last]);
    assert!(due[0].at >= at, "{} before {at}", due[0].at);
    assert_eq!(log.running_timer(TimerKind::Unavailable, first.chat_id).await.unwrap(), None);
}

#[tokio::test]
async fn a_stopped_timer_is_never_due_and_one_that_was_set_anew_meanwhile_is() {
    let broker = TestBroker::start().await;
    let log = broker.log(Role::Worker).await;
    let (stopped, anew) = (timer(1), timer(2));
    for timer in [&stopped, &anew] {
        log.set_timer(TimerKind::Unavailable, timer, in_milliseconds(1_000)).await.unwrap();
    }
    let running = |chat_id| log.running_timer(TimerKind::Unavailable, chat_id);
    let (one, other) =
        (running(stopped.chat_id).await.unwrap().unwrap(), running(anew.chat_id).await.unwrap().unwrap());
    assert_eq!((one.timer, other.timer), (stopped, anew));
    let later = Timer { since_seq: 3, ..anew };
    log.set_timer(TimerKind::Unavailable, &later, in_milliseconds(1_200)).await.unwrap();

    log.stop_timer(&one).await.unwrap();
    log.stop_timer(&one).await.unwrap();
    log.stop_timer(&other).await.unwrap();

    assert_eq!(running(stopped.chat_id).await.unwrap(), None);
    assert_eq!(next_due(&log, 1).await[0].timer, later);
}

#[tokio::test]
async fn a_timer_whose_time_came_while_the_broker_was_away_is_due_when_it_is_back() {
    let mut broker = TestBroker::start().await;
    let log = broker.log(Role::Worker).await;
    let timer = timer(1);
    log.set_timer(TimerKind::Unavailable, &timer, in_milliseconds(300)).await.unwrap();
    broker.kill();
    tokio::time::sleep(Duration::from_millis(600)).await;
    broker.restart().await;

    eventually("the log answers again", async || log.bounds().await.is_ok()).await;
    assert_eq!(next_due(&log, 1).await[0].timer, timer);
}

#[tokio::test]
async fn of_10000_timers_none_is_lost_and_none_comes_twice_when_the_broker_is_killed() {
    let mut broker = TestBroker::start().await;
    let log = broker.log(Role::Worker).await;
    let timers: Vec<_> = (0..10_000).map(timer).collect();
    let at = in_milliseconds(4_000);
    let setting = timers.iter().map(|timer| log.set_timer(TimerKind::Unavailable, timer, at));
    futures::stream::iter(setting).buffer_unordered(256).try_collect::<()>().await.unwrap();

    broker.kill();
    broker.restart().await;
    eventually("the log answers again", async || log.bounds().await.is_ok()).await;
    let due = next_due(&log, timers.len()).await;

    let mut chats: Vec<_> = due.into_iter().map(|due| due.timer.chat_id).collect();
    chats.sort_unstable();
    let mut expected: Vec<_> = timers.iter().map(|timer| timer.chat_id).collect();
    expected.sort_unstable();
    assert_eq!(chats, expected);
    nothing_is_left(&broker).await;
}

/// Waits until no timer runs, and none is due and not handled.
async fn nothing_is_left(broker: &TestBroker) {
    let operator = broker.log(Role::Operator).await;
    let timers = operator.jetstream().get_stream(stream::TIMER).await.unwrap();
    eventually("what was acknowledged is gone", async || {
        timers.get_info().await.is_ok_and(|info| info.state.messages == 0)
    })
    .await;
}
