//! Slow proofs: exhaustive runs over all states of small sites, and long runs over random ones. `cargo test` leaves them
//! out; `cargo test --release --test proofs` runs them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "tests read files; what panics here is a failed test, also in the helpers"
)]

#[path = "../it/oracle/mod.rs"]
mod oracle;
mod two_hosts;

#[test]
fn the_closed_form_is_what_the_search_finds_on_many_sites() {
    oracle::closed_form::tests::holds(20_000, 1, usize::MAX);
    oracle::closed_form::tests::holds(500, 2, 20_000);
}
