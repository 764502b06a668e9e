//! A new chat goes to the technician of its policy, once, if they may have it.

use broker_config::{Assigned, Assignee, Author, Fact, Leaf, Line, Logged, TechnicianId, consumer, stream};
use serde_json::{Value, json};
use sqlx::PgPool;
use workers::assignment::Assignment;
use workers::runner::BatchWorker;

use crate::scene::{Running, Scene, handled, set_policy, technician};

async fn policy_names(db: &PgPool, technician_id: TechnicianId) {
    set_policy(db, json!({ "assignment": { "type": "technician", "technician_id": technician_id } })).await;
}

fn worker(scene: &Scene) -> Assignment {
    Assignment::new(scene.bench.db.clone(), scene.bench.log.clone())
}

/// Lets the worker handle all that there is.
async fn work(scene: &Scene) {
    let running = Running::start(&scene.bench.log, worker(scene));
    handled(&scene.bench, stream::CHAT, consumer::ASSIGNMENT).await;
    running.stop().await;
}

async fn assignments(scene: &Scene) -> Vec<Fact> {
    scene.facts(Leaf::Assigned).await.into_iter().map(|logged| logged.fact).collect()
}

fn to(technician_id: TechnicianId, name: &str, by: Author) -> Fact {
    let name = Line::new(name).unwrap();
    Fact::Assigned(Assigned { to: Some(Assignee { technician_id, name }), by })
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_clients_chat_goes_to_the_technician_of_its_policy(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    policy_names(&db, ada).await;
    let scene = Scene::open(db).await;

    work(&scene).await;

    assert_eq!(assignments(&scene).await, [to(ada, "Ada", Author::Policy)]);
    let noted: Vec<(String, String, Value)> =
        sqlx::query_as("select action, actor, details from audit_log order by audit_id")
            .fetch_all(&scene.bench.db)
            .await
            .unwrap();
    let opened = json!({ "asset_id": scene.device.asset_id });
    let assigned = json!({ "technician_id": ada, "by": "policy" });
    let row = |action: &str, actor: &str, details| (action.to_owned(), actor.to_owned(), details);
    assert_eq!(noted, [row("chat.opened", "device", opened), row("chat.assigned", "system", assigned)]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn without_a_technician_in_its_policy_it_stays_unassigned(db: PgPool) {
    technician(&db, "Ada").await;
    let scene = Scene::open(db).await;
    work(&scene).await;
    assert_eq!(assignments(&scene).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_technician_who_is_disabled_or_may_not_chat_gets_none(db: PgPool) {
    let loses = [
        "update technicians set disabled_at = now() where technician_id = $1",
        "delete from security_group_members where technician_id = $1",
    ];
    for lost in loses {
        let ada = technician(&db, lost).await;
        policy_names(&db, ada).await;
        sqlx::query(lost).bind(ada).execute(&db).await.unwrap();
        let scene = Scene::open(db.clone()).await;

        work(&scene).await;

        assert_eq!(assignments(&scene).await, [], "{lost}");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_a_technician_starts_is_theirs_whatever_the_policy_says(db: PgPool) {
    let (ada, priya) = (technician(&db, "Ada").await, technician(&db, "Priya").await);
    policy_names(&db, ada).await;
    let scene = Scene::new(db).await;
    let Fact::Opened(opened) = scene.technician_opens(priya).await else { unreachable!() };

    work(&scene).await;

    assert_eq!(assignments(&scene).await, [to(priya, "Priya", opened.by)]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn whoever_took_or_released_it_first_is_not_overruled(db: PgPool) {
    let (ada, priya) = (technician(&db, "Ada").await, technician(&db, "Priya").await);
    policy_names(&db, ada).await;
    let scene = Scene::open(db).await;
    scene.assign(Some(priya)).await;
    scene.assign(None).await;
    let before = assignments(&scene).await;

    work(&scene).await;

    assert_eq!(assignments(&scene).await, before);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_chat_that_has_ended_is_given_to_nobody(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    policy_names(&db, ada).await;
    let scene = Scene::open(db).await;
    scene.technician_closes().await;

    work(&scene).await;

    assert_eq!(assignments(&scene).await, []);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn twenty_instances_and_repeats_assign_it_once(db: PgPool) {
    let ada = technician(&db, "Ada").await;
    policy_names(&db, ada).await;
    let scene = Scene::open(db).await;
    let opened: Vec<Logged> = scene.facts(Leaf::Opened).await;

    let worker = worker(&scene);
    let racing = (0..20).map(|_| worker.handle(&opened));
    for outcome in futures::future::join_all(racing).await {
        assert!(outcome.is_ok_and(|rejected| rejected.is_empty()));
    }

    assert_eq!(assignments(&scene).await, [to(ada, "Ada", Author::Policy)]);
}
