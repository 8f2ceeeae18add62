//! How the inputs of the targets for INI texts are laid out.

use std::num::NonZeroUsize;

use sesam_transport::ini::{Dialect, Edit, Match, Target, Which};

/// The dialects, by the first byte of an input.
pub(crate) const DIALECTS: [Dialect; 5] =
    [Dialect::stpd(), Dialect::generic(), Dialect::python(), Dialect::systemd(), Dialect::git()];

/// Ends a field.
const END: u8 = 0xFE;

/// A dialect, edits of keys in one section, and what is left of the input.
pub(crate) struct Input<'i> {
    pub(crate) dialect: Dialect,
    pub(crate) section: &'i [u8],
    pub(crate) edits: Vec<Edit<'i>>,
    pub(crate) rest: &'i [u8],
}

impl<'i> Input<'i> {
    /// A byte for the dialect, one for the number of edits, then for each a byte for its kind and two fields (a key
    /// and a value, each up to the next 0xFE byte), then a field for the section. What follows is the text, or stands
    /// for it.
    pub(crate) fn read(input: &'i [u8], most: u8) -> Option<Self> {
        let (&[dialect, count], mut rest) = input.split_first_chunk()?;
        let mut parts = Vec::new();
        for _ in 0..=count % most {
            let (&kind, behind) = rest.split_first()?;
            let (key, behind) = field(behind);
            let (value, behind) = field(behind);
            parts.push((kind, key, value));
            rest = behind;
        }
        let (section, rest) = field(rest);
        let edits = parts.iter().map(|(kind, key, value)| edit(*kind, section, key, value));
        let dialect = DIALECTS[usize::from(dialect) % DIALECTS.len()];
        Some(Self { dialect, section, edits: edits.collect(), rest })
    }
}

fn field(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|byte| *byte == END) {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (input, &[]),
    }
}

/// The three low bits are the action, the next three the lines meant, the two high ones how names are compared.
fn edit<'e>(kind: u8, section: &'e [u8], key: &'e [u8], value: &'e [u8]) -> Edit<'e> {
    let names = match kind >> 6 {
        0 => Match::Exact,
        1 => Match::Family,
        _ => Match::IgnoreCase,
    };
    let target = Target { section, key, names };
    let edit = match kind & 7 {
        0 => Edit::disable(target),
        1 => Edit::enable(target, None),
        2 => Edit::enable(target, Some(value)),
        3 => Edit::set(target, value),
        4 => Edit::insert(target, value),
        5 => Edit::insert(target, value).creating_section(),
        6 => Edit::insert(target, value).commented().creating_section(),
        _ => Edit::remove(target),
    };
    match kind >> 3 & 7 {
        1 => edit.choosing(Which::First),
        2 => edit.choosing(Which::Last),
        3 => edit.choosing(Which::Nth(NonZeroUsize::MIN)),
        4 => edit.choosing(Which::Nth(NonZeroUsize::MIN.saturating_add(1))),
        5 => edit.choosing(Which::Only),
        6 => edit.choosing(Which::Every),
        _ => edit,
    }
}
