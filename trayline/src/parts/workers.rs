//! Starting workers by their names.

use std::sync::Arc;

use broker_config::presence::Online;
use broker_config::{Clock, InstanceId, Log, Role, SystemClock, worker};
use sqlx::PgPool;
use workers::assignment::Assignment;
use workers::housekeeping::Housekeeping;
use workers::leases::{self, Instance};
use workers::notification::Notification;
use workers::notification::postman::Postman;
use workers::persistence::Persistence;
use workers::ping::Ping;
use workers::presence::Presence;
use workers::revocation::Revocation;
use workers::runner::{self, BatchWorker};
use workers::sync::Sync;
use workers::unavailable::Unavailable;

use super::{Connections, Parts};
use crate::broker_files;
use crate::config::Config;

/// The words of `trayline work`: all workers, or each one's name.
pub const WORKER_WORDS: [&str; 10] = [
    "all",
    worker::PERSISTENCE,
    worker::SYNC,
    worker::ASSIGNMENT,
    worker::UNAVAILABLE,
    worker::PING,
    worker::NOTIFICATION,
    worker::PRESENCE,
    worker::HOUSEKEEPING,
    worker::REVOCATION,
];

impl Parts {
    /// Starts the workers of these names.
    pub fn workers(&mut self, config: &Config, connections: &Connections, words: &[String]) -> anyhow::Result<()> {
        let (db, log) = (&connections.db, connections.log(Role::Worker)?);
        let names = self::names(config, words);
        let instance = instance();
        let instance_id = instance.instance_id;
        self.leases(log.clone(), instance, names.clone());
        let online = self.follow_presence(&names, &log);
        for name in names {
            match name {
                worker::PERSISTENCE => self.run(name, &log, Persistence::new(db.clone(), log.client())),
                worker::ASSIGNMENT => self.run(name, &log, Assignment::new(db.clone(), log.clone())),
                worker::PING => self.run(name, &log, Ping::new(db.clone(), log.clone(), online.clone())),
                worker::NOTIFICATION => self.notification(config, db, &log, online.clone())?,
                worker::UNAVAILABLE => {
                    let (log, worker) = (log.clone(), Unavailable::new(db.clone(), log.clone()));
                    self.add(name, |stop| async move {
                        let due = worker.due();
                        tokio::join!(runner::run(&worker, &log, &stop), runner::run(&due, &log, &stop));
                        Ok(())
                    });
                }
                worker::PRESENCE => {
                    let worker = Presence::new(db.clone(), log.clone());
                    self.add(name, |stop| async move {
                        worker.run(&stop).await;
                        Ok(())
                    });
                }
                worker::HOUSEKEEPING => {
                    let worker = Housekeeping::new(db.clone(), log.clone(), config.housekeeping.clone(), instance_id);
                    self.add(name, |stop| async move {
                        worker.run(&stop).await;
                        Ok(())
                    });
                }
                worker::REVOCATION => {
                    let revoker = broker_files::revoker(&config.broker.credentials)?;
                    let worker = Revocation::new(db.clone(), log.client(), revoker, Arc::new(SystemClock));
                    self.add(name, |stop| async move {
                        worker.run(&stop).await;
                        Ok(())
                    });
                }
                worker::SYNC => {
                    let worker = Sync::new(db.clone(), log.clone(), config.organisation.clone());
                    self.add(name, |stop| async move {
                        worker.run(&stop).await;
                        Ok(())
                    });
                }
                other => anyhow::bail!("there is no worker {other}"),
            }
        }
        Ok(())
    }

    /// Starts a worker that has one consumer.
    fn run<W: BatchWorker>(&mut self, name: &'static str, log: &Log, worker: W) {
        let log = log.clone();
        self.add(name, |stop| async move {
            runner::run(&worker, &log, &stop).await;
            Ok(())
        });
    }

    /// Starts the notification worker: the rules, their timers, and the postman.
    fn notification(&mut self, config: &Config, db: &PgPool, log: &Log, online: Online) -> anyhow::Result<()> {
        let worker = Notification::new(db.clone(), log.clone(), online);
        let postman = Postman::new(db.clone(), Arc::new(SystemClock), config.postman())?;
        let log = log.clone();
        self.add(worker::NOTIFICATION, |stop| async move {
            let due = worker.due();
            tokio::join!(runner::run(&worker, &log, &stop), runner::run(&due, &log, &stop), postman.run(&stop));
            Ok(())
        });
        Ok(())
    }

    /// Keeps an eye on who is online, if a worker needs to know.
    fn follow_presence(&mut self, names: &[&str], log: &Log) -> Online {
        let online = Online::default();
        if [worker::PING, worker::NOTIFICATION].iter().any(|name| names.contains(name)) {
            let (watched, log) = (online.clone(), log.clone());
            self.add("presence watch", |stop| async move {
                tokio::select! {
                    never = watched.follow(&log) => match never {},
                    () = stop.cancelled() => Ok(()),
                }
            });
        }
        online
    }

    /// Starts what tells others that these workers run here.
    fn leases(&mut self, log: Log, instance: Instance, workers: Vec<&'static str>) {
        self.add("leases", |stop| async move {
            leases::keep(&log, &instance, &workers, &stop).await;
            Ok(())
        });
    }
}

/// Which workers these words name, here: where the revoker's key is not, `all` are all but the one that needs it.
fn names(config: &Config, words: &[String]) -> Vec<&'static str> {
    let mut names = named(words);
    let is_asked_for = words.iter().any(|word| word == worker::REVOCATION);
    if !is_asked_for && !broker_files::has_revoker(&config.broker.credentials) {
        names.retain(|name| *name != worker::REVOCATION);
        tracing::warn!(
            "the worker revocation does not run here: revoker.json is not in broker.credentials. Some process must run it, \
             or devices that are revoked stay connected"
        );
    }
    names
}

/// Which workers these words name.
fn named(words: &[String]) -> Vec<&'static str> {
    let is_named = |worker: &&str| words.iter().any(|word| word == "all" || word == worker);
    WORKER_WORDS.into_iter().skip(1).filter(is_named).collect()
}

/// This process, as its leases tell of it.
fn instance() -> Instance {
    Instance {
        instance_id: InstanceId::new(),
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        process_id: std::process::id(),
        version: env!("CARGO_PKG_VERSION"),
        started_at: SystemClock.now(),
    }
}
