#![cfg_attr(fuzzing, no_main)]
//! Asserts `routes_input` of `properties/routes.rs`; a plain build checks the files it is given.

#[path = "../properties/ini.rs"]
#[expect(dead_code, reason = "each target asserts a part of the properties")]
mod properties;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|input: &[u8]| properties::routes::routes_input(input));

#[cfg(not(fuzzing))]
fn main() {
    for path in std::env::args_os().skip(1) {
        properties::routes::routes_input(&std::fs::read(path).expect("the file can be read"));
    }
}
