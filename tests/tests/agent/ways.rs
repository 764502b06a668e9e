//! Networks that let only some connections through.

use sqlx::PgPool;
use tests::{Bench, free_port};

use crate::device::{Device, stored};
use crate::running;
use agent::Agent;

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn where_tcp_does_not_get_through_messages_go_over_websocket(db: PgPool) {
    let mut bench = Bench::new(db).await;
    running::workers(&bench);
    let device = Device::new(&bench).await;
    let mut settings = device.settings();
    let nobody = format!("nats://127.0.0.1:{}", free_port());
    settings.identity.broker_urls = vec![bench.broker.websocket_url(), nobody];
    let (agent, _events) = Agent::start(settings).await.unwrap();
    agent.say("through the needle's eye").await.unwrap();
    agent.all_stored().await.unwrap();

    bench.broker.kill();
    agent.say("and again").await.unwrap();
    bench.broker.restart().await;
    agent.all_stored().await.unwrap();
    assert_eq!(stored(&bench.db).await, ["through the needle's eye", "and again"]);
}
