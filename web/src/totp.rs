//! Codes of authenticators: RFC 6238 with SHA-1, six digits and half minutes, which is what every authenticator does.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use qrcode::QrCode;
use qrcode::render::svg;
use sha1::Sha1;

/// How long a code is good.
const STEP_SECONDS: i64 = 30;

/// How many steps a clock may be behind or ahead.
const DRIFT: i64 = 1;

/// How wide the picture is at least.
const PICTURE: u32 = 220;

/// What an authenticator and we know.
pub(crate) struct TotpSecret(Vec<u8>);

impl TotpSecret {
    /// Makes a secret of 160 bits.
    pub(crate) fn new() -> Self {
        let bytes: [u8; 20] = rand::random();
        Self(bytes.to_vec())
    }

    /// A secret that was kept.
    pub(crate) fn kept(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What is kept of it.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// For whoever cannot scan: as one types it.
    pub(crate) fn typed(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// What an authenticator scans.
    pub(crate) fn address(&self, email: &str) -> String {
        let email: String = email.bytes().map(escaped).collect();
        format!("otpauth://totp/Trayline:{email}?secret={}&issuer=Trayline", self.typed())
    }

    /// The step of which this is the code, if it is one of about now.
    pub(crate) fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let code = (code.len() == 6).then(|| code.parse::<u32>().ok())??;
        let this = now.timestamp() / STEP_SECONDS;
        (this - DRIFT..=this + DRIFT).find(|step| self.code(*step) == Some(code))
    }

    fn code(&self, step: i64) -> Option<u32> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest.last()? & 0x0f);
        let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
        Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
    }
}

/// A picture of a text that a telephone can scan, as SVG. `None` when the text is too long for one.
pub(crate) fn picture(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(PICTURE, PICTURE).build())
}

/// A byte of an address, as an address may have it.
fn escaped(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_code_or_not(typed in any::<String>(), seconds in 0_i64..4_000_000_000) {
            let step = rfc().step_of(&typed, at(seconds));
            prop_assert!(step.is_none_or(|step| (step - seconds / STEP_SECONDS).abs() <= DRIFT));
        }
    }

    fn rfc() -> TotpSecret {
        TotpSecret::kept(b"12345678901234567890".to_vec())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(rfc().step_of(code, at(seconds)), Some(seconds / STEP_SECONDS), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_for_half_a_minute_before_and_after_its_own() {
        let (code, step) = ("279037", 2_000_000_000 / STEP_SECONDS);
        for (away, found) in [(-2, None), (-1, Some(step)), (0, Some(step)), (1, Some(step)), (2, None)] {
            assert_eq!(rfc().step_of(code, at((step + away) * STEP_SECONDS)), found, "{away}");
        }
        for wrong in ["279038", "27903", "2790370", "", "+79037", "27903a"] {
            assert_eq!(rfc().step_of(wrong, at(2_000_000_000)), None, "{wrong}");
        }
        assert_eq!(rfc().step_of("279 037", at(2_000_000_000)), Some(step));
    }

    #[test]
    fn an_authenticator_scans_an_address() {
        assert_eq!(
            rfc().address("priya+desk@bluebell.example"),
            "otpauth://totp/Trayline:priya%2Bdesk%40bluebell.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Trayline"
        );
        assert!(picture(&rfc().address("a@b.c")).unwrap().contains("<svg"));
    }
}
