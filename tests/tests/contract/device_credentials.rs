//! Devices' credentials that are not good, or not any more, on the real configuration.

use async_nats::connection::State;
use async_nats::{Client, ConnectErrorKind, ConnectOptions};
use broker_config::{AssetId, Clock, Refusals, Role, SystemClock, account, subject};
use chrono::{DateTime, TimeDelta, Utc};
use nkeys::KeyPair;
use tests::{TestBroker, eventually};

/// A device's key and its token.
struct Credential {
    asset_id: AssetId,
    key: KeyPair,
    jwt: String,
    expires_at: DateTime<Utc>,
}

impl Credential {
    fn new(broker: &TestBroker, lasts: TimeDelta) -> Self {
        let (asset_id, key) = (AssetId::new(), KeyPair::new_user());
        let signer = broker.keys().device_signer().unwrap();
        let now = SystemClock.now();
        let expires_at = now + lasts;
        let jwt = signer.user_jwt(asset_id, &key.public_key(), now, expires_at).unwrap();
        Self { asset_id, key, jwt, expires_at }
    }

    async fn connect(&self, broker: &TestBroker) -> Result<Client, ConnectErrorKind> {
        connect(broker, &self.jwt, &self.key).await
    }
}

async fn connect(broker: &TestBroker, jwt: &str, key: &KeyPair) -> Result<Client, ConnectErrorKind> {
    let file = account::credentials_file(jwt, &key.seed().unwrap());
    let options = ConnectOptions::with_credentials(&file).unwrap().max_reconnects(1);
    options.connect(broker.url()).await.map_err(|error| error.kind())
}

/// Has the broker refuse these, and no others. Whether that is something new.
async fn refuse(broker: &TestBroker, refused: &[&Credential]) -> bool {
    let worker = broker.log(Role::Worker).await.client();
    let refusals: Refusals =
        refused.iter().map(|credential| (credential.key.public_key(), Some(credential.expires_at))).collect();
    broker.revoker().refuse(&worker, &refusals, SystemClock.now()).await.unwrap()
}

async fn is_cut_off(client: &Client) {
    eventually("the connection ends", || async { client.connection_state() != State::Connected }).await;
}

#[tokio::test]
async fn a_device_that_is_revoked_is_cut_off_and_stays_out_and_no_other_device_is() {
    let mut broker = TestBroker::start().await;
    let (thief, other) = (Credential::new(&broker, TimeDelta::days(1)), Credential::new(&broker, TimeDelta::days(1)));
    let (stolen, untouched) = (thief.connect(&broker).await.unwrap(), other.connect(&broker).await.unwrap());
    let others_connection = untouched.server_info().client_id;

    assert!(refuse(&broker, &[&thief]).await);
    is_cut_off(&stolen).await;
    let out = Some(ConnectErrorKind::AuthorizationViolation);
    assert_eq!(thief.connect(&broker).await.err(), out);
    untouched.flush().await.unwrap();
    assert_eq!(
        (untouched.connection_state(), untouched.server_info().client_id),
        (State::Connected, others_connection)
    );
    assert!(!refuse(&broker, &[&thief]).await, "the broker has it");

    broker.kill();
    broker.restart().await;
    assert_eq!(thief.connect(&broker).await.err(), out, "also after the broker was killed");
    assert!(other.connect(&broker).await.is_ok());
    // Another token for the key that was revoked does not help, whenever it was issued.
    let signer = broker.keys().device_signer().unwrap();
    let later = SystemClock.now() + TimeDelta::minutes(5);
    let another = signer.user_jwt(thief.asset_id, &thief.key.public_key(), later, later + TimeDelta::hours(1)).unwrap();
    assert_eq!(connect(&broker, &another, &thief.key).await.err(), out);

    assert!(refuse(&broker, &[]).await);
    assert!(thief.connect(&broker).await.is_ok());
}

#[tokio::test]
async fn an_expired_token_lets_nobody_in_and_ends_the_connection_that_has_it() {
    let broker = TestBroker::start().await;
    let expired = Credential::new(&broker, TimeDelta::seconds(-5));
    assert_eq!(expired.connect(&broker).await.err(), Some(ConnectErrorKind::AuthorizationViolation));
    let soon = Credential::new(&broker, TimeDelta::seconds(3));
    let client = soon.connect(&broker).await.unwrap();
    is_cut_off(&client).await;
    // The broker cuts it off within the second in which it expires, and lets it in until that is over.
    let out = Some(ConnectErrorKind::AuthorizationViolation);
    eventually("it is let in no more", || async { soon.connect(&broker).await.err() == out }).await;
}

#[tokio::test]
async fn a_token_is_of_no_use_without_its_key_or_from_another_signer() {
    let (broker, elsewhere) = (TestBroker::start().await, TestBroker::start().await);
    let good = Credential::new(&broker, TimeDelta::days(1));
    assert!(good.connect(&broker).await.is_ok());
    let out = Some(ConnectErrorKind::AuthorizationViolation);
    assert_eq!(connect(&broker, &good.jwt, &KeyPair::new_user()).await.err(), out, "a token alone");
    let foreign = Credential::new(&elsewhere, TimeDelta::days(1));
    assert_eq!(foreign.connect(&broker).await.err(), out, "signed by another broker's key");
    // Whatever is changed in a token, the signature is not one of it.
    let claims = good.jwt.split('.').collect::<Vec<_>>();
    let others = foreign.jwt.split('.').collect::<Vec<_>>();
    let forged = [claims[0], others[1], claims[2]].join(".");
    assert_eq!(connect(&broker, &forged, &foreign.key).await.err(), out, "put together from two");
}

#[tokio::test]
async fn no_device_reads_or_replaces_an_account() {
    let broker = TestBroker::start().await;
    let victim = Credential::new(&broker, TimeDelta::days(1));
    refuse(&broker, &[&victim]).await;
    let worker = broker.log(Role::Worker).await.client();
    let before = worker.request(subject::DEVICE_ACCOUNT, "".into()).await.unwrap().payload;
    let token = String::from_utf8(before.to_vec()).unwrap();
    let devices = broker_config::subject_of(&token).unwrap();

    let (_, without_list) = broker.keys().accounts(SystemClock.now() + TimeDelta::days(1)).unwrap().devices;
    let device = broker.connect_device(AssetId::new()).await;
    for subject in [
        subject::ACCOUNT_UPDATE.to_owned(),
        "$SYS.REQ.CLAIMS.UPDATE".to_owned(),
        format!("$SYS.REQ.ACCOUNT.{devices}.CLAIMS.UPDATE"),
        "$SYS.REQ.CLAIMS.DELETE".to_owned(),
        subject::DEVICE_ACCOUNT.to_owned(),
    ] {
        device.publish(subject, without_list.clone().into()).await.unwrap();
    }
    device.flush().await.unwrap();
    assert_eq!(worker.request(subject::DEVICE_ACCOUNT, "".into()).await.unwrap().payload, before);
    assert!(victim.connect(&broker).await.is_err());
}
