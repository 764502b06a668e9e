//! A whole Trayline as separate processes, each of which can be killed.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;
use tempfile::TempDir;
use tests::{Program, TestBroker, TestPostgres, eventually, free_port};
use tokio::time::sleep;

/// Broker, database, workers and web front.
pub struct Estate {
    pub folder: TempDir,
    pub broker: TestBroker,
    pub postgres: TestPostgres,
    pub web_url: String,
    environment: Vec<(String, String)>,
    programs: Vec<Program>,
}

/// What can be killed.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Broker,
    Postgres,
    Program(usize),
}

impl Estate {
    /// Starts all of it, with an empty database.
    pub async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let (broker, postgres) = (TestBroker::start().await, TestPostgres::start().await);
        let web = format!("127.0.0.1:{}", free_port());
        let environment = [
            ("TRAYLINE__DATABASE__URL", postgres.url()),
            ("TRAYLINE__BROKER__URLS", format!("[{:?}]", broker.url())),
            ("TRAYLINE__BROKER__CREDENTIALS", broker.credentials_folder().display().to_string()),
            ("TRAYLINE__WEB__LISTEN", web.clone()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let mut estate =
            Self { folder, broker, postgres, web_url: format!("http://{web}"), environment, programs: Vec::new() };

        let _ = estate.trayline(&["migrate"]).run();
        let commands: [&[&str]; 3] = [&["work", "persistence"], &["work", "sync"], &["web"]];
        for arguments in commands {
            let operations = format!("127.0.0.1:{}", free_port());
            let mut program =
                estate.trayline(arguments).with(&[("TRAYLINE__OPERATIONS__LISTEN".to_owned(), operations.clone())]);
            program.start();
            eventually("the program is ready", async || {
                let answer = reqwest::get(format!("http://{operations}/readyz")).await;
                answer.is_ok_and(|answer| answer.status().is_success())
            })
            .await;
            estate.programs.push(program);
        }
        estate
    }

    /// Runs `trayline admin` and gives what it printed.
    pub fn admin(&self, arguments: &[&str]) -> Value {
        let printed = self.trayline(&[&["--json", "admin"], arguments].concat()).run();
        serde_json::from_str(&printed).unwrap()
    }

    /// Kills one part after the other with -9 and starts it again, every part once.
    pub async fn kill_each_once(&mut self, random: &mut StdRng) {
        let programs = (0..self.programs.len()).map(Victim::Program);
        let mut victims: Vec<_> = [Victim::Broker, Victim::Postgres].into_iter().chain(programs).collect();
        victims.shuffle(random);
        for victim in victims {
            sleep(Duration::from_millis(random.random_range(200..900))).await;
            println!("killing {victim:?}");
            self.kill(victim);
            sleep(Duration::from_millis(random.random_range(0..700))).await;
            self.revive(victim).await;
        }
    }

    fn kill(&mut self, victim: Victim) {
        match victim {
            Victim::Broker => self.broker.kill(),
            Victim::Postgres => self.postgres.kill(),
            Victim::Program(number) => self.programs[number].kill(),
        }
    }

    async fn revive(&mut self, victim: Victim) {
        match victim {
            Victim::Broker => self.broker.restart().await,
            Victim::Postgres => self.postgres.restart().await,
            Victim::Program(number) => self.programs[number].start(),
        }
    }

    fn trayline(&self, arguments: &[&str]) -> Program {
        Program::new("trayline", arguments, &self.folder.path().join("output")).with(&self.environment)
    }
}
