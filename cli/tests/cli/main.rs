//! The built binary: standard output, messages, exit status.

mod audit;
mod bad_input;
mod binary;
mod ini;
