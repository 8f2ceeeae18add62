//! Ten times the tasks, at most ten times the elementary operations.

use serde_json::{Value, json};

use crate::{
    safety,
    site::{HostId, Site, id::IdVec, work},
    transition::{Direction, Outcome, PlanDocument, check, plan},
};

#[path = "../../benches/engine/large_site.rs"]
mod large_site;

const REASONS: &str = "reasons and needs";

/// What each part of the engine takes on one site, in elementary operations.
#[derive(Debug)]
struct Figures([(&'static str, u64); 4]);

impl Figures {
    fn of(site: &Site) -> Self {
        let found = plan(site);
        assert_eq!(found.outcome(), Outcome::Complete);
        let document = PlanDocument::new(Direction::Forward, found.steps().map(|step| step.action));
        Self([
            ("audit", work::of(|| safety::audit(site).exposures().count())),
            ("plan and check", work::of(|| plan(site))),
            (REASONS, work::of(|| found.steps().count())),
            ("check by names", work::of(|| assert!(check(site, &document).unwrap().is_safe()))),
        ])
    }

    /// Holds that `many`, of a site ten times as large, are at most ten times these.
    #[track_caller]
    fn grow_at_most_tenfold(&self, many: &Self) {
        // A hundredth: the larger site's tasks fall on its interfaces by other dice.
        self.grow_at_most(many, |_| 1_010);
    }

    /// Holds that each part grows at most by so many hundredths.
    #[track_caller]
    fn grow_at_most(&self, many: &Self, hundredths: impl Fn(&str) -> u64) {
        for ((part, few), (_, many)) in self.0.iter().zip(&many.0) {
            let most = few * hundredths(part) / 100;
            assert!(*few > 1_000 && *many <= most, "{part}: {few} grew to {many}");
        }
    }
}

fn large(hosts: usize, tasks: usize) -> Site {
    Site::try_from(&large_site::LargeSite::new(hosts, tasks).draft()).unwrap()
}

#[test]
fn ten_times_the_tasks() {
    Figures::of(&large(100, 3_000)).grow_at_most_tenfold(&Figures::of(&large(100, 30_000)));
}

#[test]
fn ten_times_the_hosts_and_tasks() {
    Figures::of(&large(100, 3_000)).grow_at_most_tenfold(&Figures::of(&large(1_000, 30_000)));
}

/// One host with so many interfaces, a task on each.
fn wide(count: usize, interface: impl Fn(usize) -> String) -> Site {
    let texts: Vec<String> = (0..count).map(interface).collect();
    let task = |(at, text)| json!({"id": format!("t{at}"), "kind": "backup", "interface": text});
    let tasks: Vec<Value> = texts.iter().enumerate().map(task).collect();
    let site = json!({
        "format_version": "1.0",
        "hosts": [{
            "name": "s", "role": "server", "os": "linux", "interfaces": texts,
            "configured": {"ftp": 11001, "http": 11000, "https": 11443},
        }],
        "tasks": tasks,
    });
    Site::of_json(&site)
}

#[test]
fn ten_times_the_interfaces_of_one_host() {
    // To take a step back one must know where an interface stood in its list, which is a tree: 10 * ln 4000 / ln 400.
    let with_depth = |part: &str| if part == REASONS { 1_385 } else { 1_010 };
    let addresses = |count| Figures::of(&wide(count, |at| format!("http://n{at}:11000")));
    addresses(400).grow_at_most(&addresses(4_000), with_depth);
    let numbers = |count| Figures::of(&wide(count, |at| format!("ftp://n:{}", at + 1)));
    numbers(400).grow_at_most(&numbers(4_000), with_depth);
}

/// Looks at each host for each host.
fn square(hosts: usize) -> Figures {
    let column: IdVec<HostId, u32> = IdVec::filled(1, hosts);
    let sum = || column.ids().map(|_| column.iter().sum::<u32>()).sum::<u32>();
    Figures(["a", "b", "c", "d"].map(|part| (part, work::of(sum))))
}

#[test]
#[should_panic(expected = "grew to")]
fn what_is_square_is_noticed() {
    square(100).grow_at_most_tenfold(&square(1_000));
}
