//! From the text of a file to a draft, or to every fault of it with its place.
//!
//! A sound document is read straight into its type. Only where that fails, the text is read a second time, with the
//! published schema in hand: a [`Reader`](reader::Reader) lists what does not fit, puts something harmless in its
//! place and goes on, so that the rest can be checked as well. What is only a consequence of a part that could not be
//! read is not reported.

mod access;
mod document;
mod format;
mod lines;
mod node;
mod reader;
mod report;
mod shape;
mod source;
mod spoilt;
mod strict;

pub(crate) use document::Document;
pub use format::Format;
pub use source::Source;
#[cfg(test)]
pub(crate) use source::tests;
pub(crate) use spoilt::Spoilt;
