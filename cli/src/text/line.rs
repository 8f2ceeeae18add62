//! Lines: names come from files of anybody, and one with a line break in it must not look like a line of its own.

use std::{borrow::Cow, fmt::Arguments};

/// A text that stays on its line: line breaks and tabs are spelled out.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let breaks = ['\n', '\r', '\t', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    if !text.contains(breaks) {
        return Cow::Borrowed(text);
    }
    let spelled = text
        .chars()
        .map(|c| if breaks.contains(&c) { c.escape_unicode().to_string() } else { c.to_string() });
    Cow::Owned(spelled.collect())
}

/// Adds one line to a text, without blanks at its end.
pub(super) fn put(text: &mut String, line: Arguments<'_>) {
    let line = line.to_string();
    text.push_str(one_line(&line).trim_end_matches(' '));
    text.push('\n');
}
