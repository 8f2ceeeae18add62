//! The beginning of a line that reads by itself, and the key that may be there.

use crate::ini::dialect::Dialect;
use crate::ini::line::{leading_blanks, len_before_blanks, len_before_line_end};
use crate::ini::mask::{Near, len_before};
use crate::ini::span::Span;
use crate::ini::text::Text;

/// The key, active or commented, of a line that may turn out to have none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PossibleKey {
    /// The first byte of the line that is no blank.
    pub(super) first: usize,
    pub(super) name: Span,
}

/// What a few bytes tell of the line that they begin.
enum Seen {
    Key(PossibleKey),
    NoKey,
    /// Neither the key nor the line ends among them.
    TooLittle,
}

impl PossibleKey {
    /// That of the line which `rest` starts with.
    #[inline]
    pub(super) fn of_line(text: &Text<'_>, rest: Span) -> Option<Self> {
        match Self::near(text, rest.start) {
            Seen::Key(key) => Some(key),
            Seen::NoKey => None,
            Seen::TooLittle => Self::far(text, rest),
        }
    }

    /// From bits for the first bytes of the line: with these there is little to decide, and what is
    /// decided for each line is often foreseen wrongly.
    #[inline]
    fn near(text: &Text<'_>, start: usize) -> Seen {
        let (bytes, dialect) = (text.bytes(), text.dialect());
        let Some(near) = Near::at(bytes, start) else { return Seen::TooLittle };
        let delimiters = near.where_any(dialect.delimiter_bytes());
        let ends = near.where_any([text.newlines().terminator()]);
        let blanks = near.where_any([b' ', b'\t']);
        let markers = near.where_any(dialect.marker_bytes());

        let stop = (delimiters | ends).trailing_zeros();
        let Some(stopping) = 1_u32.checked_shl(stop) else { return Seen::TooLittle };
        // What stops is neither blank nor marker, and so behind all of these.
        let first = blanks.trailing_ones();
        let is_hidden = markers.wrapping_shr(first) & 1;
        let behind_marker = blanks.checked_shr(first + 1).unwrap_or_default();
        let key = first + is_hidden * (1 + behind_marker.trailing_ones());
        let inside = (stopping - 1) & u32::MAX.wrapping_shl(key);
        let len = u32::BITS - (inside & !blanks).leading_zeros();

        let at = |offset: u32| start + offset as usize;
        let name = if delimiters & stopping == 0 {
            word_in(bytes, Span::new(at(key), at(stop)), dialect)
        } else {
            Some(Span::new(at(key), at(len)))
        };
        match name {
            Some(name) if may_begin_with(name.of(bytes).first(), dialect) => {
                Seen::Key(Self { first: at(first), name })
            }
            _ => Seen::NoKey,
        }
    }

    /// By reading the line, up to a delimiter if there is one.
    fn far(text: &Text<'_>, rest: Span) -> Option<Self> {
        let (bytes, dialect) = (text.bytes(), text.dialect());
        let first = rest.start + leading_blanks(rest.of(bytes));
        let is_hidden = bytes.get(first).is_some_and(|byte| dialect.is_marker(*byte));
        let behind_marker = first + usize::from(is_hidden);
        let start = behind_marker + leading_blanks(Span::new(behind_marker, rest.end).of(bytes));
        let rest = Span::new(start, rest.end);
        if !may_begin_with(rest.of(bytes).first(), dialect) {
            return None;
        }
        let [one, other] = dialect.delimiter_bytes();
        let stops = [one, other, text.newlines().terminator()];
        let stop = start + len_before(bytes, rest, stops).unwrap_or(rest.len());
        let beginning = Span::new(start, stop);
        let name = if bytes.get(stop).is_some_and(|byte| dialect.is_delimiter(*byte)) {
            Span::new(start, start + len_before_blanks(beginning.of(bytes)))
        } else {
            word_in(bytes, beginning, dialect)?
        };
        (!name.is_empty()).then_some(Self { first, name })
    }
}

/// Whether a key may begin with this byte, where it would begin.
#[inline]
fn may_begin_with(first: Option<&u8>, dialect: Dialect) -> bool {
    first.is_some_and(|first| *first != b'[' && !dialect.is_marker(*first))
}

/// What may be a bare key: the only word of a line without a delimiter.
fn word_in(bytes: &[u8], span: Span, dialect: Dialect) -> Option<Span> {
    let word = Span::new(span.start, span.start + len_before_line_end(span.of(bytes)));
    let is_word = memchr::memchr2(b' ', b'\t', word.of(bytes)).is_none();
    (is_word && dialect.sees_bare_keys()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::{PossibleKey, Seen};
    use crate::ini::dialect::{BareKeys, Delimiters, Dialect, Markers};
    use crate::ini::entry::Entry;
    use crate::ini::span::Span;
    use crate::ini::text::Text;

    /// Every line of up to six of the bytes that decide something, and the same with a long word in
    /// it, with more text behind it and without.
    #[test]
    fn every_short_line_has_the_key_that_reading_it_finds() {
        const BYTES: &[u8] = b"k =#[\r\x01";
        let dialects = [
            Dialect::stpd(),
            Dialect::generic().with_bare_keys(BareKeys::Unread),
            Dialect::generic().with_delimiters(Delimiters::Equals).with_markers(Markers::Semicolon),
        ];
        let mut lines = vec![Vec::new()];
        let mut keys = 0;
        for _ in 0..=6 {
            let mut longer = Vec::new();
            for line in &lines {
                keys += dialects.map(|dialect| check(line, dialect)).iter().sum::<usize>();
                longer.extend(BYTES.iter().map(|byte| [&line[..], &[*byte]].concat()));
            }
            lines = longer;
        }
        assert!(keys > 100_000, "only {keys} lines had a key");
    }

    /// How many of the lines have a key.
    fn check(pattern: &[u8], dialect: Dialect) -> usize {
        let word = |len| {
            pattern.iter().flat_map(
                move |byte| {
                    if *byte == 1 { vec![b'w'; len] } else { vec![*byte] }
                },
            )
        };
        let mut keys = 0;
        let lens: &[usize] = if pattern.contains(&1) { &[1, 15, 30, 31, 32, 33, 70] } else { &[0] };
        for len in lens {
            for behind in [&b""[..], b"\nnext = line\n and much more text behind it"] {
                let bytes: Vec<u8> = word(*len).chain(behind.iter().copied()).collect();
                keys += check_line(&bytes, dialect);
            }
        }
        keys
    }

    fn check_line(bytes: &[u8], dialect: Dialect) -> usize {
        // Where there is no LF a CR would end the line.
        let with_end = [&b"\n"[..], bytes].concat();
        let text = Text::of(&with_end, dialect);
        let Some(line) = text.lines().nth(1) else { return 0 };
        let read = Entry::of(&text, &line);
        let rest = Span::new(line.span.start, with_end.len());
        for found in [PossibleKey::of_line(&text, rest), PossibleKey::far(&text, rest)] {
            let found = found.map(|found| (found.first, found.name));
            let read = read.map(|entry| (entry.first(), entry.key));
            assert_eq!(found, read, "{:?}", String::from_utf8_lossy(bytes));
        }
        if let Seen::Key(seen) = PossibleKey::near(&text, line.span.start) {
            assert_eq!(Some(seen.name), read.map(|entry| entry.key));
        }
        usize::from(read.is_some())
    }
}
