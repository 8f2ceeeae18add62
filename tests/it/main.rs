//! Integration tests: one binary that mirrors `src/`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "tests read files; what panics here is a failed test, also in the helpers"
)]
#![expect(
    clippy::needless_raw_string_hashes,
    clippy::needless_pass_by_value,
    reason = "this is how expected texts are written when they are updated, and handed over"
)]

mod agreement;
#[path = "../../benches/engine/hostile.rs"]
mod hostile;
mod house;
mod ini;
#[path = "../../fuzz/properties/ini.rs"]
mod ini_laws;
#[path = "../../benches/engine/large_site.rs"]
mod large_site;
mod oracle;
mod oracle_itself;
mod replay;
mod run;
mod safety;
mod schemas;
mod site;
mod stpd;
#[path = "../../fuzz/properties/stpd.rs"]
mod stpd_laws;
mod strategies;
mod transition;
