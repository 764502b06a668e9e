//! The simulated device: a real agent that enrols by the real API, with somebody at it who answers.

mod person;

use std::path::PathBuf;
use std::time::Duration;

use agent::{Agent, AgentSettings, Enrolment, Event, Identity, What, enrol};
use anyhow::Context;
use broker_config::{Author, Clock, ContactId, CustomerId, Line, SystemClock};
use chrono::TimeDelta;
use sqlx::PgPool;
use store::assets::AssetChange;
use store::enrolment::NewKey;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use web::Secret;

use person::Person;

/// How long the agent may take to send what waits, when all stops.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// For how long the enrolment key is good. It is used at once.
const KEY_HOURS: i64 = 1;

/// How often somebody who types touches a key, as far as the agent is told.
const KEYSTROKE: Duration = Duration::from_millis(700);

/// Where the device stands, and who sits at it.
#[derive(Debug, Clone)]
pub struct Place {
    /// What it is called.
    pub name: Line,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Who sits at it.
    pub contact_id: ContactId,
    /// Under which name they are signed in.
    pub session_user: Line,
}

/// How the device gets in.
#[derive(Debug, Clone)]
pub struct Door {
    /// The address of the web front.
    pub server: String,
    /// The addresses that it tells devices.
    pub broker_urls: Vec<String>,
    /// The folder of the device.
    pub folder: PathBuf,
}

/// Runs the device until `stop`.
pub async fn run(place: Place, door: Door, db: PgPool, stop: CancellationToken) -> anyhow::Result<()> {
    let identity = identity(&place, &door, &db).await?;
    let mut settings = AgentSettings::new(identity, door.folder);
    settings.session_user = Some(place.session_user);
    let (agent, events) = Agent::start(settings).await.context("the simulated device does not start")?;
    tokio::select! {
        sat = sit_at(&agent, events) => sat.context("the simulated device stopped")?,
        () = stop.cancelled() => {}
    }
    agent.shutdown(STOP_PATIENCE).await;
    Ok(())
}

/// The identity of an earlier start, or of a new enrolment. Also when the broker has moved: the same key gets the same
/// asset, and the new addresses.
async fn identity(place: &Place, door: &Door, db: &PgPool) -> anyhow::Result<Identity> {
    if let Ok(identity) = Identity::load(&door.folder)
        && identity.broker_urls == door.broker_urls
    {
        return Ok(identity);
    }
    let key = Secret::new(Secret::ENROLMENT_KEY_PREFIX);
    let new_key = NewKey {
        name: Some(place.name.clone()),
        customer_id: place.customer_id,
        policy_id: None,
        uses: Some(1),
        expires_at: Some(SystemClock.now() + TimeDelta::hours(KEY_HOURS)),
        lets_in_again: true,
        made_by: None,
    };
    store::enrolment::add_key(db, &key.hash(), &new_key).await?;
    let enrolment = Enrolment {
        server: door.server.clone(),
        key: key.reveal().to_owned(),
        name: place.name.clone(),
        certificate_authority: None,
        proxy: None,
        session_proxy: None,
        machine_hash: None,
        renews: true,
    };
    let identity = enrol(enrolment, door.folder.clone()).await.context("the simulated device cannot enrol")?;
    let change = AssetChange { contact_id: Some(Some(place.contact_id)), ..AssetChange::default() };
    store::assets::change(db, identity.asset_id, &change).await?;
    Ok(identity)
}

/// What is about to be done at the device.
enum Next {
    Read { upto: u64, at: Instant },
    Type { until: Instant, at: Instant },
}

/// Answers what technicians say, and begins by asking something.
async fn sit_at(agent: &Agent, mut events: tokio::sync::broadcast::Receiver<Event>) -> Result<(), agent::SayError> {
    let mut person = Person::default();
    let mut next = None;
    loop {
        let wake = match &next {
            Some(Next::Read { at, .. } | Next::Type { at, .. }) => *at,
            None => Instant::now() + Duration::from_hours(1),
        };
        tokio::select! {
            event = events.recv() => match event {
                Ok(Event::Entry(entry)) if is_technicians(&entry.what) => {
                    if let What::Said { text, .. } = &entry.what {
                        person.hears(text);
                    }
                    next = Some(Next::Read { upto: entry.seq, at: Instant::now() + person.pause_before_reading() });
                }
                Ok(Event::Link(agent::LinkState::Online) | Event::Reset) => {
                    if next.is_none() {
                        next = person_looks(agent, &mut person).await?;
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            },
            () = sleep_until(wake) => next = act(agent, &mut person, next).await?,
        }
    }
}

async fn act(agent: &Agent, person: &mut Person, next: Option<Next>) -> Result<Option<Next>, agent::SayError> {
    let now = Instant::now();
    match next {
        Some(Next::Read { upto, .. }) => {
            if upto > 0 {
                agent.read_upto(upto).await?;
            }
            Ok(person.will_say().map(|text| Next::Type { until: now + Person::time_to_type(text), at: now }))
        }
        Some(Next::Type { until, .. }) if now < until => {
            agent.typing().await?;
            Ok(Some(Next::Type { until, at: until.min(now + KEYSTROKE) }))
        }
        Some(Next::Type { .. }) => {
            if let Some(text) = person.says() {
                agent.say(text).await?;
            }
            Ok(person.will_say().map(|text| Next::Type { until: now + Person::time_to_type(text), at: now }))
        }
        None => Ok(None),
    }
}

/// What is there after the device came online: at the very first time somebody has a question, later there may be
/// something that was not answered.
async fn person_looks(agent: &Agent, person: &mut Person) -> Result<Option<Next>, agent::SayError> {
    let snapshot = agent.snapshot().await?;
    let soon = Instant::now() + person.pause_before_reading();
    match snapshot.entries.last() {
        None if snapshot.waiting.is_empty() => {
            person.has_a_question();
            Ok(Some(Next::Read { upto: 0, at: soon }))
        }
        Some(entry) if is_technicians(&entry.what) => {
            if let What::Said { text, .. } = &entry.what {
                person.hears(text);
            }
            Ok(Some(Next::Read { upto: entry.seq, at: soon }))
        }
        _ => Ok(None),
    }
}

fn is_technicians(what: &What) -> bool {
    matches!(what, What::Said { by: Author::Technician { .. }, .. })
}
