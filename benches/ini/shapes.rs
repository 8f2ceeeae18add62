//! Texts made to be slow or large to read.

use std::{fmt::Write as _, hint::black_box};

use crate::{
    clock::{Effort, best, time},
    floors, heap, routes,
};

/// How many times as long ten times as much may take.
const LINEAR: f64 = 12.0;

/// A text of so many items.
type Build = fn(usize) -> String;

struct Shape {
    name: &'static str,
    build: Build,
    /// How many items, or bytes, the larger of the two texts has.
    items: usize,
    section: &'static str,
    key: &'static str,
}

fn repeated(item: &'static str, times: usize) -> String {
    item.repeat(times)
}

fn numbered(times: usize, mut item: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::new();
    for at in 0..times {
        item(&mut text, at);
    }
    text
}

const MILLION: usize = 1_000_000;

const SHAPES: &[Shape] = &[
    Shape {
        name: "one line, 1 and 10 MB",
        build: |n| format!("[s]\nk={}\n", repeated("x", n)),
        items: 10 * MILLION,
        section: "s",
        key: "k",
    },
    Shape {
        name: "one line, 10 and 100 MB",
        build: |n| format!("[s]\nk={}\n", repeated("x", n)),
        items: 100 * MILLION,
        section: "s",
        key: "k",
    },
    Shape {
        name: "a million sections",
        build: |n| numbered(n, |text, at| _ = writeln!(text, "[s{at}]\nk=1")),
        items: 10 * MILLION,
        section: "s7",
        key: "k",
    },
    Shape {
        name: "a million duplicate keys",
        build: |n| format!("[s]\n{}", repeated("k=1\n", n)),
        items: 10 * MILLION,
        section: "s",
        key: "k",
    },
    Shape {
        name: "a million duplicate sections",
        build: |n| repeated("[s]\nk=1\n", n),
        items: 10 * MILLION,
        section: "s",
        key: "k",
    },
    Shape {
        name: "a million look-alike keys",
        build: |n| format!("[s]\n{}k=1\n", numbered(n, |text, at| _ = writeln!(text, "k{at}=k"))),
        items: 10 * MILLION,
        section: "s",
        key: "k",
    },
    Shape {
        name: "that key in a million sections",
        build: |n| {
            let others = numbered(n, |text, at| _ = writeln!(text, "[t{at}]\nkey=1"));
            format!("{others}[s]\nkey=1\n")
        },
        items: 10 * MILLION,
        section: "s",
        key: "key",
    },
    Shape {
        name: "that key far from its header",
        build: |n| format!("[t]\n{}[s]\nkey=1\n", repeated("key=1\n", n)),
        items: 10 * MILLION,
        section: "s",
        key: "key",
    },
    Shape {
        name: "[ only, 10 and 100 MB",
        build: |n| repeated("[", n),
        items: 100 * MILLION,
        section: "s",
        key: "[",
    },
    Shape {
        name: "CR only, 10 and 100 MB",
        build: |n| repeated("\r", n),
        items: 100 * MILLION,
        section: "s",
        key: "k",
    },
    Shape {
        name: "# only, 10 and 100 MB",
        build: |n| repeated("#", n),
        items: 100 * MILLION,
        section: "s",
        key: "#",
    },
    Shape {
        name: "blanks only, 10 and 100 MB",
        build: |n| repeated(" ", n),
        items: 100 * MILLION,
        section: "s",
        key: "k",
    },
];

