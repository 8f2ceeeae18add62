//! The built binary: standard output, messages, exit status.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "what panics here is a failed test, and an expectation reads best where it is made"
)]

mod audit;
mod bad_input;
mod binary;
mod carry;
mod check;
mod ini;
mod journey;
mod partial;
mod plan;
mod readme;
mod settings;
