//! The command line.

mod dead;
mod enrolment_key;
mod jobs;

use std::net::SocketAddr;
use std::path::PathBuf;

use broker_config::Line;
use clap::{Args, Parser, Subcommand};

pub use dead::{Dead, Letters};
pub use enrolment_key::{EnrolmentKey, EnrolmentKeyAdd};
pub use jobs::{Jobs, RunJob};

/// Self-hosted live chat between IT technicians and the people at the devices they manage.
///
/// `trayline up` runs all of it on one machine. For an installation of your own, run `trayline web` and `trayline work
/// all` beside a nats-server and a Postgres; docs/operators.md says how.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
pub struct Arguments {
    /// A configuration file, over the defaults and under the environment (`TRAYLINE__WEB__LISTEN=…`).
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print results as JSON, for scripts.
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run everything here: a private broker, a private database, all workers and the web front.
    #[command(after_help = UP_EXAMPLES)]
    Up(Up),

    /// Run the web front: pages, API, live socket, and the door at which devices enrol.
    #[command(after_help = WEB_EXAMPLES)]
    Web,

    /// Run workers. Any of them may run no, one or many times, on as many hosts as you like.
    #[command(after_help = WORK_EXAMPLES)]
    Work(Work),

    /// Bring the database's schema up to this version. Run it before the new version's processes.
    Migrate,

    /// Make, check and adjust the broker.
    #[command(subcommand)]
    Broker(Broker),

    /// Add technicians, customers and enrolment keys.
    #[command(subcommand)]
    Admin(Admin),

    /// Say how every worker does: instances alive, lag, oldest unhandled fact, failures, dead letters.
    Workers,

    /// Say when each job of housekeeping last ran and what it did, or run one now.
    Jobs(Jobs),

    /// Dead letters: what no worker could handle. Read them, give them to their workers again, or throw them away.
    #[command(subcommand)]
    Dead(Dead),

    /// Look at everything and say what is wrong and what to do: broker, database, versions, clocks, lag, dead letters.
    #[command(after_help = DOCTOR_EXIT)]
    Doctor,

    /// Print the configuration in effect, without secrets.
    Config,
}

#[derive(Debug, Args)]
pub struct Up {
    /// Fill an empty installation with demo data, and run a simulated device that talks back.
    #[arg(long)]
    pub demo: bool,

    /// Where everything is kept between runs.
    #[arg(long, value_name = "FOLDER", default_value = ".trayline")]
    pub data_dir: PathBuf,

    /// Where the web front listens, instead of `web.listen` of the configuration. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub struct Work {
    /// Which: `all`, or the names of one or more.
    #[arg(required = true, value_name = "NAME", value_parser = crate::parts::WORKER_WORDS)]
    pub names: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Broker {
    /// Make a broker's folder: keys, accounts, nats-server.conf, and the credentials of our processes. Run again with the same
    /// options, it brings the folder up to this version; keys and credentials that are there are kept.
    #[command(after_help = INIT_EXAMPLES)]
    Init(BrokerInit),

    /// Say how the broker's streams and consumers differ from what this version declares. Changes nothing; fails if they do.
    Check,

    /// Add the streams and consumers that are missing and adjust those that differ. Never removes anything.
    Apply,
}

#[derive(Debug, Args)]
pub struct BrokerInit {
    /// The folder to make.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,

    /// The server's name, unique in a cluster.
    #[arg(long, default_value = "trayline")]
    pub name: String,

    /// The address on which the server listens.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,

    /// The port for clients.
    #[arg(long, default_value_t = 4222)]
    pub port: u16,

    /// The port for clients over WebSocket. None without it.
    #[arg(long)]
    pub websocket_port: Option<u16>,

    /// The server's certificate (PEM), with those of the authorities below a known one: clients then come by TLS alone, over
    /// WebSocket too.
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,

    /// The key of the certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,

