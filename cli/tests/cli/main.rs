//! The built binary: standard output, messages, exit status.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what panics here is a failed test, also in the helpers"
)]

mod audit;
mod bad_input;
mod binary;
mod check;
mod ini;
mod journey;
mod plan;
mod readme;
