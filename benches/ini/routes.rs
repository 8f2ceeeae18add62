//! The library's routes to the tasks.

use sesam_transport::ini::{Dialect, Document, Edit, Match, Outcome, Target, plan};

use crate::inputs::Text;

/// Comments the key out: one edit, one buffer with the result. None where the key is not there.
pub fn disable(text: &[u8], section: &str, key: &str) -> Option<Vec<u8>> {
    let target = Target::exact(section.as_bytes(), key.as_bytes());
    match plan(text, Dialect::stpd(), &Edit::disable(target)) {
        Ok(Outcome::Changed(patch)) => Some(patch.apply(text).expect("it was made for this text")),
        Ok(_) => None,
        Err(refusal) => panic!("refused: {refusal}"),
    }
}

/// The same as slices, without a copy: the sum of their lengths, as writing them would look at them.
pub fn disable_as_slices(text: &[u8], section: &str, key: &str) -> usize {
    let target = Target::exact(section.as_bytes(), key.as_bytes());
    match plan(text, Dialect::stpd(), &Edit::disable(target)) {
        Ok(Outcome::Changed(patch)) => {
            let slices = patch.slices(text).expect("it was made for this text");
            slices.map(<[u8]>::len).sum()
        }
        _ => 0,
    }
}

/// Sets a value, for those that have no way to comment a key out.
pub fn set(text: &[u8], section: &str, key: &str, value: &str) -> Option<Vec<u8>> {
    let target = Target::exact(section.as_bytes(), key.as_bytes());
    match plan(text, Dialect::stpd(), &Edit::set(target, value.as_bytes())) {
        Ok(Outcome::Changed(patch)) => Some(patch.apply(text).expect("it was made for this text")),
        _ => None,
    }
}

pub fn parse(text: &[u8]) -> Document<'_> {
    Document::parse(text, Dialect::stpd())
}

/// Looks every name up and reads all values found.
pub fn look_up(document: &Document<'_>, names: &[(String, String)]) -> usize {
    let values = |(section, key): &(String, String)| -> usize {
        document
            .occurrences(section.as_bytes(), key.as_bytes(), Match::Exact)
            .map(|found| found.value().map_or(1, |value| value.len() + 1))
            .sum()
    };
    names.iter().map(values).sum()
}

/// All sections and keys.
pub fn list(document: &Document<'_>) -> usize {
    document
        .sections()
        .map(|section| {
            section.name().len() + section.keys().map(|key| key.key().len()).sum::<usize>()
        })
        .sum()
}

/// Whether the names are found or not as they were chosen.
pub fn check_names(text: &Text) {
    let document = parse(&text.bytes);
    let found = |(section, key): &&(String, String)| {
        document.occurrences(section.as_bytes(), key.as_bytes(), Match::Exact).next().is_some()
    };
    let hits = text.names.iter().filter(found).count();
    assert!((890..=910).contains(&hits), "{}: {hits} of 1000 names found", text.name);
}

/// As [`disable`], by way of a document.
pub fn disable_indexed(text: &[u8], section: &str, key: &str) -> Option<Vec<u8>> {
    let target = Target::exact(section.as_bytes(), key.as_bytes());
    match parse(text).plan(&Edit::disable(target)) {
        Ok(Outcome::Changed(patch)) => Some(patch.apply(text).expect("it was made for this text")),
        _ => None,
    }
}
