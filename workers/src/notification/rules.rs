//! Looking at one chat: decides for every technician, writes what fires, and tells their tabs.

use std::collections::BTreeMap;
use std::time::Duration;

use broker_config::presence::Online;
use broker_config::{
    Log, NoticeHeard, NotificationRule, TechnicianId, TechnicianLeaf, TechnicianSubject, Timer, TimerKind,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use store::notices::{self, Firing, ReadMark};
use store::notification_settings::{self, RuleSetting, Settings};
use store::technicians;

use crate::chat_state::ChatState;
use crate::runner::WorkError;

use super::Trigger;
use super::decision::{Technician, decide};

/// How long it may take to tell tabs while the broker is away. The list of notices is the truth.
const TELL_PATIENCE: Duration = Duration::from_secs(5);

/// What the rules are applied with.
#[derive(Clone)]
pub(super) struct Rules {
    pub db: PgPool,
    pub log: Log,
    pub online: Online,
}

/// Everybody with chat rights, whether they are online, and what they want.
pub(super) struct People {
    technicians: Vec<Technician>,
    settings: Settings,
}

/// What was decided for everybody.
struct Outcome {
    firings: Vec<Firing>,
    look_again_at: Option<DateTime<Utc>>,
}

impl Rules {
    pub(super) async fn people(&self) -> Result<People, WorkError> {
        let rows = technicians::for_chat(&self.db).await.map_err(WorkError::retry)?;
        let technician_ids: Vec<_> = rows.iter().map(|row| row.technician_id).collect();
        let settings = notification_settings::of(&self.db, &technician_ids).await.map_err(WorkError::retry)?;
        let mut technicians = Vec::with_capacity(technician_ids.len());
        for technician_id in technician_ids {
            let is_online = self.online.is_online(technician_id).await;
            let patience = patience(settings.of(technician_id, NotificationRule::WaitedLonger));
            technicians.push(Technician { technician_id, is_online, patience });
        }
        Ok(People { technicians, settings })
    }

    /// Looks at a chat and does what it asks for. To do it again does nothing more.
    pub(super) async fn look_at(&self, trigger: Trigger, people: &People) -> Result<(), WorkError> {
        let mut transaction = self.db.begin().await.map_err(WorkError::retry)?;
        notices::lock_chat(&mut *transaction, trigger.chat_id).await.map_err(WorkError::retry)?;
        let chat = ChatState::read(&self.log, trigger.asset_id, trigger.chat_id, trigger.last_seq)
            .await
            .map_err(WorkError::retry)?;

        let outcome = decide_for_all(&chat, people, trigger.now);

        notices::settle(&mut transaction, chat.chat_id, &marks(&chat), chat.is_closed)
            .await
            .map_err(WorkError::retry)?;
        let decided_seq = bigint(chat.last_seq);
        notices::fire(&mut transaction, chat.chat_id, decided_seq, &outcome.firings).await.map_err(WorkError::retry)?;
        transaction.commit().await.map_err(WorkError::retry)?;

        if let (Some(at), Some(waiting), true) = (outcome.look_again_at, chat.waiting, trigger.sets_timer) {
            let timer = Timer { asset_id: chat.asset_id, chat_id: chat.chat_id, since_seq: waiting.since_seq };
            self.log.set_timer(TimerKind::Waiting, &timer, at).await.map_err(WorkError::retry)?;
        }
        self.tell(&trigger).await
    }

    /// Tells tabs of what is new and of what was read since the first fact that made us look. An earlier attempt may have
    /// told some of it; tabs know notices by their ids.
    async fn tell(&self, trigger: &Trigger) -> Result<(), WorkError> {
        let new = notices::unread_since(&self.db, trigger.chat_id, bigint(trigger.first_seq))
            .await
            .map_err(WorkError::retry)?;
        for (technician_id, notice) in new {
            self.publish(technician_id, &NoticeHeard::New(notice)).await;
        }
        if trigger.closed || !trigger.read_by.is_empty() {
            let readers = (!trigger.closed).then_some(trigger.read_by.as_slice());
            let read = notices::read_lately(&self.db, trigger.chat_id, readers).await.map_err(WorkError::retry)?;
            let mut by_technician: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for (technician_id, notice_id) in read {
                by_technician.entry(technician_id).or_default().push(notice_id);
            }
            for (technician_id, notice_ids) in by_technician {
                self.publish(technician_id, &NoticeHeard::Read { notice_ids }).await;
            }
        }
        Ok(())
    }

    async fn publish(&self, technician_id: TechnicianId, heard: &NoticeHeard) {
        let subject = TechnicianSubject { technician_id, leaf: TechnicianLeaf::Notice };
        #[expect(clippy::expect_used, reason = "a notice has string keys and a Vec takes every byte")]
        let payload = serde_json::to_vec(heard).expect("a notice is always JSON");
        let sent = async {
            let client = self.log.client();
            client.publish(subject.to_string(), payload.into()).await
        };
        match tokio::time::timeout(TELL_PATIENCE, sent).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "tabs were not told of a notice"),
            Err(_) => tracing::warn!("the broker is away; tabs were not told of a notice"),
        }
    }
}

fn decide_for_all(chat: &ChatState, people: &People, now: DateTime<Utc>) -> Outcome {
    let mut outcome = Outcome { firings: Vec::new(), look_again_at: None };
    for technician in &people.technicians {
        let technician_id = technician.technician_id;
        let decision = decide(chat, technician, now);
        outcome.firings.extend(decision.fires.iter().map(|(rule, seq)| Firing {
            technician_id,
            seq: bigint(*seq),
            read_upto: bigint(chat.read_upto(technician_id)),
            setting: people.settings.of(technician_id, *rule),
        }));
        outcome.look_again_at = outcome.look_again_at.into_iter().chain(decision.look_again_at).min();
    }
    outcome
}

/// How long somebody lets a client wait who would hear of it.
fn patience(setting: RuleSetting) -> Option<TimeDelta> {
    (!setting.is_silent()).then(|| TimeDelta::minutes(setting.minutes.into()))
}

fn marks(chat: &ChatState) -> Vec<ReadMark> {
    let marks = chat.read_upto.iter().map(|(technician_id, upto)| ReadMark {
        technician_id: *technician_id,
        upto: bigint(*upto),
        seq: bigint(chat.read_seq.get(technician_id).copied().unwrap_or_default()),
    });
    marks.collect()
}

/// A sequence as the database has it.
fn bigint(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
