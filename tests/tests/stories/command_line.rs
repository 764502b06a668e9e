//! What an operator does from a shell, without broker or web front.

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Program, TestPostgres};

#[tokio::test]
async fn technicians_are_listed_disabled_and_enabled_and_the_last_administrator_stays() {
    let (folder, postgres) = (TempDir::new().unwrap(), TestPostgres::start().await);
    let environment = [("TRAYLINE__DATABASE__URL".to_owned(), postgres.url())];
    let program =
        |arguments: &[&str]| Program::new("trayline", arguments, &folder.path().join("output")).with(&environment);
    let technician = |arguments: &[&str]| program(&[&["--json", "admin", "technician"], arguments].concat());
    let json_of = |program: Program| serde_json::from_str::<Value>(&program.run()).unwrap();
    let _ = program(&["migrate"]).run();
    let add = |name: &'static str| ["add", "--name", name, "--email", name, "--generate-password"];
    let ada = json_of(technician(&[&add("Ada")[..], &["--admin"]].concat()))["technician_id"].clone();
    let groups = ["--group", "technicians", "--group", "Administrators"];
    let tom = json_of(technician(&[&add("Tom")[..], &groups].concat()))["technician_id"].clone();
    let unknown = technician(&[&add("Eve")[..], &["--group", "Owners"]].concat()).command().output().unwrap();
    assert!(!unknown.status.success());
    let list = |is_disabled: bool| {
        let of = |id: &Value, name: &str, groups: &[&str], is_disabled: bool| {
            json!({
                "technician_id": id, "name": name, "email": name, "groups": groups, "is_disabled": is_disabled,
            })
        };
        let tom = of(&tom, "Tom", &["Administrators", "Technicians"], is_disabled);
        json!({ "technicians": [of(&ada, "Ada", &["Administrators"], false), tom] })
    };

    assert_eq!(json_of(technician(&["list"])), list(false));
    for (word, is_disabled) in [("disable", true), ("enable", false)] {
        let expected = json!({ "technician_id": tom, "is_disabled": is_disabled });
        assert_eq!(json_of(technician(&[word, "--email", "TOM"])), expected);
        assert_eq!(json_of(technician(&["list"])), list(is_disabled));
    }
    let _ = technician(&["disable", "--email", "Tom"]).run();
    for refused in ["Ada", "nobody"] {
        let output = technician(&["disable", "--email", refused]).command().output().unwrap();
        assert!(!output.status.success(), "{refused}");
    }
    assert_eq!(json_of(technician(&["list"])), list(true));
}
