//! The same sites given to a search that knows nothing but the moves, as far as it gets.

use std::hint::black_box;

use sesam_transport::{site::Site, transition};

use crate::{
    large_site::LargeSite,
    oracle::{search::solve_counted, world::World},
    resources::{Clock, shortest},
};

/// The search gives up when it knows more states than these.
const STATES: usize = 300_000;

const SITES: [(usize, usize); 8] =
    [(1, 1), (1, 2), (1, 3), (1, 6), (2, 2), (2, 4), (2, 8), (3, 12)];

/// Prints what the search and the planner take on small sites of the same kind.
pub(crate) fn table() {
    println!("{:<22}{:>10}{:>16}{:>12}{:>12}", "brute force", "states", "search", "plan", "ratio");
    for (hosts, tasks) in SITES {
        let names = LargeSite::new(hosts, tasks);
        let draft = names.draft();
        let world = World::from_json(&serde_json::to_value(&draft).unwrap());
        let clock = Clock::start();
        let (solved, states) = black_box(solve_counted(&world, STATES));
        let search = clock.elapsed().as_secs_f64();
        let site = Site::try_from(&draft).unwrap();
        let plan = shortest(|| (0..1_000).for_each(|_| drop(black_box(transition::plan(&site)))));
        let plan = plan.as_secs_f64() / 1e3;
        if let Some((best, steps)) = &solved {
            let summary = transition::plan(&site).summary();
            assert_eq!(
                (usize::from(best.cost.restarts), steps.len()),
                (summary.restarts, summary.steps)
            );
        }
        let more = if solved.is_some() { "" } else { "> " };
        println!(
            "{:<22}{:>10}{:>13} ms{:>9.1} us{:>12}",
            format!("{hosts} hosts, {tasks} tasks"),
            format!("{more}{states}"),
            format!("{more}{:.2}", search * 1e3),
            plan * 1e6,
            format!("{more}{:.0}", search / plan)
        );
    }
}
