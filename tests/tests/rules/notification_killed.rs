//! A real `trayline work notification`, killed with -9 between deciding and writing, in the middle of writing, between
//! writing and acknowledging, and between writing and sending.

use broker_config::{consumer, stream};
use sqlx::{PgPool, Postgres, Transaction};
use tests::Program;
use tokio::net::TcpListener;

use crate::desk::{deliveries, deliveries_become, notices};
use crate::killed::waiting_for_locks;
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
    waiting_for_locks(&db, 1).await;
    first.kill();
    lock.rollback().await.unwrap();

    told_once_by_another(&scene, &server).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn killed_in_the_middle_of_writing_it_tells_once(db: PgPool) {
    technician(&db, "Ada").await;
    let server = MailServer::plain().await;
    let scene = Scene::open(db.clone()).await;
    let held = hold_deliveries(&db).await;
    let mut first = worker(&scene, server.port);
    first.start();
    scene.client_says("hello?").await;
    // The claim and the notice are written by now.
    waiting_for_locks(&db, 1).await;
    first.kill();
    held.rollback().await.unwrap();

    told_once_by_another(&scene, &server).await;
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn killed_between_writing_and_acknowledging_it_tells_once(db: PgPool) {
    technician(&db, "Ada").await;
    let server = MailServer::plain().await;
    let scene = Scene::open(db.clone()).await;
    let held = hold_deliveries(&db).await;
    let mut first = worker(&scene, server.port);
    first.start();
    scene.client_says("hello?").await;
    waiting_for_locks(&db, 1).await;
    // Who asks for a lock first gets it first: the worker's next look at notices comes after this.
    let mut lock = db.begin().await.unwrap();
    let locking = sqlx::query("lock table notices in access exclusive mode").execute(&mut *lock);
    let (locked, ()) = tokio::join!(locking, async {
        waiting_for_locks(&db, 2).await;
        held.rollback().await.unwrap();
    });
    locked.unwrap();
    waiting_for_locks(&db, 1).await;
    first.kill();
    lock.rollback().await.unwrap();

    assert_eq!(notices(&db).await.len(), 1, "it was written");
    let mut second = worker(&scene, server.port);
    second.start();
    // What the postman of the one that was killed may have begun is taken over now.
    handled(&scene.bench, stream::CHAT, consumer::NOTIFICATION).await;
    end_leases(&db).await;
    deliveries_become(&db, &[("Ada", "email", "sent")]).await;
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
    end_leases(&db).await;
    deliveries_become(&db, &[("Ada", "email", "sent")]).await;

    assert_eq!(notices(&db).await.len(), 1);
    assert_eq!(server.taken().len(), 1);
}

/// Lets who writes deliveries wait in the middle of that, until the transaction ends.
async fn hold_deliveries(db: &PgPool) -> Transaction<'static, Postgres> {
    let trigger = "create function hold() returns trigger language plpgsql as
                $$ begin perform pg_advisory_xact_lock(1); return new; end $$;
                create trigger hold before insert on deliveries for each row execute function hold()";
    sqlx::raw_sql(trigger).execute(db).await.unwrap();
    let mut held = db.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(1)").execute(&mut *held).await.unwrap();
    held
}

/// The lease of one that was killed ends sooner than it would.
async fn end_leases(db: &PgPool) {
    sqlx::query("update deliveries set leased_until = now() where state = 'pending'").execute(db).await.unwrap();
    sqlx::query("select pg_notify('deliveries', '')").execute(db).await.unwrap();
}

async fn told_once_by_another(scene: &Scene, server: &MailServer) {
    let db = &scene.bench.db;
    let mut second = worker(scene, server.port);
    second.start();
    deliveries_become(db, &[("Ada", "email", "sent")]).await;
    handled(&scene.bench, stream::CHAT, consumer::NOTIFICATION).await;

    assert_eq!(notices(db).await.len(), 1);
    assert_eq!(server.taken().len(), 1);
}
