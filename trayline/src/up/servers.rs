//! The private nats-server and Postgres together: brought up side by side, kept alive, stopped in order.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::time::Duration;

use async_nats::Client;
use broker_config::{BrokerAddress, Clock, Role};

use crate::broker_files::{self, BrokerFilesError};
use crate::config::Config;
use crate::supervise::nats_server::{NatsServer, NatsServerError, connect_when_ready};
use crate::supervise::postgres::{PostgresError, PrivatePostgres};
use crate::supervise::process::{Process, ProcessError};
use crate::supervise::program::{self, PostgresPrograms, ProgramError};
use crate::supervise::user::{NoUser, User};

use super::data_directory::{DataDirectory, DataDirectoryError};
use super::{ports, progress};

/// How long each server may take to stop before it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(15);

/// Both servers, running.
#[derive(Debug)]
pub struct Servers {
    nats_server: Process,
    postgres: Process,
}

/// What is known before anything is started.
struct Plan {
    nats_server: NatsServer,
    postgres: PrivatePostgres,
    programs: PostgresPrograms,
}

impl Servers {
    /// Brings both up, and puts their addresses into `config`. Gives the operator's connection to the broker.
    ///
    /// To be awaited by `main` itself: see [`Process`].
    pub async fn start(
        directory: &mut DataDirectory,
        config: &mut Config,
        path: &OsStr,
        clock: &impl Clock,
    ) -> Result<(Self, Client), ServersError> {
        let plan = Plan::new(directory, config, path)?;
        plan.stop_leftovers().await?;
        let (broker_port, postgres_port) = Plan::choose_ports(directory, config)?;

        broker_files::make(&plan.nats_server.folder, &plan.nats_server.settings(broker_port), clock.now())?;
        config.broker.urls = vec![format!("nats://127.0.0.1:{broker_port}")];
        config.broker.credentials.clone_from(&plan.nats_server.folder);
        config.database.url = plan.postgres.url(postgres_port);
        let mut nats_server = Process::start(plan.nats_server.launch())?;

        if plan.postgres.major().is_none() {
            progress::say("First start: making the database.");
            progress::during("making the database", plan.postgres.init(&plan.programs)).await?;
        }
        let mut postgres = Process::start(plan.postgres.launch(&plan.programs, postgres_port))?;
        directory.remember_postgres(&plan.postgres.folder)?;

        let address: BrokerAddress = config.broker.address(Role::Operator);
        let ready = progress::during("starting the broker and the database", async {
            let broker = connect_when_ready(&mut nats_server, &address, Role::Operator, &plan.nats_server.log);
            let database = plan.postgres.until_ready(&mut postgres, postgres_port);
            let (client, ()) = futures::try_join!(async { broker.await.map_err(ServersError::from) }, async {
                database.await.map_err(ServersError::from)
            })?;
            Ok::<_, ServersError>(client)
        });
        match Box::pin(ready).await {
            Ok(client) => Ok((Self { nats_server, postgres }, client)),
            Err(error) => {
                Self { nats_server, postgres }.stop().await;
                Err(error)
            }
        }
    }

    /// Starts again whichever dies, for as long as this is awaited.
    pub async fn keep_alive(&mut self) -> Infallible {
        tokio::select! {
            never = self.nats_server.keep_alive() => never,
            never = self.postgres.keep_alive() => never,
        }
    }

    /// Stops the broker, then the database.
    pub async fn stop(self) {
        self.nats_server.stop(STOP_PATIENCE).await;
        self.postgres.stop(STOP_PATIENCE).await;
    }
}

impl Plan {
    fn new(directory: &DataDirectory, config: &Config, path: &OsStr) -> Result<Self, ServersError> {
        let nats_server = NatsServer {
            program: program::nats_server(&config.up.nats_server, path)?,
            folder: directory.broker(),
            log: directory.log("nats-server"),
        };
        let user = User::instead_of_root()?;
        let folder = directory.postgres(user.as_ref())?;
        let log = directory.log("postgres");
        let postgres = PrivatePostgres { folder, user, log, password: directory.state.postgres_password.clone() };
        let programs = program::postgres(&config.up.postgres_programs, path, postgres.major())?;
        postgres.check_reach(&programs)?;
        Ok(Self { nats_server, postgres, programs })
    }

    async fn stop_leftovers(&self) -> Result<(), ServersError> {
        let stop = async {
            let nats_server = self.nats_server.stop_leftover().await?;
            let postgres = self.postgres.stop_leftover().await?;
            Ok(nats_server || postgres)
        };
        let stopped = progress::during("stopping what an earlier start left running", stop).await;
        if stopped.map_err(ServersError::Leftover)? {
            progress::say("An earlier start was killed and had left servers running; they are stopped now.");
        }
        Ok(())
    }

    fn choose_ports(directory: &mut DataDirectory, config: &Config) -> Result<(u16, u16), ServersError> {
        let state = &mut directory.state;
        let broker = ports::choose(state.broker_port, config.up.broker_port).map_err(ServersError::Port)?;
        let postgres = ports::choose(state.postgres_port, config.up.postgres_port).map_err(ServersError::Port)?;
        if let Some(before) = state.broker_port.filter(|before| *before != broker) {
            progress::say(&format!(
                "Port {before} is taken, so the broker moves to {broker}. Devices that enrolled must enrol again, or free \
                 the port and start again."
            ));
        }
        state.broker_port = Some(broker);
        state.postgres_port = Some(postgres);
        directory.remember()?;
        Ok((broker, postgres))
    }
}

/// Why the private servers are not up.
#[derive(Debug, thiserror::Error)]
pub enum ServersError {
    /// A program is missing or too old.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// Nobody to run Postgres as.
    #[error(transparent)]
    User(#[from] NoUser),
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDirectory(#[from] DataDirectoryError),
    /// The broker's files cannot be made.
    #[error(transparent)]
    BrokerFiles(#[from] BrokerFilesError),
    /// What an earlier start left running cannot be stopped.
    #[error("cannot stop what an earlier start left running")]
    Leftover(#[source] std::io::Error),
    /// There is no free port.
    #[error("there is no free port on 127.0.0.1")]
    Port(#[source] std::io::Error),
    /// A server cannot be started.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The broker does not come up.
    #[error(transparent)]
    NatsServer(#[from] NatsServerError),
    /// The database does not come up.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
}
