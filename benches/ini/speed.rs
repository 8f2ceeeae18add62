//! Edits and look-ups: the library's, the floors' and the peers'.

use std::hint::black_box;

use sesam_transport::ini::Document;

use crate::{
    clock::{self, Effort, Group, Row},
    floors,
    inputs::{self, LONG, MB, MIX, Text},
    peers::{self, Cannot, Peer, Task},
    routes,
};

pub const CLONE: &str = "floor: plain clone";
pub const SCAN: &str = "floor: newline scan";
pub const WALK: &str = "floor: line walk, splice";
pub const SEARCH: &str = "floor: key search, splice";

pub const DISABLE: &str = "disable, one buffer";
pub const SLICES: &str = "disable, slices";
pub const SET: &str = "set, one buffer";
pub const PARSE: &str = "index: parse";
pub const LOOK_UPS: &str = "index: 1,000 look-ups";
pub const PARSE_AND_LOOK_UPS: &str = "index: parse, 1,000 look-ups";
pub const LIST: &str = "index: parse, list sections and keys";
pub const INDEXED: &str = "index: parse, disable, one buffer";

const HUNDRED: usize = 100 * MB;
const VALUE: &str = "11002";

/// Texts of up to 1 MB: all rows, printed as they come.
pub fn run(quick: bool) -> Vec<Row> {
    println!("{}", clock::table_head());
    let mut rows = Vec::new();
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    for (crlf, last) in [(false, false), (false, true), (true, false), (true, true)] {
        let text = inputs::small(crlf, last);
        let with_peers: &[Peer] = if crlf || last { &[] } else { peers::CRATES };
        rows.extend(shown(edit(&text, text.name, with_peers), effort));
    }

    let (mix, long) = (inputs::mix(MB), inputs::long(MB));
    println!(
        "(mean lines: mix {:.1} bytes for {MIX}, long {:.1} for {LONG})",
        mix.mean_line(),
        long.mean_line()
    );
    rows.extend(shown(edit(&mix, "mix 1 MB", peers::CRATES), effort));
    rows.extend(shown(edit(&long, "long 1 MB", &[]), effort));
    for (text, name) in [
        (inputs::absent(MB), "key absent 1 MB"),
        (inputs::look_alikes(MB), "look-alikes 1 MB"),
        (inputs::one_section(MB), "one section 1 MB"),
    ] {
        rows.extend(shown(edit(&text, name, &[]), effort));
    }
    rows.extend(shown(index(&mix, "mix 1 MB"), effort));
    rows.extend(shown(index(&long, "long 1 MB"), effort));
    rows
}

/// The same for texts that no cache holds.
pub fn large() -> Vec<Row> {
    println!("{}", clock::table_head());
    let mut rows = Vec::new();
    let mix = inputs::mix(MB);
    for (text, name, peers) in [
        (inputs::mix(HUNDRED), "mix 100 MB", peers::CRATES),
        (inputs::long(HUNDRED), "long 100 MB", &[]),
        (inputs::one_section(HUNDRED), "one section 100 MB", &[]),
    ] {
        let mut group = edit(&text, name, &[]);
        for peer in peers {
            let expected = seconds(peer, &mix) * 100.0;
            if expected <= 1.0 {
                add_peer(&mut group, peer, &text);
            } else {
                println!("({name}: {} left out, it would take {expected:.0} s)", peer.name);
            }
        }
        rows.extend(shown(group, Effort::LARGE));
        if text.name != "one section" {
            rows.extend(shown(index(&text, name), Effort::LARGE));
        }
    }
    rows
}

fn shown(group: Group<'_>, effort: Effort) -> Vec<Row> {
    let rows = group.run(effort);
    rows.iter().for_each(|row| println!("{}", row.line()));
    println!();
    rows
}

