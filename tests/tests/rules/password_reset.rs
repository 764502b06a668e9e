//! The e-mail with a link for another password, by a real mail server.

use sqlx::PgPool;
use workers::notification::postman::Encryption;

use crate::desk::{PUBLIC_URL, RunningPostman, deliveries_become, settings};
use crate::mail::{mail, unfolded};
use crate::mail_server::MailServer;
use crate::scene::{Scene, technician};

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn the_e_mail_has_a_link_whose_token_stands_nowhere_else(db: PgPool) {
    let server = MailServer::plain().await;
    let ada = technician(&db, "Ada").await;
    let scene = Scene::open(db.clone()).await;
    store::password_resets::ask(&mut db.acquire().await.unwrap(), "ADA@example.com").await.unwrap();
    let _postman = RunningPostman::start(&scene, settings(Some(mail(&server, Encryption::None, None, false))));

    deliveries_become(&db, &[("Ada", "email", "sent")]).await;
    let taken = server.took(1).await;
    assert_eq!(taken[0]["to"][0], "Ada@example.com");
    let message = unfolded(taken[0]["message"].as_str().unwrap());
    assert!(message.contains("Subject: Another password for Trayline"), "{message}");
    let (_, after) = message.split_once(&format!("{PUBLIC_URL}/reset-password#")).unwrap();
    let token: String =
        after.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect();

    let by = store::password_resets::by(&db, &web::Secret::hash_of(&token)).await.unwrap();
    assert_eq!(by.map(|by| by.technician_id), Some(ada));
}
