//! A real `trayline work notification`, killed with -9 between deciding and writing, and between writing and sending.

use broker_config::{consumer, stream};
use sqlx::PgPool;
use tests::{Program, eventually};
use tokio::net::TcpListener;

use crate::desk::{deliveries, deliveries_become, notices};
use crate::mail_server::MailServer;
use crate::scene::{Scene, handled, technician};

/// The worker, which sends mail to a port of this machine.
fn worker(scene: &Scene, port: u16) -> Program {
    let environment = [
        ("TRAYLINE__MAIL__HOST", "127.0.0.1".to_owned()),
        ("TRAYLINE__MAIL__PORT", port.to_string()),
        ("TRAYLINE__MAIL__TLS", "none".to_owned()),
        ("TRAYLINE__MAIL__FROM", "trayline@example.com".to_owned()),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value));
    scene.bench.program(&["work", "notification"]).with(&environment)
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn killed_between_deciding_and_writing_it_tells_once(db: PgPool) {
    technician(&db, "Ada").await;
    let server = MailServer::plain().await;
    let scene = Scene::open(db.clone()).await;
    let mut lock = db.begin().await.unwrap();
    sqlx::query("lock table notices in access exclusive mode").execute(&mut *lock).await.unwrap();
    let mut first = worker(&scene, server.port);
    first.start();
    scene.client_says("hello?").await;
    eventually("the worker waits for the lock", async || {
        let waiting: i64 =
            sqlx::query_scalar("select count(*) from pg_locks where not granted").fetch_one(&db).await.unwrap();
        waiting > 0
    })
    .await;
    first.kill();
    lock.rollback().await.unwrap();

    let mut second = worker(&scene, server.port);
    second.start();
    deliveries_become(&db, &[("Ada", "email", "sent")]).await;
    handled(&scene.bench, stream::CHAT, consumer::NOTIFICATION).await;

    assert_eq!(notices(&db).await.len(), 1);
    assert_eq!(server.taken().len(), 1);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn killed_between_writing_and_sending_it_sends_once(db: PgPool) {
    technician(&db, "Ada").await;
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let scene = Scene::open(db.clone()).await;
    let mut first = worker(&scene, silent.local_addr().unwrap().port());
    first.start();
    scene.client_says("hello?").await;
    let _conversation = silent.accept().await.unwrap();
    handled(&scene.bench, stream::CHAT, consumer::NOTIFICATION).await;
    first.kill();
    assert_eq!(deliveries(&db).await, [("Ada".to_owned(), "email".to_owned(), "pending".to_owned())]);

    let server = MailServer::plain().await;
    let mut second = worker(&scene, server.port);
    second.start();
    // The lease of the one that was killed ends sooner than it would.
    sqlx::query("update deliveries set leased_until = now() where state = 'pending'").execute(&db).await.unwrap();
    sqlx::query("select pg_notify('deliveries', '')").execute(&db).await.unwrap();
    deliveries_become(&db, &[("Ada", "email", "sent")]).await;

    assert_eq!(notices(&db).await.len(), 1);
    assert_eq!(server.taken().len(), 1);
}
