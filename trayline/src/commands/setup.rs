//! The code with which somebody becomes the first administrator, for whoever starts the installation.

use anyhow::bail;
use serde_json::json;
use sqlx::PgPool;
use web::TypedCode;

use super::audit::done;

/// Makes a code, if there is no technician yet.
pub async fn code_if_needed(db: &PgPool) -> anyhow::Result<Option<TypedCode>> {
    let code = TypedCode::new();
    Ok(store::setup::add_code(db, &code.hash()).await?.then_some(code))
}

/// Says on stdout how to set up an installation that waits for it. Not in the log: the code is a secret for a while.
pub async fn announce(db: &PgPool, url: &str) -> anyhow::Result<()> {
    let Some(code) = code_if_needed(db).await? else { return Ok(()) };
    let text = format!("Nobody can sign in yet. Open {url}/set-up and give this code: {}", code.reveal());
    super::print(false, &text, &json!({}))
}

/// `trayline admin setup-code`
pub async fn show(db: &PgPool, json: bool) -> anyhow::Result<()> {
    let Some(code) = code_if_needed(db).await? else {
        bail!("the installation has technicians; an administrator adds more, or `trayline admin technician add` does")
    };
    store::audit::record(db, &done("setup_code.made", ("installation", "set-up"), json!({}))).await?;
    let text = format!("The set-up code, shown this once: {}\nOpen /set-up of the front and give it.", code.reveal());
    super::print(json, &text, &json!({ "setup_code": code.reveal() }))
}
