//! What the doctor sees of the database.

use broker_config::{Clock, SystemClock};
use sqlx::PgPool;

use crate::config::Config;
use crate::parts::database::{self, DatabaseError};
use crate::supervise::program::OLDEST_POSTGRES;

use super::{Finding, chain};

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let asked = async {
        let db = database::connect(config)?;
        let version = version(&db).await?;
        Ok::<_, DatabaseError>((db, version))
    };
    let (db, version) = match asked.await {
        Ok(found) => found,
        Err(error) => {
            let advice = "see whether Postgres runs and whether database.url is right";
            return vec![Finding::fail("database", chain(&error), advice)];
        }
    };
    vec![version, schema(&db).await, clock(&db).await, floods(&db).await]
}

async fn version(db: &PgPool) -> Result<Finding, DatabaseError> {
    let connection = db.acquire().await.map_err(DatabaseError::Unreachable)?;
    // 150018 is 15.18.
    let number = connection.server_version_num().unwrap_or_default();
    let found = format!("Postgres {}.{} answers", number / 10_000, number % 10_000);
    Ok(if number / 10_000 >= OLDEST_POSTGRES {
        Finding::ok("database", found)
    } else {
        Finding::fail("database", found, "Postgres 15 or newer is needed")
    })
}

async fn schema(db: &PgPool) -> Finding {
    const ABOUT: &str = "database's schema";
    match database::refuse_other_schema(db).await {
        Ok(()) => Finding::ok(ABOUT, "that of this version"),
        Err(error @ DatabaseError::OldSchema { .. }) => Finding::fail(ABOUT, chain(&error), "run `trayline migrate`"),
        Err(error) => Finding::fail(ABOUT, chain(&error), "use the version of trayline that made it"),
    }
}

async fn clock(db: &PgPool) -> Finding {
    const ABOUT: &str = "database's clock";
    let before = SystemClock.now();
    match store::server::clock(db).await {
        Ok(theirs) => super::clock(ABOUT, before, theirs, SystemClock.now()),
        Err(error) => Finding::fail(ABOUT, chain(&error), "look at the database's log"),
    }
}

async fn floods(db: &PgPool) -> Finding {
    const ABOUT: &str = "floods";
    match store::floods::of_the_last_day(db).await {
        Ok(floods) if floods.is_empty() => Finding::ok(ABOUT, "no device sent too much within a day"),
        Ok(floods) => {
            let assets: Vec<_> = floods.iter().map(|flood| flood.asset_id.to_string()).collect();
            let found = format!("{} devices sent too much within a day: {}", floods.len(), assets.join(", "));
            Finding::warn(
                ABOUT,
                found,
                "they were cut from the broker for it. See what runs there, or who has their credentials",
            )
        }
        Err(error) => Finding::fail(ABOUT, chain(&error), "look at the database's log"),
    }
}