    /// Where the server keeps streams and accounts. The folder itself without it.
    #[arg(long, value_name = "FOLDER")]
    pub store_dir: Option<PathBuf>,

    /// Write server.conf anew where it is otherwise: it was made with other options, or changed by hand.
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Technicians: the users of the web front.
    #[command(subcommand)]
    Technician(Technician),

    /// Customers: the businesses supported.
    #[command(subcommand)]
    Customer(Customer),

    /// Enrolment keys: with one, new devices get in.
    #[command(subcommand)]
    EnrolmentKey(EnrolmentKey),

    /// Make a code with which somebody becomes the first administrator, in the front. Only before there is a technician.
    SetupCode,
}

#[derive(Debug, Subcommand)]
pub enum Technician {
    /// Add a technician. The password is read from the first line of stdin, or made and printed with --generate-password.
    #[command(after_help = TECHNICIAN_EXAMPLES)]
    Add(TechnicianAdd),

    /// List the technicians and what they may do.
    List,

    /// Let a technician sign in no more, and end their sessions. Their live sockets close within ten seconds.
    Disable {
        /// The address that they sign in with, in any case.
        #[arg(long, value_parser = line)]
        email: Line,
    },

    /// Let a disabled technician sign in again.
    Enable {
        /// The address that they sign in with, in any case.
        #[arg(long, value_parser = line)]
        email: Line,
    },
}

#[derive(Debug, Args)]
pub struct TechnicianAdd {
    /// The address that they sign in with.
    #[arg(long, value_parser = line)]
    pub email: Line,

    /// Their name, as clients see it.
    #[arg(long, value_parser = line)]
    pub name: Line,

    /// Put them into the security group Administrators, who may do everything.
    #[arg(long)]
    pub admin: bool,

    /// Put them into this security group; may be said more than once. The group Technicians when none is said.
    #[arg(long, value_name = "NAME", value_parser = line)]
    pub group: Vec<Line>,

    /// Make a password and print it.
    #[arg(long)]
    pub generate_password: bool,
}

#[derive(Debug, Subcommand)]
pub enum Customer {
    /// Add a customer, and print its id.
    Add {
        /// Its name.
        #[arg(long, value_parser = line)]
        name: Line,
    },
}

fn line(text: &str) -> Result<Line, String> {
    Line::new(text).map_err(|error| error.to_string())
}

const UP_EXAMPLES: &str = "\
Examples:
  trayline up --demo                      with customers, chats and a device that answers, in .trayline
  trayline up --data-dir /srv/trayline    an empty installation that you mean to keep
  trayline up --listen 127.0.0.1:9090     when the usual port is taken

It needs nats-server >= 2.12 and Postgres >= 15 on the machine, neither running: it starts its own of both, and stops
them on Ctrl-C. Logs are in FOLDER/logs.";

const WEB_EXAMPLES: &str = "\
Examples:
  trayline web --config /etc/trayline/trayline.toml
  TRAYLINE__WEB__LISTEN=0.0.0.0:8080 trayline web";

const WORK_EXAMPLES: &str = "\
Examples:
  trayline work all
  trayline work persistence               one kind alone, such as on a host of its own";

const INIT_EXAMPLES: &str = "\
Example:
  trayline broker init /etc/trayline/broker --host 0.0.0.0 --store-dir /var/lib/trayline-broker
  nats-server -c /etc/trayline/broker/nats-server.conf
  trayline broker apply

keys.json is the root of all trust: keep a copy in a safe place. The servers do not need it.";

const TECHNICIAN_EXAMPLES: &str = "\
Examples:
  trayline admin technician add --email ada@example.com --name 'Ada L.' --admin --generate-password
  pass show trayline/ada | trayline admin technician add --email ada@example.com --name 'Ada L.'";

const DOCTOR_EXIT: &str = "\
Each line is ok, warn or fail, and says what to do. The exit code is 0 when nothing failed, 1 otherwise.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
