//! What was set out to be reached, and whether it was. A time never fails a run.

use crate::{
    clock::{Row, time},
    speed::{CLONE, DISABLE, PARSE_AND_LOOK_UPS, SCAN, SEARCH, SLICES, WALK},
};

pub fn say(met: bool, goal: &str, found: &str) {
    println!("{:<8} {goal}: {found}", if met { "met" } else { "NOT MET" });
}

/// One line for each goal that these rows can answer.
pub fn of(rows: &[Row]) {
    let row = |input: &str, name: &str| {
        rows.iter().find(|row| row.input == input && row.name.starts_with(name))
    };
    let ratio = |input: &str, name: &str, floor: &str, least: f64| {
        if let Some(found) = row(input, name).and_then(|row| row.ratio(floor)) {
            let goal = format!("{input}, {name}, at least {least} of {floor}");
            say(found >= least, &goal, &format!("{found:.2}"));
        }
    };
    let times_faster = |peer: &str, least: f64| {
        if let (Some(ours), Some(theirs)) = (row("mix 1 MB", DISABLE), row("mix 1 MB", peer)) {
            let found = theirs.seconds / ours.seconds;
            let goal = format!("mix 1 MB, {DISABLE}, at least {least} times as fast as {peer}");
            say(found >= least, &goal, &format!("{found:.1}"));
        }
    };

    ratio("mix 1 MB", DISABLE, SEARCH, 0.8);
    ratio("long 1 MB", DISABLE, SEARCH, 0.8);
    for worst in ["key absent 1 MB", "look-alikes 1 MB", "one section 1 MB"] {
        ratio(worst, DISABLE, WALK, 0.85);
    }
    times_faster("ini-roundtrip", 10.0);
    times_faster("gix-config", 50.0);
    for large in ["mix 100 MB", "long 100 MB", "one section 100 MB"] {
        ratio(large, DISABLE, CLONE, 0.75);
    }
    for large in ["mix 1 MB", "mix 100 MB", "one section 100 MB"] {
        if let Some(slices) = row(large, SLICES) {
            let goal = format!("{large}, {SLICES}, no copy");
            say(slices.heap.peak < 4096, &goal, &format!("{} bytes of heap", slices.heap.peak));
        }
    }
    for (input, most) in [
        ("small", 150e-9),
        ("small, last line", 200e-9),
        ("small CRLF", 150e-9),
        ("small CRLF, last line", 200e-9),
    ] {
        if let Some(small) = row(input, DISABLE) {
            let goal = format!("{input}, {DISABLE}, at most {} and 2 allocations", time(most));
            let met = small.seconds <= most && small.heap.allocations <= 2;
            let found = format!("{}, {}", time(small.seconds), small.heap.allocations);
            say(met, &goal, &found);
        }
    }
    for (input, least, most_heap) in [
        ("mix 1 MB", 0.8, Some(0.5)),
        ("long 1 MB", 0.6, None),
        ("mix 100 MB", 0.8, Some(0.5)),
        ("long 100 MB", 0.6, None),
    ] {
        ratio(input, PARSE_AND_LOOK_UPS, SCAN, least);
        if let (Some(index), Some(most)) = (row(input, PARSE_AND_LOOK_UPS), most_heap) {
            let found = index.heap_by_byte();
            let goal = format!("{input}, {PARSE_AND_LOOK_UPS}, heap at most {most} bytes a byte");
            say(found <= most, &goal, &format!("{found:.3}"));
        }
    }
    let large = rows.iter().filter(|row| row.name == DISABLE && row.bytes > 100_000);
    if let Some(most) = large.max_by(|a, b| a.heap_by_byte().total_cmp(&b.heap_by_byte())) {
        let found = most.heap_by_byte();
        let goal = format!("{DISABLE}, heap at most 1.05 bytes a byte");
        say(found <= 1.05, &goal, &format!("{found:.3}, {}", most.input));
    }
}
