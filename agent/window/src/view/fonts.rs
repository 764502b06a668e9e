//! Which font shows what.

use slint::fontique_011::fontique::{FamilyId, GenericFamily};
use slint::fontique_011::shared_collection;

/// Puts the fonts of coloured emoji before all but the first font of the desktop, because many a font of symbols has the
/// same signs in black.
pub(super) fn prefer_colour() {
    let mut collection = shared_collection();
    let emoji: Vec<FamilyId> = collection.generic_families(GenericFamily::Emoji).collect();
    for generic in [GenericFamily::SansSerif, GenericFamily::SystemUi] {
        let mut families: Vec<FamilyId> = collection.generic_families(generic).collect();
        let after_first = families.len().min(1);
        families.splice(after_first..after_first, emoji.iter().copied());
        collection.set_generic_families(generic, families.into_iter());
    }
}
