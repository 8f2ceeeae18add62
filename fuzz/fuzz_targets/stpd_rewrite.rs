#![cfg_attr(fuzzing, no_main)]
//! Asserts `rewrite_input` of `properties/stpd.rs`; a plain build checks the files it is given.

#[path = "../properties/stpd.rs"]
mod properties;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::rewrite_input(input));

#[cfg(not(fuzzing))]
fn main() {
    for path in std::env::args_os().skip(1) {
        properties::rewrite_input(&std::fs::read(path).expect("the file can be read"));
    }
}
