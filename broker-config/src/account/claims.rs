//! The claims of operators, accounts and users, in the shape that nats-server reads.

use serde::Serialize;

use crate::permission::{DEVICE_FEEDS, DEVICE_SERVICES, Rights};
use crate::subject;

use super::device_scope;

/// What the operator's token says.
#[derive(Serialize)]
pub(super) struct OperatorClaims {
    system_account: String,
    signing_keys: Vec<String>,
    r#type: &'static str,
    version: u8,
}

impl OperatorClaims {
    pub(super) fn new(system_account: &str, signing_key: String) -> Self {
        Self {
            system_account: system_account.to_owned(),
            signing_keys: vec![signing_key],
            r#type: "operator",
            version: 2,
        }
    }
}

/// What an account's token says.
#[derive(Serialize)]
pub(super) struct AccountClaims {
    imports: Vec<Import>,
    exports: Vec<Export>,
    limits: Limits,
    signing_keys: Vec<Scope>,
    default_permissions: NoPermissions,
    r#type: &'static str,
    version: u8,
}

impl AccountClaims {
    /// The server's own account. It lets ours know of the devices' connections and end one, lets it read and replace the devices'
    /// account, and nothing else.
    pub(super) fn system(devices: &str) -> Self {
        let [connected, disconnected, connections] = about_connections(devices);
        let events = [connected, disconnected].map(|(subject, _)| Export::new(&subject, "stream"));
        let answers = Export { response_type: Some("Stream"), ..Export::new(&connections.0, "service") };
        let account = about_account(devices).map(|(subject, _)| Export::new(&subject, "service"));
        let exports = events.into_iter().chain([answers, Export::new(CUT.0, "service")]).chain(account).collect();
        Self { exports, ..Self::new(Limits::without_streams(), Vec::new()) }
    }

    /// Our account: it has the streams, exports what devices need of it, and knows of devices' connections.
    pub(super) fn with_streams(scopes: Vec<(&'static str, String, Rights)>, system: &str, devices: &str) -> Self {
        let [connected, disconnected, connections] = about_connections(devices);
        let events = [connected, disconnected].map(|about| Import::under(about, system, "stream"));
        let requests = [connections, (CUT.0.to_owned(), CUT.1)].into_iter().chain(about_account(devices));
        let requests = requests.map(|asked| Import::under(asked, system, "service"));
        let imports = events.into_iter().chain(requests).collect();
        let services = DEVICE_SERVICES.iter().map(|subject| Export::new(subject, "service"));
        let feeds = DEVICE_FEEDS.iter().map(|subject| Export::new(subject, "stream"));
        let exports = services.chain(feeds).collect();
        Self { imports, exports, ..Self::new(Limits::with_streams(), scopes) }
    }

    /// The devices' account: it has nothing but what it imports.
    pub(super) fn for_devices(trayline: &str, device_key: String) -> Self {
        let services = DEVICE_SERVICES.iter().map(|subject| Import::new(subject, trayline, "service"));
        let feeds = DEVICE_FEEDS.iter().map(|subject| Import::new(subject, trayline, "stream"));
        let imports = services.chain(feeds).collect();
        Self { imports, ..Self::new(Limits::without_streams(), vec![device_scope(device_key)]) }
    }

    fn new(limits: Limits, scopes: Vec<(&'static str, String, Rights)>) -> Self {
        let signing_keys =
            scopes.into_iter().map(|(role, key, template)| Scope { kind: "user_scope", key, role, template }).collect();
        Self {
            imports: Vec::new(),
            exports: Vec::new(),
            limits,
            signing_keys,
            default_permissions: NoPermissions { publish: Empty {}, subscribe: Empty {} },
            r#type: "account",
            version: 2,
        }
    }
}

/// What a user's token says: only which account it is in, since the scoped key that signed it carries the rights.
#[derive(Serialize)]
pub(super) struct UserClaims {
    issuer_account: String,
    r#type: &'static str,
    version: u8,
}

impl UserClaims {
    pub(super) fn of(account: &str) -> Self {
        Self { issuer_account: account.to_owned(), r#type: "user", version: 2 }
    }
}

/// Where each server's own account takes requests to end a connection, and where ours makes them.
const CUT: (&str, &str) = ("$SYS.REQ.SERVER.*.KICK", subject::ALL_CUTS);

/// What the server's own account knows of the connections of an account, and where ours has it.
fn about_connections(account: &str) -> [(String, &'static str); 3] {
    [
        (format!("$SYS.ACCOUNT.{account}.CONNECT"), subject::DEVICE_CONNECTED),
        (format!("$SYS.ACCOUNT.{account}.DISCONNECT"), subject::DEVICE_DISCONNECTED),
        (format!("$SYS.REQ.ACCOUNT.{account}.CONNZ"), subject::DEVICE_CONNECTIONS),
    ]
}

/// How the devices' account is read and replaced, and where ours has that. What replaces an account must be signed by a key of
/// the operator.
fn about_account(account: &str) -> [(String, &'static str); 2] {
    [
        (format!("$SYS.REQ.ACCOUNT.{account}.CLAIMS.LOOKUP"), subject::DEVICE_ACCOUNT),
        ("$SYS.REQ.CLAIMS.UPDATE".to_owned(), subject::ACCOUNT_UPDATE),
    ]
}

#[derive(Serialize)]
struct Import {
    name: String,
    subject: String,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_subject: Option<&'static str>,
    r#type: &'static str,
}

impl Import {
    fn new(subject: &str, account: &str, sort: &'static str) -> Self {
        let account = account.to_owned();
        Self { name: subject.to_owned(), subject: subject.to_owned(), account, local_subject: None, r#type: sort }
    }

    /// Under a subject of our own.
    fn under((subject, local): (String, &'static str), account: &str, sort: &'static str) -> Self {
        Self { local_subject: Some(local), ..Self::new(&subject, account, sort) }
    }
}

#[derive(Serialize)]
struct Export {
    name: String,
    subject: String,
    r#type: &'static str,
    /// Of a service: how many answers there are to one request. One, unless it says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_type: Option<&'static str>,
}

impl Export {
    fn new(subject: &str, sort: &'static str) -> Self {
        Self { name: subject.to_owned(), subject: subject.to_owned(), r#type: sort, response_type: None }
    }
}

/// A scoped signing key.
#[derive(Serialize)]
struct Scope {
    kind: &'static str,
    key: String,
    role: &'static str,
    template: Rights,
}

#[derive(Serialize)]
struct NoPermissions {
    #[serde(rename = "pub")]
    publish: Empty,
    #[serde(rename = "sub")]
    subscribe: Empty,
}

#[derive(Serialize)]
struct Empty {}

/// What an account may use; -1 is no limit, 0 nothing.
#[derive(Serialize)]
struct Limits {
    subs: i64,
    data: i64,
    payload: i64,
    imports: i64,
    exports: i64,
    wildcards: bool,
    conn: i64,
    leaf: i64,
    mem_storage: i64,
    disk_storage: i64,
    streams: i64,
    consumer: i64,
}

impl Limits {
    fn without_streams() -> Self {
        Self::storing(0)
    }

    fn with_streams() -> Self {
        Self::storing(-1)
    }

    fn storing(storage: i64) -> Self {
        Self {
            subs: -1,
            data: -1,
            payload: -1,
            imports: -1,
            exports: -1,
            wildcards: true,
            conn: -1,
            leaf: 0,
            mem_storage: storage,
            disk_storage: storage,
            streams: storage,
            consumer: storage,
        }
    }
}
