//! The files that make a nats-server the broker of Trayline.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::account::AccountTokens;

/// `nats-server.conf`: the part that is the same on every server. It includes the other two files.
pub const NATS_SERVER_CONF: &str = include_str!("../nats-server.conf");

/// How long a client may take for a handshake. The server's own two seconds are too few when a whole fleet returns.
const HANDSHAKE_SECONDS: u8 = 10;

/// `server.conf`: what differs from server to server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name, unique in a cluster.
    pub name: String,
    /// The address on which it listens, for all of its ports.
    pub host: String,
    /// The port for clients.
    pub port: u16,
    /// The port for clients over WebSocket, for networks that let only HTTP through.
    pub websocket_port: Option<u16>,
    /// The port for `/healthz`, `/jsz` and the like. Reachable by operators only.
    pub monitoring_port: Option<u16>,
    /// The certificate with which it speaks TLS to clients, over WebSocket too. Without one it speaks none.
    pub tls: Option<ServerTls>,
    /// Where it keeps its streams and accounts.
    pub store_dir: PathBuf,
    /// The cluster, when it is in one.
    pub cluster: Option<Cluster>,
}

/// The certificate of a server, in PEM. It reads both files when it starts and when it gets SIGHUP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTls {
    /// Its certificate, then those of the authorities below a known one.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// The cluster that a server is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The port on which the servers talk to each other.
    pub port: u16,
    /// Where the other servers are, such as `nats-route://broker-2:6222`.
    pub routes: Vec<String>,
}

impl Server {
    /// The file's text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut conf = String::new();
        let host = quoted(&self.host);
        // Writing into a String cannot fail.
        let _ = writeln!(conf, "server_name: {}\nhost: {host}\nport: {}", quoted(&self.name), self.port);
        if let Some(port) = self.monitoring_port {
            let _ = writeln!(conf, "http: {}", quoted(&format!("{}:{port}", self.host)));
        }
        let tls = self.tls.as_ref().map(ServerTls::render);
        if let Some(tls) = &tls {
            let _ = writeln!(conf, "{tls}");
        }
        if let Some(port) = self.websocket_port {
            let tls = tls.as_deref().unwrap_or("no_tls: true");
            let _ = writeln!(conf, "websocket {{ host: {host}, port: {port}, {tls}, compression: true }}");
        }
        let store = quoted(&self.store_dir.join("jetstream").to_string_lossy());
        let _ = writeln!(conf, "\njetstream {{\n  store_dir: {store}\n  sync_interval: \"100ms\"\n}}");
        if let Some(cluster) = &self.cluster {
            let routes = cluster.routes.iter().map(|route| quoted(route)).collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                conf,
                "\ncluster {{\n  name: \"trayline\"\n  host: {host}\n  port: {}\n  routes: [{routes}]\n}}",
                cluster.port
            );
        }
        conf
    }
}

impl ServerTls {
    fn render(&self) -> String {
        let file = |path: &Path| quoted(&path.to_string_lossy());
        format!(
            "tls {{ cert_file: {}, key_file: {}, timeout: {HANDSHAKE_SECONDS} }}",
            file(&self.certificate),
            file(&self.key)
        )
    }
}

/// `accounts.conf`: who may connect, for a server with this storage folder.
#[must_use]
pub fn accounts_conf(tokens: &AccountTokens, store_dir: &Path) -> String {
    let dir = quoted(&store_dir.join("accounts").to_string_lossy());
    let preload = [&tokens.system, &tokens.trayline, &tokens.devices];
    let preload = preload.map(|(key, token)| format!("  {key}: {token}\n")).concat();
    format!(
        "operator: {}\nsystem_account: {}\n\n\
         # Accounts are kept here, so that a revocation that was pushed outlives a restart.\n\
         resolver {{\n  type: full\n  dir: {dir}\n  allow_delete: false\n  interval: \"2m\"\n}}\n\
         resolver_preload {{\n{preload}}}\n",
        tokens.operator, tokens.system.0
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The servers of `broker-config/cluster`, which an operator copies and edits.
    fn example(number: u16) -> Server {
        let others = (1..=3).filter(|other| *other != number);
        Server {
            name: format!("broker-{number}"),
            host: "0.0.0.0".to_owned(),
            port: 4222,
            websocket_port: Some(8443),
            monitoring_port: None,
            tls: None,
            store_dir: PathBuf::from("/var/lib/trayline-broker"),
            cluster: Some(Cluster {
                port: 6222,
                routes: others.map(|other| format!("nats-route://broker-{other}:6222")).collect(),
            }),
        }
    }

    #[test]
    fn the_checked_in_cluster_files_are_what_this_version_writes() {
        let files = [
            include_str!("../cluster/broker-1/server.conf"),
            include_str!("../cluster/broker-2/server.conf"),
            include_str!("../cluster/broker-3/server.conf"),
        ];
        for (number, file) in (1..).zip(files) {
            assert_eq!(example(number).render(), file, "broker-{number}");
        }
    }

    #[test]
    fn with_a_certificate_every_port_for_clients_speaks_tls_and_nothing_else() {
        let mut server = example(1);
        server.tls = Some(ServerTls { certificate: PathBuf::from("/etc/c.pem"), key: PathBuf::from("/etc/k.pem") });
        let conf = server.render();
        let tls = r#"tls { cert_file: "/etc/c.pem", key_file: "/etc/k.pem", timeout: 10 }"#;
        assert!(conf.contains(&format!("\n{tls}\nwebsocket {{")), "{conf}");
        assert!(conf.contains(&format!("port: 8443, {tls}, compression")) && !conf.contains("no_tls"), "{conf}");
    }

    #[test]
    fn a_folder_with_quotes_stays_one_value() {
        let mut server = example(1);
        server.store_dir = PathBuf::from("/srv/a \"b\"");
        assert!(server.render().contains(r#"store_dir: "/srv/a \"b\"/jetstream""#));
    }
}
