//! The lossless text layer.

mod corpus;
mod corruption;
mod dialects;
mod edits;
mod exhaustive;
mod naive;
mod patches;
mod properties;
mod reading;
mod short_texts;
mod tricky;
mod verbs;
