//! Slow proofs: exhaustive runs over all states of small sites. `cargo test` leaves them out;
//! `cargo test --release --test proofs` runs them.
