//! One device with one chat, technicians, and workers that run beside the test.

use broker_config::{
    AssetId, Assigned, Assignee, Author, ChatId, ChatSubject, Closed, Due, Fact, Leaf, Line, Log, Logged, Opened, Read,
    Role, Said, TechnicianId, Timer, TimerKind,
};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use store::security_groups::TECHNICIANS;
use tests::{Bench, TestDevice, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use workers::runner::{self, BatchWorker};

/// A device with a chat.
pub struct Scene {
    pub bench: Bench,
    pub device: TestDevice,
    pub chat_id: ChatId,
}

impl Scene {
    /// A device of a new asset; its chat is not open yet.
    pub async fn new(db: PgPool) -> Self {
        let bench = Bench::new(db).await;
        let device = bench.device().await;
        Self { bench, device, chat_id: ChatId::new() }
    }

    /// The same, with the chat open.
    pub async fn open(db: PgPool) -> Self {
        let scene = Self::new(db).await;
        scene.client_opens().await;
        scene
    }

    pub async fn client_opens(&self) -> u64 {
        let seq = self.bench.log.asset_state(self.device.asset_id).await.unwrap().seq;
        let opened = self.device.open(self.chat_id, seq).await;
        assert_eq!(opened.error, None);
        opened.seq
    }

    pub async fn client_says(&self, text: &str) -> u64 {
        let (_, said) = self.device.say(self.chat_id, text).await;
        assert_eq!(said.error, None);
        said.seq
    }

    pub async fn technician_says(&self, text: &str) -> u64 {
        self.bench.technician_says(self.device.asset_id, self.chat_id, text).await.1
    }

    pub async fn technician_closes(&self) -> u64 {
        let state = self.bench.web_log.asset_state(self.device.asset_id).await.unwrap();
        let closed = Fact::Closed(Closed { by: Author::System });
        self.bench.web_log.append_state(&self.subject(Leaf::Closed), state.seq, &closed).await.unwrap().seq
    }

    pub async fn technician_reads(&self, technician_id: TechnicianId, upto: u64) -> u64 {
        let subject = self.subject(Leaf::ReadTechnician(technician_id));
        self.bench.web_log.append(&subject, &Fact::Read(Read { upto })).await.unwrap().seq
    }

    /// Gives the chat to a technician, or to nobody.
    pub async fn assign(&self, to: Option<TechnicianId>) -> u64 {
        let to = to.map(|technician_id| Assignee { technician_id, name: Line::new("Priya").unwrap() });
        let assigned = Fact::Assigned(Assigned { to, by: Author::System });
        self.bench.web_log.append(&self.subject(Leaf::Assigned), &assigned).await.unwrap().seq
    }

    pub async fn technician_opens(&self, technician_id: TechnicianId) -> Fact {
        let by = Author::Technician { technician_id, name: Line::new("Priya").unwrap() };
        let opened = Fact::Opened(Opened { by, entry_id: None });
        self.bench.web_log.append_state(&self.subject(Leaf::Opened), 0, &opened).await.unwrap();
        opened
    }

    pub fn subject(&self, leaf: Leaf) -> ChatSubject {
        ChatSubject::new(self.device.asset_id, self.chat_id, leaf)
    }

    /// Every fact on a subject of the chat.
    pub async fn facts(&self, leaf: Leaf) -> Vec<Logged> {
        facts(&self.bench.log, &self.subject(leaf).to_string()).await
    }

    /// What Trayline itself has said in the chat.
    pub async fn said_by_system(&self) -> Vec<Said> {
        let said = self.facts(Leaf::SaidSystem).await.into_iter().map(|logged| match logged.fact {
            Fact::Said(said) => said,
            other => panic!("{other:?} on a subject for what is said"),
        });
        said.collect()
    }

    /// A due timer of the chat, as the broker delivers it at `at`.
    pub fn due(&self, since_seq: u64, at: DateTime<Utc>) -> Due {
        let timer = Timer { asset_id: self.device.asset_id, chat_id: self.chat_id, since_seq };
        Due { at, kind: TimerKind::Unavailable, timer }
    }

    pub fn asset_id(&self) -> AssetId {
        self.device.asset_id
    }
}

/// Every fact that `filter` matches.
pub async fn facts(log: &Log, filter: &str) -> Vec<Logged> {
    let (mut facts, mut upto) = (Vec::new(), 0);
    loop {
        let tail = log.tail(filter, upto, 1 << 20).await.unwrap();
        facts.extend(tail.facts);
        if !tail.more {
            return facts;
        }
        upto = tail.upto;
    }
}

/// What the policy of everybody says of its Live Chat entries.
pub async fn set_policy(db: &PgPool, live_chat: serde_json::Value) {
    sqlx::query("update policies set live_chat = $1 where name = 'Everyone'")
        .bind(live_chat)
        .execute(db)
        .await
        .unwrap();
}

/// A technician with chat rights.
pub async fn technician(db: &PgPool, name: &str) -> TechnicianId {
    let (name, email) = (Line::new(name).unwrap(), Line::new(format!("{name}@example.com")).unwrap());
    store::technicians::add(db, &name, &email, "no hash", &[TECHNICIANS.into()]).await.unwrap().unwrap()
}

/// A worker in a task of its own.
pub struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start<W: BatchWorker>(log: &Log, worker: W) -> Self {
        let (log, shutdown) = (log.clone(), CancellationToken::new());
        let stop = shutdown.clone();
        Self { shutdown, task: tokio::spawn(async move { runner::run(&worker, &log, &stop).await }) }
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }
}

/// Waits until a consumer has handled all that was delivered, and all that is there.
pub async fn handled(bench: &Bench, stream: &str, consumer: &str) {
    let operator = bench.broker.log(Role::Operator).await;
    let stream = operator.jetstream().get_stream_no_info(stream).await.unwrap();
    eventually("the worker has caught up", async || {
        let info = stream.consumer_info(consumer).await;
        info.is_ok_and(|info| info.num_pending == 0 && info.num_ack_pending == 0)
    })
    .await;
}
