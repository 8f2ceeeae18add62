//! Lossless INI text: bytes, lines, sections and keys.
//!
//! INI is not one format, and the files that matter are edited by hand. So this module reads
//! every byte string as a [`Document`], keeps every byte of it, and changes only the bytes that an
//! edit is about.
//!
//! * **Total and lossless.** Everything parses, and what was parsed comes back byte for byte.
//!   A line that cannot be read is kept, and [reported](Document::findings) with its place.
//! * **An edit touches only its own bytes.** Terminators, blanks, quotes, comments, order and
//!   duplicates stay. A key that is not there is an [outcome](Outcome::NotFound), not an error.
//! * **An edit is a value.** [`Document::plan`] turns an [`Edit`] into a [`Patch`], which applies,
//!   inverts exactly, composes, prints as a unified diff, and refuses all bytes but those it was
//!   made for.
//! * **Refused by name, never guessed.** What is ambiguous, or would not read back as it was
//!   written, is a [`Refusal`] with its places, and changes nothing.
//!
//! What differs between families of INI files is a [`Dialect`].
//!
//! ```
//! use sesam_transport::ini::{Dialect, Planned, Edit, Target, plan_all};
//!
//! let text = b"[Server]\r\n  PORT = 1 ; old\r\n# TLS_PORT=2\r\n";
//! let edits = [
//!     Edit::set(Target::exact(b"Server", b"PORT"), b"9"),
//!     Edit::enable(Target::exact(b"Server", b"TLS_PORT"), None),
//! ];
//! let Planned::Changed(patch) = plan_all(text, Dialect::generic(), &edits)? else {
//!     panic!("both keys are there");
//! };
//! assert_eq!(patch.apply(text)?, b"[Server]\r\n  PORT = 9 ; old\r\nTLS_PORT=2\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Reading
//!
//! A line ends at LF or CRLF, or at a lone CR in a text that has no LF at all. A blank is a space
//! or a tab; CRs at the end of a line count as blanks. A line is blank, a comment, a section
//! header, a key with a value, a bare key (a single word), or it cannot be read. A comment whose
//! text behind one marker reads as a key is a commented key.
//!
//! # One question or many
//!
//! [`plan`] plans one edit of a text that nothing else is asked of. It searches for the bytes of
//! the key and reads the lines that have them, and the headers above those; the rest of the text
//! is passed over. A [`Document`] passes over all of the text once, keeps where sections begin and
//! how many lines end before each 256 bytes, and answers any number of questions from that. Both
//! come to the same outcome, byte for byte.
//!
//! | question | cost |
//! |---|---|
//! | [`plan`] | one search for the key's bytes; a text full of look-alikes: one pass over the lines |
//! | [`Document::parse`] | one pass over the bytes; keeps about a sixth of a byte for each, and never more than nine |
//! | [`Document::sections`] | the headers |
//! | [`Section::keys`] | the lines of the section |
//! | [`Document::occurrences`] | the lines found, and a search in their section if that has at most 16 KiB; longer ones have a table |
//! | [`Document::place`] | a look into the counts of lines, and some hundred bytes read |
//! | [`Patch::apply`] | one copy |
//! | [`Patch::slices`] | no copy |
//!
//! Where values may run on over further lines (see [`Continuation`]), what a line is depends on the
//! lines before it, and reading visits all of them.
//!
//! # Limits
//!
//! Texts of 4 GiB and more are searched for each question instead of having tables.
//!
//! Text in UTF-16 or UTF-32 is kept but not edited. Escapes inside values are not decoded. Nothing
//! is written anywhere: bytes come in, patches go out.

mod block;
mod dialect;
mod document;
mod edit;
mod encoding;
mod entry;
mod finding;
mod index;
mod line;
mod lookup;
mod mask;
mod occurrence;
mod patch;
mod refusal;
mod scan;
mod search;
mod section;
mod span;
mod text;
mod value;
mod wanted;

pub use dialect::{
    BareKeys, Case, Continuation, Delimiters, Dialect, InlineComments, Markers, Quotes,
};
pub use document::{Document, Match};
pub use edit::{
    Action, Edit, MissingSection, NotFound, Outcome, Planned, RefusedAt, Target, Unchanged, Which,
    plan, plan_all,
};
pub use encoding::Encoding;
pub use finding::{Finding, Findings, Oddness};
pub use line::{Class, Header, KeyLine, Line, Oddity};
pub use occurrence::{Keys, Occurrence, Occurrences, State};
pub use patch::{Hunk, Patch, PatchMismatch, Slices};
pub use refusal::{Quoted, Refusal};
pub use scan::{Lines, Newlines};
pub use section::{Section, Sections};
pub use span::{Place, Span};
pub use value::Value;
