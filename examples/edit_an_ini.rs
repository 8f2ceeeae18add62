//! Comment one key of an INI file out, show the difference, and take it back.
//!
//! `cargo run --example edit_an_ini`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use sesam_transport::ini::{Dialect, Document, Edit, Outcome, Target};

/// Windows line ends, a comment in Latin-1: the file of a real machine.
const FILE: &[u8] = include_bytes!("site/rds2/stpd.ini");

fn main() -> Result<(), Box<dyn Error>> {
    let document = Document::parse(FILE, Dialect::stpd());
    let key = Target::exact(b"STPD_Server", b"STPD_PORT");

    // Planning an edit changes nothing; it says what would happen, or refuses by name.
    let patch = match document.plan(&Edit::disable(key))? {
        Outcome::Changed(patch) => patch,
        Outcome::Unchanged(why) => return Err(format!("nothing to do: {why:?}").into()),
        Outcome::NotFound(what) => return Err(format!("not found: {what:?}").into()),
    };

    // A patch applies to the bytes it was made for, and to no others.
    let after = patch.apply(FILE)?;
    let diff = patch.unified_diff(FILE, "stpd.ini")?;
    println!("{}", String::from_utf8_lossy(&diff));

    // Its inverse gives the old bytes back, every one of them.
    let before = patch.inverse().apply(&after)?;
    assert_eq!(before, FILE);
    Ok(())
}

#[test]
fn it_runs() -> Result<(), Box<dyn Error>> {
    main()
}
