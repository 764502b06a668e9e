//! Imports of customers, contacts and assets from CSV.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::desk::{Answer, Desk, Technician};

const CUSTOMERS: &str = "name\nAcorn\nBirch\n";
const CONTACTS: &str = "customer,name,email,phone\nacorn,Ann Ash,ann@acorn.example,1\nBIRCH,Bob,,\n";
const ASSETS: &str = "customer,name,contact\nAcorn,ash-laptop,ANN@acorn.example\nBirch,front-desk,bob\nBirch,spare,\n";

async fn post(desk: &Desk, by: Option<&Technician>, kind: &str, content_type: &str, file: impl Into<Body>) -> Answer {
    let path = format!("/api/v1/imports/{kind}");
    let mut request = Request::builder().method(Method::POST).uri(path).header(header::HOST, "desk.example");
    if let Some(technician) = by {
        request = request.header(header::COOKIE, &technician.cookie);
    }
    desk.send(request.header(header::CONTENT_TYPE, content_type).body(file.into()).unwrap()).await
}

async fn import(desk: &Desk, by: &Technician, kind: &str, file: impl Into<Body>) -> Value {
    post(desk, Some(by), kind, "text/csv; charset=utf-8", file).await.expect(StatusCode::OK)
}

/// Created, changed, unchanged, and how many errors.
fn counts(report: &Value) -> [u64; 4] {
    let errors = report["errors"].as_array().unwrap().len() as u64;
    let count = |name| report[name].as_u64().unwrap();
    [count("created"), count("changed"), count("unchanged"), errors]
}

/// Every customer, contact and asset.
async fn everything(desk: &Desk) -> Vec<String> {
    let all = "select 'customer ' || name as line from customers
               union all
               select concat_ws(' ', 'contact', cu.name, co.name, co.email, co.phone)
               from contacts co join customers cu using (customer_id)
               union all
               select concat_ws(' ', 'asset', cu.name, a.name, co.name)
               from assets a join customers cu using (customer_id) left join contacts co on co.contact_id = a.contact_id";
    let mut all: Vec<String> = sqlx::query_scalar(all).fetch_all(&desk.bench.db).await.unwrap();
    all.sort();
    all
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn files_are_imported_once_however_often_they_come(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let files = [("customers", CUSTOMERS, 2), ("contacts", CONTACTS, 2), ("assets", ASSETS, 3)];
    for (kind, file, rows) in files {
        let before = everything(&desk).await;
        let preview = import(&desk, &priya, &format!("{kind}?preview=true"), file).await;
        assert_eq!(everything(&desk).await, before, "{kind}");
        assert_eq!(import(&desk, &priya, &format!("{kind}?preview=false"), file).await, preview, "{kind}");
        assert_eq!(counts(&preview), [rows, 0, 0, 0], "{kind}");
    }
    let expected = [
        "asset Acorn ash-laptop Ann Ash",
        "asset Birch front-desk Bob",
        "asset Birch spare",
        "contact Acorn Ann Ash ann@acorn.example 1",
        "contact Birch Bob",
        "customer Acorn",
        "customer Birch",
    ];
    assert_eq!(everything(&desk).await, expected);
    for (kind, file, rows) in files {
        let report = import(&desk, &priya, kind, file.to_uppercase()).await;
        assert_eq!(counts(&report), [0, 0, rows, 0], "{kind}");
    }
    assert_eq!(everything(&desk).await, expected);

    let report = import(&desk, &priya, "contacts", "customer,name,email\nBirch,Bob,bob@birch.example\n").await;
    let preview = json!([{ "line": 2, "outcome": "changed", "name": "Bob" }]);
    let expected = json!({ "rows": 1, "created": 0, "changed": 1, "unchanged": 0, "errors": [], "preview": preview });
    assert_eq!(report, expected);
    let report = import(&desk, &priya, "assets", "customer,name,contact\nBirch,SPARE,bob@birch.example\n").await;
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    assert!(everything(&desk).await.contains(&"asset Birch spare Bob".to_owned()));
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn a_wrong_line_is_named_and_nothing_is_written(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    import(&desk, &priya, "customers", CUSTOMERS).await;
    let before = everything(&desk).await;
    for (kind, file, line, column) in [
        ("customers", "name\nCedar\n\"\"\n", 3, json!("name")),
        ("customers", "name\nCedar\nDogwood,1\n", 3, Value::Null),
        ("customers", "title\nCedar\n", 1, json!("title")),
        ("customers", "name\nCedar\nElm\0\n", 3, json!("name")),
        ("contacts", "customer,name\nAcorn,Ann\nFir,Bob\n", 3, json!("customer")),
        ("contacts", "customer,name,email\nAcorn,Ann,a\0\n", 2, json!("email")),
        ("assets", "customer,name,contact\nAcorn,one,\nAcorn,two,Nobody\n", 3, json!("contact")),
        ("assets", "customer,name,contact\nAcorn,one,\nA\0,two,N\0\n", 3, json!("customer")),
    ] {
        let report = import(&desk, &priya, kind, file).await;
        assert_eq!((&report["errors"][0]["line"], &report["errors"][0]["column"]), (&json!(line), &column), "{file}");
        assert_eq!(counts(&report)[3], 1, "{file}");
        assert_eq!(everything(&desk).await, before, "{file}");
    }
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn texts_are_taken_as_they_are(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let file = "name\n=cmd()\n\"Ann \"\"A\"\" Ash, Ltd\"\n'; drop table customers; --\n<b>Grüße</b>\n";
    assert_eq!(counts(&import(&desk, &priya, "customers", file).await), [4, 0, 0, 0]);
    let expected = [
        "customer '; drop table customers; --",
        "customer <b>Grüße</b>",
        "customer =cmd()",
        "customer Ann \"A\" Ash, Ltd",
    ];
    assert_eq!(everything(&desk).await, expected);
}

#[sqlx::test(migrator = "store::MIGRATOR")]
async fn what_is_no_such_file_is_refused(db: PgPool) {
    let desk = Desk::new(db).await;
    let priya = desk.technician("Priya").await;
    let nobody = post(&desk, None, "customers", "text/csv", CUSTOMERS).await;
    nobody.refused(StatusCode::UNAUTHORIZED, "not-signed-in");
    let large = format!("name\n{}", "x".repeat(2 * 1024 * 1024));
    let large = post(&desk, Some(&priya), "customers", "text/csv", large).await;
    large.refused(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    for (kind, content_type, file) in [
        ("customers", "text/csv", b"name\n\xff\n".as_slice()),
        ("customers", "application/json", b"name\nAcorn\n"),
        ("customers?preview=perhaps", "text/csv", b"name\nAcorn\n"),
    ] {
        let answer = post(&desk, Some(&priya), kind, content_type, file).await;
        answer.refused(StatusCode::BAD_REQUEST, "malformed");
    }
    assert_eq!(everything(&desk).await, [""; 0]);
    let many: Vec<_> = (0..19_000).map(|n| format!("A customer with a long enough name {n}\n")).collect();
    let many = format!("name\n{}", many.concat());
    assert_eq!(counts(&import(&desk, &priya, "customers", many).await), [19_000, 0, 0, 0]);
}
