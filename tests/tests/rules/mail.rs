//! E-mail, to a real mail server.

use serde_json::json;
use sqlx::PgPool;
use workers::notification::postman::{self, Encryption, MailSettings};
use workers::runner::BatchWorker;

use crate::desk::{PUBLIC_URL, RunningPostman, deliveries_become, notification, settings};
use crate::mail_server::{MailServer, PASSWORD, USER};
use crate::scene::{Scene, facts, technician};

const TEXT: &str = "the printer says <b>PC LOAD LETTER</b> again, and the queue is longer than one line of mail may be";

/// One chat with one message, of which Ada is told by e-mail.
async fn a_message_comes(db: &PgPool) -> Scene {
    technician(db, "Ada").await;
    let scene = Scene::open(db.clone()).await;
    scene.client_says(TEXT).await;
    let log = facts(&scene.bench.log, "chat.>").await;
    let persistence = workers::persistence::Persistence::new(db.clone(), scene.bench.log.client());
    persistence.handle(&log).await.unwrap();
    notification(&scene.bench, &[]).await.handle(&log).await.unwrap();
    scene
}

pub fn mail(server: &MailServer, tls: Encryption, password: Option<&str>, include_text: bool) -> MailSettings {
    let server = postman::MailServer {
        host: "localhost".to_owned(),
        port: server.port,
        tls,
        sign_in: password.map(|password| (USER.to_owned(), password.to_owned())),
        certificate_authority: (tls != Encryption::None).then(|| server.certificate()),
    };
    MailSettings { server, from: "Trayline <trayline@example.com>".to_owned(), include_text }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_mail_goes_encrypted_and_signed_in_with_a_link_and_without_the_text(db: PgPool) {
    let server = MailServer::secured().await;
    let scene = a_message_comes(&db).await;
    let _postman =
        RunningPostman::start(&scene, settings(Some(mail(&server, Encryption::StartTls, Some(PASSWORD), false))));

    deliveries_become(&db, &[("Ada", "email", "sent")]).await;
    let mut taken = server.taken();
    let message = taken[0]["message"].take();
    let expected = json!({
        "from": "trayline@example.com", "to": ["Ada@example.com"], "encrypted": true, "signed_in": true, "message": null,
    });
    assert_eq!(taken, [expected]);

    let message = unfolded(message.as_str().unwrap());
    let delivery_id: uuid::Uuid =
        sqlx::query_scalar("select delivery_id from deliveries where channel = 'email'").fetch_one(&db).await.unwrap();
    let link = format!("{PUBLIC_URL}/chats/{}", scene.chat_id);
    for part in [
        "From: Trayline <trayline@example.com>",
        "Subject: New message that nobody has taken, from Bluebell Dental, FRONTDESK-01",
        &format!("Message-ID: <{delivery_id}@example.com>"),
        "Content-Type: text/plain",
        "Content-Type: text/html",
        &format!("<a href=\"{link}\">"),
        &format!("\r\n{link}\r\n"),
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    assert!(!message.contains("printer"), "{message}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn an_administrator_may_let_the_text_be_in_it_and_it_is_no_markup(db: PgPool) {
    let server = MailServer::plain().await;
    let scene = a_message_comes(&db).await;
    let _postman = RunningPostman::start(&scene, settings(Some(mail(&server, Encryption::None, None, true))));

    let taken = server.took(1).await;

    let message = unfolded(taken[0]["message"].as_str().unwrap());
    assert!(message.contains(TEXT), "{message}");
    assert!(message.contains("&lt;b&gt;PC LOAD LETTER&lt;/b&gt;"), "{message}");
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_server_that_refuses_us_or_does_not_encrypt_gets_no_mail_and_the_reason_is_recorded(db: PgPool) {
    let (secured, plain) = (MailServer::secured().await, MailServer::secured().await);
    let scene = a_message_comes(&db).await;
    let cases = [
        (mail(&secured, Encryption::StartTls, Some("battery staple"), false), "the mail server did not take it (535)"),
        (mail(&secured, Encryption::None, None, false), "the mail server did not take it (530)"),
        (
            MailSettings {
                server: postman::MailServer {
                    certificate_authority: None,
                    ..mail(&plain, Encryption::StartTls, None, false).server
                },
                ..mail(&plain, Encryption::StartTls, None, false)
            },
            "the connection to the mail server could not be encrypted",
        ),
    ];
    for (mail, reason) in cases {
        sqlx::query("update deliveries set state = 'pending', attempts = 0, last_error = null, next_attempt_at = now() where channel = 'email'")
            .execute(&db)
            .await
            .unwrap();
        let pace = postman::Pace { attempts: 1, ..crate::desk::SOON };
        let running = RunningPostman::start(&scene, postman::PostmanSettings { pace, ..settings(Some(mail)) });
        deliveries_become(&db, &[("Ada", "email", "failed")]).await;
        running.stop().await;
        let error: String = sqlx::query_scalar("select last_error from deliveries where channel = 'email'")
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(error, reason);
    }
    assert_eq!(secured.taken(), [json!(null); 0]);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn without_a_mail_server_a_mail_fails_at_once_and_says_why(db: PgPool) {
    let scene = a_message_comes(&db).await;
    let _postman = RunningPostman::start(&scene, settings(None));

    deliveries_become(&db, &[("Ada", "email", "failed")]).await;

    let row: (i32, String) = sqlx::query_as("select attempts, last_error from deliveries where channel = 'email'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(row, (1, "no mail server is configured (mail.host)".to_owned()));
}

/// A message as its reader sees it: header lines that were folded, and text lines that were broken, are whole again.
pub fn unfolded(message: &str) -> String {
    message.replace("=\r\n", "").replace("\r\n ", " ").replace("=3D", "=")
}
