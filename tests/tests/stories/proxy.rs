//! A device that reaches nothing but through a proxy.

use serde_json::Value;
use tests::{Program, TestProxy};

use crate::estate::Estate;

#[tokio::test(flavor = "multi_thread")]
async fn a_device_enrols_through_the_proxy_that_is_named_and_remembers_it_but_not_that_of_its_session() {
    let estate = Estate::start().await;
    let customer = estate.admin(&["customer", "add", "--name", "Bluebell Dental"]);
    let key = estate.admin(&["enrolment-key", "add", "--customer", customer["customer_id"].as_str().unwrap()]);
    let web_port = estate.web_url.rsplit_once(':').unwrap().1.parse().unwrap();
    let proxy = TestProxy::start(&[("chat.inside.example:80", web_port)]).await;

    let enrol = |name: &str, more: &[&str], environment: &[(&str, String)]| {
        let state = estate.folder.path().join(name);
        let key = key["enrolment_key"].as_str().unwrap();
        let folder = state.display().to_string();
        let fixed =
            ["enrol", "--server", "http://chat.inside.example", "--key", key, "--name", name, "--state-dir", &folder];
        let environment: Vec<_> = environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let output = estate.folder.path().join("output");
        let _ = Program::new("trayline-agent", &[&fixed, more].concat(), &output).with(&environment).run();
        serde_json::from_slice::<Value>(&std::fs::read(state.join("identity.json")).unwrap()).unwrap()
    };
    let named = enrol("NAMED", &["--proxy", &proxy.url()], &[]);
    assert_eq!(named["proxy"]["address"], proxy.url().as_str());
    let ambient = enrol("AMBIENT", &[], &[("HTTPS_PROXY", proxy.url())]);
    assert_eq!(ambient["proxy"], Value::Null);
    assert_eq!(proxy.asked(), vec![("chat.inside.example:80".to_owned(), 200); 2]);
}