/// Prints the ratio of times for a text and one of ten times its size; whether all of them are linear.
///
/// Where caches and fresh memory make even a bare newline scan or a plain copy of the larger take more than ten times
/// as long, that is what the others are held against.
pub fn linear(quick: bool) -> bool {
    println!(
        "{:<32} {:>11} {:>11} {:>7}    {:>11} {:>11} {:>7}      {:>6} {:>6}",
        "n and 10 n", "disable, n", "10 n", "", "index, n", "10 n", "", "a scan", "a copy"
    );
    let mut all = true;
    for shape in SHAPES {
        let items = if quick { shape.items / 20 } else { shape.items };
        let (few, many) = ((shape.build)(items / 10), (shape.build)(items));
        let [edit_few, index_few, scan_few, copy_few] = shape.times(few.as_bytes());
        let [edit_many, index_many, scan_many, copy_many] = shape.times(many.as_bytes());
        let (scan, copy) = (scan_many / scan_few, copy_many / copy_few);
        let is_linear = |ratio: f64, floor: f64| ratio <= LINEAR * floor.max(10.0) / 10.0;
        let verdict = |is_linear: bool| if is_linear { "ok" } else { "NOT" };
        let (edit, index) = (edit_many / edit_few, index_many / index_few);
        // Only an edit writes the text anew.
        let (edit_is, index_is) = (is_linear(edit, scan.max(copy)), is_linear(index, scan));
        all &= edit_is && index_is;
        println!(
            "{:<32} {:>11} {:>11} {edit:>5.1} {:<3} {:>11} {:>11} {index:>5.1} {:<3}    {scan:>6.1} {copy:>6.1}",
            shape.name,
            time(edit_few),
            time(edit_many),
            verdict(edit_is),
            time(index_few),
            time(index_many),
            verdict(index_is),
        );
    }
    println!();
    all
}

impl Shape {
    /// One edit; and the index with look-ups, of the key and of some that are not there.
    fn times(&self, text: &[u8]) -> [f64; 4] {
        let effort = Effort { seconds: 0.3, rounds: 30 };
        let mut names = vec![(self.section.to_owned(), self.key.to_owned())];
        names.extend((0..4).map(|at| (self.section.to_owned(), format!("not-{at}"))));
        names.extend((0..4).map(|at| (format!("not-{at}"), self.key.to_owned())));
        [
            best(effort, || routes::disable(black_box(text), self.section, self.key)),
            best(effort, || routes::look_up(&routes::parse(black_box(text)), &names)),
            best(effort, || floors::newline_scan(black_box(text))),
            best(effort, || floors::plain_clone(black_box(text))),
        ]
    }
}

/// Texts of 1 MB whose index is large for their size.
const HEAVY: &[(&str, Build)] = &[
    ("\\n", |len| repeated("\n", len)),
    ("a\\n", |len| repeated("a\n", len / 2)),
    ("=\\n", |len| repeated("=\n", len / 2)),
    ("a=\\n", |len| repeated("a=\n", len / 3)),
    ("#a\\n", |len| repeated("#a\n", len / 3)),
    ("#a=\\n", |len| repeated("#a=\n", len / 4)),
    ("[\\n", |len| repeated("[\n", len / 2)),
    ("[]\\n", |len| repeated("[]\n", len / 3)),
    ("[a]\\n", |len| repeated("[a]\n", len / 4)),
    ("[a]", |len| repeated("[a]", len / 3)),
    ("[aN]\\n", |len| numbered(len / 9, |text, at| _ = writeln!(text, "[a{at}]"))),
    ("[aN]\\na\\n", |len| numbered(len / 11, |text, at| _ = writeln!(text, "[a{at}]\na"))),
    ("aN\\n", |len| numbered(len / 7, |text, at| _ = writeln!(text, "a{at}"))),
    ("aN=\\n", |len| numbered(len / 8, |text, at| _ = writeln!(text, "a{at}="))),
    ("two letters", |len| {
        let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
        numbered(len / 6, |text, at| _ = writeln!(text, "[{}{}]", letter(at), letter(at / 26)))
    }),
    ("\\r", |len| repeated("\r", len)),
    ("a\\r", |len| repeated("a\r", len / 2)),
];

/// Prints the most memory that the index holds for each text, by its size; yields the largest.
pub fn heaviest() -> (f64, &'static str) {
    println!("{:<32} {:>9} {:>9}", "heap of the index, 1 MB of", "bytes/B", "allocs");
    let mut heaviest = (0.0, "");
    for (name, build) in HEAVY {
        let text = build(1_000_000);
        let names = [("a".to_owned(), "a".to_owned()), ("a7".to_owned(), "b".to_owned())];
        let heap = heap::of(|| routes::look_up(&routes::parse(text.as_bytes()), &names));
        let by_byte = heap.peak as f64 / text.len() as f64;
        println!("{name:<32} {by_byte:>9.2} {:>9}", heap.allocations);
        if by_byte > heaviest.0 {
            heaviest = (by_byte, *name);
        }
    }
    println!();
    heaviest
}
