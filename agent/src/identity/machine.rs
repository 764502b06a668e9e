//! By what a machine is known again after it was set up anew.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

/// What the firmware says of the machine. Only root may read it.
const FIRMWARE: &str = "sys/class/dmi/id/product_uuid";

/// What the installed system says of itself: another one after it was set up anew, the same one on a copied disk.
const SYSTEM: &str = "etc/machine-id";

/// What firmware says that nobody has filled in, beside one digit repeated.
const NOT_FILLED_IN: [&str; 2] = ["03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009"];

/// A hash by which the machine below this root folder is known again: of its firmware's number, or, without one that is of use,
/// of its system's. The number itself does not leave the machine. None when there is neither.
#[must_use]
pub fn machine_hash(root: &Path) -> Option<String> {
    let firmware = number(root, FIRMWARE).filter(|number| is_filled_in(number)).map(|number| ("firmware", number));
    let (sort, number) = firmware.or_else(|| Some(("system", number(root, SYSTEM)?)))?;
    Some(HEXLOWER.encode(&Sha256::digest(format!("trayline machine: {sort} {number}"))))
}

fn number(root: &Path, file: &str) -> Option<String> {
    let number = fs::read_to_string(root.join(file)).ok()?.trim().to_lowercase();
    (!number.is_empty()).then_some(number)
}

fn is_filled_in(number: &str) -> bool {
    let mut digits = number.chars().filter(char::is_ascii_alphanumeric);
    let first = digits.next();
    digits.any(|digit| Some(digit) != first) && !NOT_FILLED_IN.contains(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(firmware: Option<&str>, system: Option<&str>) -> Option<String> {
        let root = tempfile::tempdir().unwrap();
        for (file, number) in [(FIRMWARE, firmware), (SYSTEM, system)] {
            if let Some(number) = number {
                fs::create_dir_all(root.path().join(file).parent().unwrap()).unwrap();
                fs::write(root.path().join(file), number).unwrap();
            }
        }
        machine_hash(root.path())
    }

    #[test]
    fn a_machine_is_known_by_its_firmware_and_else_by_its_system() {
        let (firmware, system) = (Some("4C4C4544-0042\n"), Some("b08dfa60\n"));
        assert_eq!(hash(firmware, system), hash(Some("4c4c4544-0042"), Some("another")));
        assert_eq!(hash(firmware, None).unwrap().len(), 64);
        for nothing in [None, Some(""), Some("00000000-0000"), Some("FFFFFFFF"), Some(NOT_FILLED_IN[0])] {
            assert_eq!(hash(nothing, system), hash(None, system), "{nothing:?}");
        }
        assert_ne!(hash(firmware, system), hash(None, system));
        assert_eq!(hash(None, None), None);
    }
}
