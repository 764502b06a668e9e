//! A device's credential: cut off, and replaced by another one.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use agent::{Agent, AgentSettings, Enrolment, Identity, LinkState, enrol};
use broker_config::{Clock, Line, Log, SystemClock};
use sqlx::PgPool;
use store::device_credentials::{self, EndReason};
use store::enrolment::NewKey;
use tempfile::TempDir;
use tests::{Bench, Program, eventually};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;
use web::{Front, Secret, Settings};
use workers::revocation::Revocation;

use crate::running;

/// A front, and a device that enrolled there.
struct Enrolled {
    identity: Identity,
    folder: TempDir,
}

impl Enrolled {
    async fn new(bench: &Bench) -> Self {
        let server = front(bench).await;
        let customer_id = store::customers::add(&bench.db, &Line::new("Bluebell Dental").unwrap()).await.unwrap();
        let secret = Secret::new(Secret::ENROLMENT_KEY_PREFIX);
        let (lets_in_again, made_by) = (true, None);
        let key =
            NewKey { name: None, customer_id, policy_id: None, uses: None, expires_at: None, lets_in_again, made_by };
        store::enrolment::add_key(&bench.db, &secret.hash(), &key).await.unwrap();
        let folder = TempDir::new().unwrap();
        let (key, name) = (secret.reveal().to_owned(), Line::new("FRONTDESK-01").unwrap());
        let enrolment = Enrolment {
            server,
            key,
            name,
            certificate_authority: None,
            machine_hash: None,
            proxy: None,
            session_proxy: None,
            renews: true,
        };
        let identity = enrol(enrolment, folder.path().to_owned()).await.unwrap();
        Self { identity, folder }
    }

    async fn start(&self) -> Agent {
        let settings = AgentSettings {
            renewal_pause: Duration::from_millis(200),
            answer_patience: Duration::from_secs(1),
            ..AgentSettings::new(Identity::load(self.folder.path()).unwrap(), self.folder.path().to_owned())
        };
        Agent::start(settings).await.unwrap().0
    }

    /// Takes another credential, and ends at `place`. Whether it came to the end.
    async fn rotate(&self, place: u32) -> bool {
        let program = Program::new("ending_rotation", &[], &self.folder.path().join("output")).command();
        let mut command = Command::from(program);
        command.arg(self.folder.path()).arg(place.to_string()).stderr(Stdio::null());
        command.output().await.unwrap().status.success()
    }
}

async fn front(bench: &Bench) -> String {
    let settings = Settings {
        public_url: "http://desk.example".to_owned(),
        broker_urls: vec![bench.broker.url()],
        session_hours: 12,
        session_days: 30,
        trusted_proxies: Vec::new(),
        tls: None,
        oidc: None,
        password_sign_in: true,
    };
    let log: Log = bench.web_log.clone();
    let signer = bench.broker.keys().device_signer().unwrap();
    let front = Front::new(settings, bench.db.clone(), log, signer, Arc::new(SystemClock)).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(front.serve(listener, CancellationToken::new()));
    server
}

fn revocation(bench: &Bench) {
    let clock = Arc::new(SystemClock);
    let worker = Revocation::new(bench.db.clone(), bench.log.client(), bench.broker.revoker(), clock);
    tokio::spawn(async move { worker.run(&CancellationToken::new()).await });
}

async fn is(agent: &Agent, state: LinkState) {
    eventually(&format!("{state:?}"), || async { agent.link().await.unwrap() == state }).await;
}

/// How many credentials the database has.
async fn known(bench: &Bench) -> i64 {
    sqlx::query_scalar("select count(*) from device_credentials").fetch_one(&bench.db).await.unwrap()
}

/// The files of keys and credentials in a device's folder.
fn keys(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.contains("seed") || name.contains("identity")).collect();
    names.sort();
    names
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_is_cut_off_says_so_and_keeps_what_was_written(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    revocation(&bench);
    let device = Enrolled::new(&bench).await;
    let agent = device.start().await;
    is(&agent, LinkState::Online).await;
    let asset_id = device.identity.asset_id;
    device_credentials::end_all(&bench.db, asset_id, EndReason::Revoked, None, SystemClock.now()).await.unwrap();
    is(&agent, LinkState::Refused).await;

    agent.say("Hello?").await.unwrap();
    agent.shutdown(Duration::ZERO).await;
    assert_eq!(agent::waiting_in(device.folder.path()).unwrap(), 1);
    let examined = agent::examine(Identity::load(device.folder.path()).unwrap()).await;
    assert_eq!(examined.err(), Some(agent::Trouble::Refused));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_running_agent_takes_the_credential_that_it_is_asked_to_take_and_uses_it(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    revocation(&bench);
    let device = Enrolled::new(&bench).await;
    let (agent, asset_id) = (device.start().await, device.identity.asset_id);
    is(&agent, LinkState::Online).await;
    device_credentials::ask_rotation(&bench.db, asset_id, SystemClock.now()).await.unwrap();
    eventually("it has another one", || async { known(&bench).await == 2 }).await;
    eventually("it is kept", || async {
        Identity::load(device.folder.path()).is_ok_and(|kept| kept.jwt != device.identity.jwt)
    })
    .await;

    // The day on which both are good is over.
    sqlx::query("update device_credentials set revoked_at = now() where end_reason = 'replaced'")
        .execute(&bench.db)
        .await
        .unwrap();
    eventually("the old one is refused", || async {
        device_credentials::of_asset(&bench.db, asset_id, 2).await.unwrap()[1].cut_at.is_some()
    })
    .await;
    is(&agent, LinkState::Online).await;
    agent.say("Hello?").await.unwrap();
    agent.all_stored().await.unwrap();
    assert_eq!(known(&bench).await, 2);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn wherever_it_ends_while_it_takes_another_credential_it_has_one_that_works(db: PgPool) {
    let bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Enrolled::new(&bench).await;
    let mut known_before = known(&bench).await;
    for place in 1.. {
        let came_to_the_end = device.rotate(place).await;
        let agent = device.start().await;
        is(&agent, LinkState::Online).await;
        agent.shutdown(Duration::from_secs(1)).await;

        assert!(device.rotate(0).await, "after it ended at {place}");
        assert_eq!(keys(device.folder.path()), ["device.seed", "identity.json"]);
        let more = known(&bench).await - known_before;
        known_before += more;
        if came_to_the_end {
            assert_eq!((place, more), (4, 2), "each place was one");
            break;
        }
        assert!((1..=2).contains(&more), "ended at {place}: {more} new ones");
    }
    let agent = device.start().await;
    is(&agent, LinkState::Online).await;
}
