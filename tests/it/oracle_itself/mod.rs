//! Whether the oracle, the search and the generators are what they are meant to be.

mod examples;
mod generator;
mod properties;
