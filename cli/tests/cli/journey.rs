//! From a site to its goal and back, from every step on the way.

use crate::binary::{Folder, root, sesam};

/// Cost of a plan: steps and restarts.
fn cost(plan: &serde_json::Value) -> (u64, u64) {
    let of = |key: &str| plan["summary"][key].as_u64().unwrap();
    (of("steps"), of("restarts"))
}

#[track_caller]
fn goes_there_and_back(site: &str) {
    let folder = Folder::new();
    let ask = |arguments: &[&str]| sesam(arguments).inside(&folder).ends();
    let site = root().join(site);
    let site = site.to_str().unwrap();
    let plan = ask(&["plan", site, "-o", "plan.json", "--format", "json"]).with_status(0).json();
    ask(&["check", site, "plan.json"]).with_status(0);
    let actions = plan["steps"].as_array().unwrap();
    for after in 0..=actions.len() {
        let spent = &actions[..after];
        let restarts = spent.iter().filter(|step| step["action"]["type"] == "restart").count();
        let after = after.to_string();
        ask(&["simulate", site, "plan.json", "--after", &after, "-o", "halfway.toml"])
            .with_status(0);

        let rest = ask(&["plan", "halfway.toml", "--format", "json"]).with_status(0).json();
        let (steps, rest_restarts) = cost(&rest);
        let whole = (steps + spent.len() as u64, rest_restarts + restarts as u64);
        assert_eq!(whole, cost(&plan), "{site}: resuming after step {after}");

        ask(&["rollback", site, "plan.json", "--after", &after, "-o", "back.json"]).with_status(0);
        let check = ["check", "halfway.toml", "back.json", "--original", site, "--format", "json"];
        let verdict = ask(&check).with_status(0).json();
        assert_eq!(verdict["reaches_goal"], true);
        ask(&["simulate", "halfway.toml", "back.json", "-o", "again.json"]).with_status(0);
        let again = ask(&["plan", "again.json", "--format", "json"]).with_status(0).json();
        assert_eq!(cost(&again), cost(&plan), "{site}: back from step {after}");
    }
    ask(&["simulate", site, "plan.json", "-o", "end.toml"]).with_status(0);
    ask(&["audit", "end.toml"]).with_status(0);
}

#[test]
fn the_site_of_the_readme() {
    goes_there_and_back("examples/site/site.toml");
}

#[test]
fn the_half_done_migration() {
    goes_there_and_back("examples/gadgets/half-done.toml");
}

#[test]
fn the_hand_edit() {
    goes_there_and_back("examples/gadgets/pending-restart.toml");
}

#[test]
fn the_premature_edit() {
    goes_there_and_back("examples/gadgets/premature-edit.toml");
}

#[test]
fn the_clean_site() {
    goes_there_and_back("examples/gadgets/vendor-order.toml");
}

#[test]
fn the_settings() {
    goes_there_and_back("examples/gadgets/settings.toml");
}
