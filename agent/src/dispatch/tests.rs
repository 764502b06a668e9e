use super::*;

const RECEIPT: Duration = Duration::from_secs(10);

fn with(count: usize) -> (Dispatch, Vec<MessageId>) {
    let mut dispatch = Dispatch::new(RECEIPT);
    let ids: Vec<_> = (0..count).map(|_| MessageId::new()).collect();
    for &message_id in &ids {
        dispatch.accept(message_id, None);
    }
    (dispatch, ids)
}

/// Follows the steps until there is nothing to do; returns what was published.
fn publish_all(dispatch: &mut Dispatch, chat_id: ChatId, now: Instant) -> Vec<MessageId> {
    let mut published = Vec::new();
    loop {
        match dispatch.next(Some(chat_id), now) {
            Step::Wait => return published,
            Step::Open => panic!("a chat is open"),
            Step::Bind { chat_id, messages } => dispatch.bound(&messages, chat_id),
            Step::Publish { message_id, .. } => published.push(message_id),
        }
    }
}

#[test]
fn without_an_open_chat_one_is_opened_first_and_only_once() {
    let (mut dispatch, ids) = with(1);
    let (now, chat_id) = (Instant::now(), ChatId::new());
    assert_eq!(dispatch.next(None, now), Step::Open);
    assert_eq!(dispatch.next(None, now), Step::Wait);
    assert_eq!(dispatch.next(Some(chat_id), now), Step::Wait);
    dispatch.opened();
    assert_eq!(dispatch.next(Some(chat_id), now), Step::Bind { chat_id, messages: ids.clone() });
    dispatch.bound(&ids, chat_id);
    assert_eq!(dispatch.next(None, now), Step::Publish { message_id: ids[0], chat_id });
}

#[test]
fn a_message_that_was_never_attempted_goes_to_the_new_chat_and_an_attempted_one_stays() {
    let (mut dispatch, ids) = with(1);
    let (now, old, new) = (Instant::now(), ChatId::new(), ChatId::new());
    publish_all(&mut dispatch, old, now);
    let later = MessageId::new();
    dispatch.accept(later, None);
    dispatch.disconnected();
    assert_eq!(dispatch.attempted(), ids);

    assert_eq!(dispatch.next(Some(new), now), Step::Publish { message_id: ids[0], chat_id: old });
    dispatch.sent(ids[0], now);
    assert_eq!(dispatch.next(Some(new), now), Step::Bind { chat_id: new, messages: vec![later] });
}

#[test]
fn the_first_goes_alone_and_then_a_window_of_them_in_order() {
    let (mut dispatch, ids) = with(WINDOW + 5);
    let (now, chat_id) = (Instant::now(), ChatId::new());
    assert_eq!(publish_all(&mut dispatch, chat_id, now), ids[..1]);
    dispatch.sent(ids[0], now);
    assert_eq!(publish_all(&mut dispatch, chat_id, now), ids[1..=WINDOW]);
    dispatch.sent(ids[2], now);
    assert_eq!(publish_all(&mut dispatch, chat_id, now), ids[WINDOW + 1..WINDOW + 2]);
}

#[test]
fn after_a_failure_those_on_their_way_are_waited_for_and_order_is_kept() {
    let (mut dispatch, ids) = with(4);
    let (now, chat_id) = (Instant::now(), ChatId::new());
    publish_all(&mut dispatch, chat_id, now);
    dispatch.sent(ids[0], now);
    assert_eq!(publish_all(&mut dispatch, chat_id, now), ids[1..]);
    dispatch.failed(ids[1], now);
    dispatch.failed(ids[2], now);
    let later = dispatch.wakes_at().expect("a pause");
    assert!(publish_all(&mut dispatch, chat_id, now).is_empty());
    assert!(publish_all(&mut dispatch, chat_id, later).is_empty(), "the last is still on its way");
    assert_eq!(dispatch.wakes_at(), None, "nothing to wake up for");
    dispatch.failed(ids[3], later);
    let later = dispatch.wakes_at().expect("a pause");
    assert_eq!(publish_all(&mut dispatch, chat_id, later), ids[1..2]);
    dispatch.sent(ids[1], later);
    assert_eq!(publish_all(&mut dispatch, chat_id, later), ids[2..]);
}

#[test]
fn what_is_sent_and_not_stored_goes_again_after_ever_longer_waits() {
    let (mut dispatch, ids) = with(1);
    let (mut now, chat_id) = (Instant::now(), ChatId::new());
    publish_all(&mut dispatch, chat_id, now);
    for patience in [RECEIPT, 2 * RECEIPT, 4 * RECEIPT] {
        dispatch.sent(ids[0], now);
        assert_eq!(dispatch.receipt_overdue_at(), Some(now + patience));
        now += patience / 2;
        dispatch.not_stored(&ids, now);
        assert!(publish_all(&mut dispatch, chat_id, now).is_empty());
        now += patience / 2;
        dispatch.not_stored(&ids, now);
        assert_eq!(publish_all(&mut dispatch, chat_id, now), ids);
    }
    dispatch.sent(ids[0], now);
    assert_eq!((dispatch.stored(&ids), dispatch.is_empty()), (ids.clone(), true));
    assert_eq!((dispatch.stored(&ids), dispatch.receipt_overdue_at()), (Vec::new(), None));
}

#[test]
fn of_more_than_a_sync_may_ask_for_each_has_its_turn() {
    let mut dispatch = Dispatch::new(RECEIPT);
    let (now, chat_id) = (Instant::now(), ChatId::new());
    for _ in 0..SyncRequest::MAX_PENDING + 10 {
        let message_id = MessageId::new();
        dispatch.accept(message_id, Some(chat_id));
        dispatch.sent(message_id, now);
    }
    let asked = dispatch.attempted();
    assert_eq!(asked.len(), SyncRequest::MAX_PENDING);
    let later = now + RECEIPT;
    dispatch.not_stored(&asked, later);
    assert!(dispatch.receipt_overdue_at().is_some_and(|due| due > later), "or it would ask again and again");
}

#[test]
fn a_new_connection_sends_again_what_the_broker_may_have_lost() {
    let (mut dispatch, ids) = with(3);
    let (now, chat_id) = (Instant::now(), ChatId::new());
    publish_all(&mut dispatch, chat_id, now);
    dispatch.sent(ids[0], now);
    publish_all(&mut dispatch, chat_id, now);
    dispatch.disconnected();
    dispatch.connected();
    dispatch.stored(&ids[1..2]);
    assert_eq!(publish_all(&mut dispatch, chat_id, now), ids[..1]);
    dispatch.sent(ids[0], now);
    assert_eq!(publish_all(&mut dispatch, chat_id, now), ids[2..]);
}
