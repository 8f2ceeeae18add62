//! The built binary: standard output, messages, exit status.

mod binary;
mod ini;
