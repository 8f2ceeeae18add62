//! The command line.

#[cfg_attr(not(test), expect(dead_code, reason = "no command reads a document yet"))]
mod faults;

fn main() {}
