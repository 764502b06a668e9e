//! Revoked devices, as the worker has the broker refuse them.

use std::sync::Arc;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions};
use broker_config::{AssetId, Clock, Refusals, SystemClock, account};
use chrono::TimeDelta;
use nkeys::KeyPair;
use sqlx::PgPool;
use store::device_credentials::{self, EndReason, NewCredential};
use tests::{Bench, eventually};
use workers::revocation::Revocation;

use crate::running::Running;

/// A device whose credential stands in the database.
struct Known {
    asset_id: AssetId,
    key: KeyPair,
    file: String,
}

impl Known {
    async fn new(bench: &Bench, lasts: TimeDelta) -> Self {
        let (asset_id, key) = (bench.asset().await, KeyPair::new_user());
        let (now, public_key) = (SystemClock.now(), key.public_key());
        let expires_at = now + lasts;
        let signer = bench.broker.keys().device_signer().unwrap();
        let jwt = signer.user_jwt(asset_id, &public_key, now, expires_at).unwrap();
        let file = account::credentials_file(&jwt, &key.seed().unwrap());
        let public_key = &*public_key;
        let new = NewCredential {
            public_key,
            asset_id,
            enrolment_key_id: None,
            replaces: None,
            expires_at: Some(expires_at),
        };
        device_credentials::add(&bench.db, &new, now).await.unwrap();
        Self { asset_id, key, file }
    }

    async fn connect(&self, bench: &Bench) -> Option<Client> {
        let options = ConnectOptions::with_credentials(&self.file).unwrap().max_reconnects(1);
        options.connect(bench.broker.url()).await.ok()
    }

    async fn revoke(&self, bench: &Bench) {
        let now = SystemClock.now();
        let ended = device_credentials::end_all(&bench.db, self.asset_id, EndReason::Revoked, None, now).await;
        assert_eq!(ended.unwrap(), 1);
    }

    async fn is_noted_as_cut(&self, bench: &Bench) -> bool {
        device_credentials::of_asset(&bench.db, self.asset_id, 1).await.unwrap()[0].cut_at.is_some()
    }
}

fn revocation(bench: &Bench) -> Running {
    let clock = Arc::new(SystemClock);
    let worker = Revocation::new(bench.db.clone(), bench.log.client(), bench.broker.revoker(), clock);
    Running::spawn(async move |shutdown| worker.run(&shutdown).await)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_device_that_is_revoked_loses_its_connection_and_no_other_does(db: PgPool) {
    let bench = Bench::new(db).await;
    let _workers = [revocation(&bench), revocation(&bench)];
    let (lost, other) = (Known::new(&bench, TimeDelta::days(1)).await, Known::new(&bench, TimeDelta::days(1)).await);
    let (client, others) = (lost.connect(&bench).await.unwrap(), other.connect(&bench).await.unwrap());

    lost.revoke(&bench).await;
    eventually("it is cut off", || async { client.connection_state() != State::Connected }).await;
    eventually("that is noted", || async { lost.is_noted_as_cut(&bench).await }).await;
    assert!(lost.connect(&bench).await.is_none());
    others.flush().await.unwrap();
    assert_eq!(others.connection_state(), State::Connected);
    assert!(!other.is_noted_as_cut(&bench).await);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_was_revoked_while_the_broker_or_the_worker_was_away_is_refused_afterwards(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let worker = revocation(&bench);
    let (first, second) = (Known::new(&bench, TimeDelta::days(1)).await, Known::new(&bench, TimeDelta::days(1)).await);
    bench.broker.kill();
    first.revoke(&bench).await;
    bench.broker.restart().await;
    eventually("the first is refused", || async { first.is_noted_as_cut(&bench).await }).await;
    assert!(first.connect(&bench).await.is_none());

    worker.kill().await;
    second.revoke(&bench).await;
    assert!(second.connect(&bench).await.is_some(), "nobody has told the broker");
    let _worker = revocation(&bench);
    eventually("the second is refused", || async { second.connect(&bench).await.is_none() }).await;
    assert!(first.connect(&bench).await.is_none());
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_list_that_was_lost_is_put_back_when_the_worker_connects(db: PgPool) {
    let mut bench = Bench::new(db).await;
    let _worker = revocation(&bench);
    let lost = Known::new(&bench, TimeDelta::days(1)).await;
    lost.revoke(&bench).await;
    eventually("it is refused", || async { lost.is_noted_as_cut(&bench).await }).await;
    // As an upgrade does it, which signs the accounts anew.
    let (client, now) = (bench.log.client(), SystemClock.now());
    assert!(bench.broker.revoker().refuse(&client, &Refusals::default(), now).await.unwrap());
    bench.broker.kill();
    bench.broker.restart().await;
    eventually("it is refused again", || async { lost.connect(&bench).await.is_none() }).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whatever_has_expired_and_whatever_ends_later_is_not_on_the_list(db: PgPool) {
    let bench = Bench::new(db).await;
    let (expired, replaced) =
        (Known::new(&bench, TimeDelta::seconds(-5)).await, Known::new(&bench, TimeDelta::days(1)).await);
    expired.revoke(&bench).await;
    let (tomorrow, asset_id) = (SystemClock.now() + TimeDelta::hours(12), replaced.asset_id);
    device_credentials::end_all(&bench.db, asset_id, EndReason::Replaced, None, tomorrow).await.unwrap();
    assert_eq!(device_credentials::refused(&bench.db).await.unwrap(), []);

    replaced.revoke(&bench).await;
    let refused = device_credentials::refused(&bench.db).await.unwrap();
    assert_eq!(refused.iter().map(|refused| &*refused.public_key).collect::<Vec<_>>(), [replaced.key.public_key()]);
}
