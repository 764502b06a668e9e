//! An agent on a broker that speaks TLS.

use agent::{Agent, LinkState};
use broker_config::{Log, Role};
use sqlx::PgPool;
use tempfile::TempDir;
use tests::{Bench, Certificates, TestBroker, eventually};

use crate::device::{Device, stored};
use crate::running;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_agent_talks_to_a_broker_whose_authority_it_knows_and_tells_no_other_anything(db: PgPool) {
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let certificates = Certificates::make(folder.path());
    let broker = TestBroker::start_with_tls(certificates.clone()).await;
    let (log, web_log): (Log, Log) = (broker.log(Role::Worker).await, broker.log(Role::Web).await);
    let bench = Bench { broker, db, log, web_log };
    running::workers(&bench);
    for url in [bench.broker.url(), bench.broker.websocket_url()] {
        let device = Device::new(&bench).await;
        let mut settings = device.settings();
        settings.identity.broker_urls = vec![url];
        settings.identity.certificate_authority = Some(Certificates::make(elsewhere.path()).authority);
        let (astray, _events) = Agent::start(settings.clone()).await.unwrap();
        astray.say("for your eyes only").await.unwrap();
        assert_eq!(astray.link().await.unwrap(), LinkState::Offline);
        astray.shutdown(std::time::Duration::from_secs(1)).await;
        let before = stored(&bench.db).await.len();

        settings.identity.certificate_authority = Some(certificates.authority.clone());
        let (agent, _events) = Agent::start(settings).await.unwrap();
        agent.all_stored().await.unwrap();
        eventually("it is online", async || agent.link().await.unwrap() == LinkState::Online).await;
        assert_eq!(stored(&bench.db).await.len(), before + 1);
    }
}
