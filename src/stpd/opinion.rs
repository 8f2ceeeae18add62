//! The second reader: `rust-ini`, which no one here wrote.

use ini::{Ini, ParseOption};

use super::key::parse;
use super::view::{Difference, Intended, View};
use crate::ini::{Newlines, Quoted};

/// What the second reader says to a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondOpinion {
    /// It sees exactly the change that was intended.
    Agrees,
    /// It cannot read the text as it was.
    NotAvailable {
        /// Why not.
        reason: String,
    },
}

/// Asks the second reader whether the difference is the intended one.
pub(super) fn second_opinion(
    before: &[u8],
    after: &[u8],
    intended: &Intended<'_>,
) -> Result<SecondOpinion, Difference> {
    // What was unreadable once may be so again: that is no objection to bringing it back.
    let original = intended.original.map(read).transpose();
    let (before, original) = match (read(before), original) {
        (Ok(before), Ok(original)) => (before, original),
        (Err(reason), _) | (_, Err(reason)) => return Ok(SecondOpinion::NotAvailable { reason }),
    };
    let after = read(after).map_err(|reason| Difference::Unreadable { reason })?;
    let original = original.as_ref().map(View::of_ini);
    intended.check(&View::of_ini(&before), &View::of_ini(&after), original.as_ref())?;
    Ok(SecondOpinion::Agrees)
}

/// Quotes and escapes stay as they are written: values are compared, not used, and a path on Windows is full of
/// backslashes.
const OPTIONS: ParseOption = ParseOption {
    enabled_quote: false,
    enabled_escape: false,
    enabled_indented_mutiline_value: false,
    enabled_preserve_key_leading_whitespace: false,
};

/// Reads a text line by line, or says why `rust-ini` cannot do that.
pub(super) fn read(bytes: &[u8]) -> Result<Ini, String> {
    let document = parse(bytes);
    if document.newlines() == Newlines::Cr && bytes.contains(&b'\r') {
        return Err("rust-ini ends a comment only at a line feed".to_owned());
    }
    let text = without_indentation(&decoded(document.body().of(bytes)));
    let ini = Ini::load_from_str_opt(&text, OPTIONS)
        .map_err(|error| format!("rust-ini stops in line {}: {}", error.line, error.msg))?;
    match View::of_ini(&ini).name_over_lines() {
        Some(name) => Err(format!("rust-ini reads {} as one name", Quoted::from(name))),
        None => Ok(ini),
    }
}

/// The text in UTF-8, or else every byte as the character of Latin-1.
fn decoded(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// `rust-ini` takes an indented comment for a key, and the vendor's own sample is indented.
fn without_indentation(text: &str) -> String {
    text.split_inclusive('\n').map(|line| line.trim_start_matches([' ', '\t'])).collect()
}
