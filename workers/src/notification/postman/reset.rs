//! The e-mail by which a technician takes another password.

use std::time::Duration;

use broker_config::TechnicianId;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use super::not_sent::NotSent;
use super::wording::Wording;

/// How long a link is good.
const LASTS: Duration = Duration::from_hours(1);

/// Makes a link and what the e-mail says about it. The web front knows the token by its SHA-256.
///
/// An attempt that fails leaves a link behind that nobody has.
pub(super) async fn wording(db: &PgPool, technician_id: TechnicianId, public_url: &str) -> Result<Wording, NotSent> {
    let token = BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>());
    let added = store::password_resets::add(db, technician_id, &Sha256::digest(&token).into(), LASTS).await;
    added.map_err(|_| NotSent::again("the database did not answer"))?;
    // What follows `#` stays in the browser: no server and no log sees it.
    Ok(Wording {
        headline: "Another password for Trayline".to_owned(),
        link: format!("{public_url}/reset-password#{token}"),
        opens: "Take another password",
        text: Some(TEXT.to_owned()),
    })
}

const TEXT: &str = "Somebody asked for another password of your account. With the link below you take one; it is good for an hour, and \
                    once. If it was not you, do nothing: your password stays as it is.";
