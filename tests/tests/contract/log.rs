use broker_config::{
    AppendError, AssetId, AssetState, Assigned, Author, ChatId, ChatSubject, Closed, Fact, Leaf, Log, Opened, Read,
    Role, subject,
};
use futures::future::join_all;
use tests::TestBroker;

fn opened() -> Fact {
    Fact::Opened(Opened { by: Author::System, entry_id: None })
}

async fn web(broker: &TestBroker) -> Log {
    broker.log(Role::Web).await
}

#[tokio::test]
async fn of_50_who_race_to_open_a_chat_on_one_asset_one_wins() {
    let broker = TestBroker::start().await;
    let log = web(&broker).await;
    let asset_id = AssetId::new();

    let racers = (0..50).map(|_| {
        let log = log.clone();
        async move {
            let subject = ChatSubject::new(asset_id, ChatId::new(), Leaf::Opened);
            (subject.chat_id, log.append_state(&subject, 0, &opened()).await)
        }
    });
    let outcomes = join_all(racers).await;

    let winners: Vec<_> = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(log.asset_state(asset_id).await.unwrap().open_chat(), Some(winners[0].0));
    let refused = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Err(AppendError::Conflict)));
    assert_eq!(refused.count(), 49);
}

#[tokio::test]
async fn a_chat_closes_once_and_then_the_next_may_open() {
    let broker = TestBroker::start().await;
    let log = web(&broker).await;
    let asset_id = AssetId::new();
    let on = |chat_id, leaf| ChatSubject::new(asset_id, chat_id, leaf);
    let first = on(ChatId::new(), Leaf::Opened);
    let close = ChatSubject { leaf: Leaf::Closed, ..first };
    let closed = Fact::Closed(Closed { by: Author::System });

    let seq = log.append_state(&first, 0, &opened()).await.unwrap().seq;
    let closing = log.append_state(&close, seq, &closed).await.unwrap();
    assert!(matches!(log.append_state(&close, seq, &closed).await, Err(AppendError::Conflict)));

    let state = AssetState { seq: closing.seq, chat_id: Some(first.chat_id), is_open: false };
    assert_eq!(log.asset_state(first.asset_id).await.unwrap(), state);
    let second = on(ChatId::new(), Leaf::Opened);
    assert!(log.append_state(&second, closing.seq, &opened()).await.is_ok());
}

#[tokio::test]
async fn a_chat_is_taken_by_the_first_who_takes_it() {
    let broker = TestBroker::start().await;
    let log = web(&broker).await;
    let subject = ChatSubject::new(AssetId::new(), ChatId::new(), Leaf::Assigned);
    let nobody = Fact::Assigned(Assigned { to: None, by: Author::System });

    let first = log.append_first(&subject, &nobody).await.unwrap();
    assert!(matches!(log.append_first(&subject, &nobody).await, Err(AppendError::Conflict)));
    let again = log.append_after(&subject, &subject.to_string(), first.seq, &nobody).await.unwrap();
    assert_eq!(log.last(&subject.to_string()).await.unwrap().unwrap().seq, again.seq);
}

#[tokio::test]
async fn a_repeated_opening_is_the_same_opening() {
    let broker = TestBroker::start().await;
    let log = web(&broker).await;
    let subject = ChatSubject::new(AssetId::new(), ChatId::new(), Leaf::Opened);

    let first = log.append_state(&subject, 0, &opened()).await.unwrap();
    let again = log.append_state(&subject, 0, &opened()).await.unwrap();

    assert!(again.repeated);
    assert_eq!(again.seq, first.seq);
}

#[tokio::test]
async fn a_misplaced_fact_is_refused_before_it_is_sent() {
    let broker = TestBroker::start().await;
    let log = web(&broker).await;
    let subject = ChatSubject::new(AssetId::new(), ChatId::new(), Leaf::Closed);
    assert!(matches!(log.append(&subject, &opened()).await, Err(AppendError::Misplaced)));
    assert_eq!(log.bounds().await.unwrap(), (0, 0));
}

#[tokio::test]
async fn a_tail_has_every_fact_of_its_filter_page_by_page() {
    let broker = TestBroker::start().await;
    let log = web(&broker).await;
    let (asset_id, chat_id) = (AssetId::new(), ChatId::new());
    let reader = Leaf::ReadTechnician(broker_config::TechnicianId::new());
    let facts: Vec<_> = (0..1_200).map(|upto| Fact::Read(Read { upto })).collect();
    for fact in &facts {
        log.append(&ChatSubject::new(asset_id, chat_id, reader), fact).await.unwrap();
        if fact == &facts[600] {
            log.append(&ChatSubject::new(AssetId::new(), chat_id, reader), fact).await.unwrap();
        }
    }

    let (mut after, mut read) = (0, Vec::new());
    loop {
        let tail = log.tail(&subject::chats_of(asset_id), after, 16 * 1024).await.unwrap();
        after = tail.upto;
        read.extend(tail.facts.into_iter().map(|logged| logged.fact));
        if !tail.more {
            break;
        }
    }

    assert_eq!(read, facts);
    let nothing = log.tail(&subject::chats_of(asset_id), after, 16 * 1024).await.unwrap();
    assert_eq!((nothing.facts, nothing.upto, nothing.more), (vec![], after, false));
}
