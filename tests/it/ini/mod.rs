//! The lossless text layer.

mod corpus;
mod dialects;
mod edits;
mod exhaustive;
mod patches;
mod properties;
mod reading;
mod tricky;
mod verbs;
