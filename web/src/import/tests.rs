use broker_config::{ContactId, CustomerId, Line};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use store::imports::{ImportedContact, ImportedCustomer};

use super::table::{Fault, Unreadable};
use super::{Contacts, Customers, Plan, Table, compare};

fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

/// Contacts of the customer "Acorn": names, addresses and telephone numbers.
fn contacts(known: &[(&str, &str, &str)]) -> Contacts {
    let customer_id = CustomerId::new();
    let known = known.iter().map(|(name, email, phone)| ImportedContact {
        contact_id: ContactId::new(),
        customer_id,
        name: line(name),
        email: Line::new(email).ok(),
        phone: Line::new(phone).ok(),
    });
    Contacts::new(vec![ImportedCustomer { customer_id, name: line("Acorn") }], known.collect())
}

fn report(plan: &mut impl Plan, file: &str) -> Value {
    fn read<P: Plan>(_plan: &P, file: &str) -> Table {
        Table::read(file.as_bytes(), P::COLUMNS).unwrap()
    }
    let table = read(plan, file);
    serde_json::to_value(compare(plan, &table)).unwrap()
}

fn outcomes(report: &Value) -> Vec<&str> {
    report["preview"].as_array().unwrap().iter().map(|line| line["outcome"].as_str().unwrap()).collect()
}

#[test]
fn columns_come_in_any_order_and_case_and_a_wrong_head_is_named() {
    let columns = Contacts::COLUMNS;
    let table = Table::read("\u{feff} Name ,CUSTOMER\r\n\"Ash, Ann\", Acorn \r\n".as_bytes(), columns).unwrap();
    assert_eq!((table.rows[0].text("name"), table.rows[0].text("customer")), ("Ash, Ann", "Acorn"));
    for (head, column, reason) in [
        ("customer,name,colour", Some("colour"), "there is no such column"),
        ("customer;name", Some("customer;name"), "there is no such column"),
        ("customer,name,Name", Some("name"), "the column is there twice"),
        ("customer,email", Some("name"), "the column is missing"),
        ("", None, "the file is empty"),
    ] {
        let fault = Fault { column: column.map(str::to_owned), reason: reason.to_owned() };
        assert_eq!(Table::read(head.as_bytes(), columns).unwrap_err(), Unreadable::Header(fault), "{head}");
    }
    let long = format!("name\n{}", "x\n".repeat(20_001));
    for file in [long.as_bytes(), b"name\n\xff\n"] {
        assert!(matches!(Table::read(file, Customers::COLUMNS), Err(Unreadable::File(_))));
    }
}

#[test]
fn a_wrong_line_is_told_by_its_number_and_the_others_are_still_looked_at() {
    let file = "name\n\"two\nlines\"\nAcorn\n\"  \"\nBirch,Cedar\nacorn\n";
    let report = report(&mut Customers::new(&[]), file);
    assert_eq!(outcomes(&report), ["refused", "created", "refused", "refused", "unchanged"]);
    let expected = json!([
        { "line": 2, "column": "name", "reason": "the text has a control character or a line break" },
        { "line": 5, "column": "name", "reason": "the text is empty" },
        { "line": 6, "column": null, "reason": "the line has 2 cells, the first line has 1" },
    ]);
    assert_eq!(report["errors"], expected);
    assert_eq!((&report["rows"], &report["created"], &report["unchanged"]), (&json!(5), &json!(1), &json!(1)));
}

#[test]
fn a_contact_is_known_by_address_else_by_name() {
    let known = [("Ann", "a@x", "1"), ("Bob", "", ""), ("Cy", "", ""), ("cy", "", "")];
    for (row, outcome) in [
        ("Ann,a@x,1", "unchanged"),
        ("ann,A@X,", "unchanged"),
        ("Ann,,", "unchanged"),
        ("Anna,a@x,", "changed"),
        ("Ann,,2", "changed"),
        ("Ann,b@x,", "created"),
        ("Bob,b@x,", "changed"),
        ("Dee,,", "created"),
        ("Cy,,", "refused"),
        ("Cy,c@x,", "refused"),
    ] {
        let report = report(&mut contacts(&known), &format!("customer,name,email,phone\nacorn,{row}\n"));
        assert_eq!(outcomes(&report), [outcome], "{row}");
    }
    let report = report(&mut contacts(&known), "customer,name\nBirch,Ann\n,Ann\n");
    let reasons = report["errors"].as_array().unwrap().iter().map(|error| error["reason"].clone()).collect::<Value>();
    assert_eq!(reasons, json!(["there is no such customer", "the text is empty"]));
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    let report = report(&mut contacts(&[]), "customer,name,phone\nAcorn,Ann,1\nAcorn,Bob,\nAcorn,ANN,2\n");
    let reason = "another line says something else about the same contact";
    let expected = json!([
        { "line": 2, "column": null, "reason": reason },
        { "line": 4, "column": null, "reason": reason },
    ]);
    assert_eq!(report["errors"], expected);
}

proptest! {
    #[test]
    fn what_was_imported_is_unchanged_the_next_time(
        known in vec(("Ann|Bob|Cy", "(a@x|b@x)?", "[12]?"), 0..4),
        rows in vec(("Ann|ANN|Bob|Cy", "(a@x|A@x|b@x)?", "[12]?"), 0..6),
    ) {
        let known: Vec<_> = known.iter().map(|(name, email, phone)| (&**name, &**email, &**phone)).collect();
        let rows: Vec<_> = rows.iter().map(|(name, email, phone)| format!("Acorn,{name},{email},{phone}\n")).collect();
        let file = format!("customer,name,email,phone\n{}", rows.concat());
        let mut plan = contacts(&known);
        let first = report(&mut plan, &file);
        if first["errors"] == json!([]) {
            let second = report(&mut plan.written(), &file);
            prop_assert_eq!(&second["errors"], &json!([]));
            prop_assert_eq!(&second["unchanged"], &json!(rows.len()));
        }
    }

    #[test]
    fn any_file_is_read_or_refused_with_a_reason(
        head in "(customer|name|email|phone|[,;\"\\r\\n ]|\u{feff}){0,8}",
        rows in vec("[a-z@,;\"\\r\\n\u{0}\u{fffd}\u{1f44b} ]{0,40}", 0..8),
        bytes in vec(any::<u8>(), 0..200),
    ) {
        for file in [format!("{head}\n{}", rows.concat()).into_bytes(), bytes.clone(), [b"customer,name\n".to_vec(), bytes].concat()] {
            match Table::read(&file, Contacts::COLUMNS) {
                Ok(table) => {
                    let report = serde_json::to_value(compare(&mut contacts(&[]), &table)).unwrap();
                    prop_assert!(report["errors"].as_array().unwrap().iter().all(|error| error["reason"] != json!("")));
                }
                Err(Unreadable::Header(fault)) => prop_assert!(!fault.reason.is_empty()),
                Err(Unreadable::File(reason)) => prop_assert!(!reason.is_empty()),
            }
        }
    }
}