/// One edit of one key.
fn edit<'t>(text: &'t Text, name: &'static str, peers: &[Peer]) -> Group<'t> {
    let Text { bytes, section, key, .. } = text;
    let expected = floors::line_walk(bytes, section, key);
    assert_eq!(floors::key_search(bytes, section, key), expected, "{name}: the floors differ");
    assert!(routes::disable(bytes, section, key) == expected, "{name}: not as the floors have it");

    // What the compiler cannot know to be the same in each run, it cannot read once for all of them.
    let it = move || black_box((&bytes[..], *section, *key));
    let mut group = Group::new(name, bytes.len());
    group.add(CLONE, &[], move || floors::plain_clone(it().0));
    group.add(SCAN, &[], move || floors::newline_scan(it().0));
    group.add(WALK, &[], asked(it, floors::line_walk));
    group.add(SEARCH, &[], asked(it, floors::key_search));
    group.add(DISABLE, &[SEARCH, WALK, CLONE], asked(it, routes::disable));
    group.add(SLICES, &[SEARCH, CLONE], asked(it, routes::disable_as_slices));
    if expected.is_some() {
        group.add(SET, &[SEARCH], move || routes::set(it().0, section, key, VALUE));
    }
    peers.iter().for_each(|peer| add_peer(&mut group, peer, text));
    group
}

fn asked<'t, T>(
    it: impl Fn() -> (&'t [u8], &'t str, &'t str),
    route: impl Fn(&[u8], &str, &str) -> T,
) -> impl FnMut() -> T {
    move || {
        let (text, section, key) = it();
        route(text, section, key)
    }
}

/// How long a peer takes, about.
fn seconds(peer: &Peer, text: &Text) -> f64 {
    let ask = |task| (peer.edit)(text.str(), text.section, text.key, task);
    clock::best(Effort { rounds: 3, ..Effort::QUICK }, || match ask(Task::Disable) {
        Err(Cannot::NoWay) => ask(Task::Set(VALUE)),
        answer => answer,
    })
}

/// The same edit by another crate, or the nearest one it has.
fn add_peer<'t>(group: &mut Group<'t>, peer: &Peer, text: &'t Text) {
    // `git` has no underscores in names.
    let git = text.name == "small" && peer.name.starts_with("gix");
    let text: &'t Text = if git { Box::leak(Box::new(inputs::small_for_git())) } else { text };
    let ask = peer.edit;
    let disabled = ask(text.str(), text.section, text.key, Task::Disable);
    let (task, told) = match &disabled {
        Ok(bytes) => {
            let ours = routes::disable(&text.bytes, text.section, text.key);
            let same = ours.as_ref() == Some(bytes);
            (Task::Disable, if same { "disable by hand" } else { "disable by hand, NOT exact" })
        }
        Err(Cannot::NoWay) => {
            let ours = routes::set(&text.bytes, text.section, text.key, VALUE);
            match ask(text.str(), text.section, text.key, Task::Set(VALUE)) {
                Ok(bytes) if ours.as_ref() == Some(&bytes) => (Task::Set(VALUE), "set"),
                Ok(_) => (Task::Set(VALUE), "set, NOT exact"),
                Err(_) => {
                    println!("({}: {} does not read this text)", text.name, peer.name);
                    return;
                }
            }
        }
        Err(Cannot::Refused) => {
            println!("({}: {} does not read this text)", text.name, peer.name);
            return;
        }
    };
    let it = text.str();
    group.add(&format!("{}: {told}", peer.name), &[SEARCH, DISABLE], move || {
        ask(black_box(it), text.section, text.key, task)
    });
}

/// Many questions to one text.
fn index<'t>(text: &'t Text, name: &'static str) -> Group<'t> {
    let Text { bytes, section, key, names, .. } = text;
    let it = move || black_box((&bytes[..], &names[..]));
    let look_up = |document: &Document<'_>, names: &[_]| routes::look_up(document, names);
    let mut group = Group::new(name, bytes.len());
    group.add(SCAN, &[], move || floors::newline_scan(it().0));
    group.add(PARSE, &[SCAN], move || routes::parse(it().0));
    routes::check_names(text);
    let document = routes::parse(bytes);
    group.add(LOOK_UPS, &[SCAN], move || look_up(black_box(&document), it().1));
    group.add(PARSE_AND_LOOK_UPS, &[SCAN], move || look_up(&routes::parse(it().0), it().1));
    group.add(LIST, &[SCAN], move || routes::list(&routes::parse(it().0)));
    group.add(INDEXED, &[SCAN], move || routes::disable_indexed(it().0, section, key));
    group
}
