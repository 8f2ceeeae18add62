//! Which edges the order of a plan has, and that each of them is needed: without it some small site breaks.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sesam_transport::transition::{ActionDocument, Wave};

use super::{
    order::{Broken, Order, site_of},
    small_sites::{host, site},
};
use crate::oracle::{
    generate::{ODD, ONE_HOST, TWO_HOSTS, one_host, two_hosts},
    world::World,
};

/// A kind of edge: which step comes first, and which waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Steps of these waves.
    Waves(Wave, Wave),
    /// The first interface that a host gets, before another leaves.
    FirstAdded,
    /// A further one, before the last goes that shows its address.
    FurtherAdded,
}

impl Kind {
    pub(crate) fn of(order: &Order, first: usize, then: usize) -> Self {
        match (order.waves[first], order.waves[then]) {
            (Wave::AddInterfaces, Wave::RemoveInterfaces) => {
                let is_earlier = |&step: &usize| {
                    order.hosts[step] == order.hosts[first]
                        && matches!(order.actions[step], ActionDocument::AddInterface { .. })
                };
                if (0..first).any(|step| is_earlier(&step)) {
                    Self::FurtherAdded
                } else {
                    Self::FirstAdded
                }
            }
            (first, then) => Self::Waves(first, then),
        }
    }

    /// As the documentation writes it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Waves(first, then) => format!("{} -> {}", letter(first), letter(then)),
            Self::FirstAdded => "A -> X".into(),
            Self::FurtherAdded => "A' -> X".into(),
        }
    }
}

fn letter(wave: Wave) -> &'static str {
    match wave {
        Wave::UndoEdits => "U",
        Wave::EnableHttps => "E",
        Wave::Settings => "S",
        Wave::Park => "park",
        Wave::FirstRestart => "R1",
        Wave::SetKill => "K",
        Wave::AddInterfaces => "A",
        Wave::Reassign => "M",
        Wave::RemoveInterfaces => "X",
        Wave::DisablePorts => "D",
        Wave::ClosingRestart => "R2",
    }
}

/// What comes of a plan without the edges of one kind.
pub(crate) fn without(
    json: &Value,
    order: &Order,
    is_dropped: impl Fn(usize, usize) -> bool,
) -> Result<(), Broken> {
    let less = order.without(is_dropped);
    let moments = less.moments(20_000).expect("a small plan");
    less.holds_by_oracle(&World::from_json(json), &moments)?;
    less.holds_by_checker(&site_of(json), &moments, false)
}

/// How often an edge was dropped, how often that broke a plan, and the shortest site where it did.
#[derive(Debug, Default)]
pub(crate) struct Dropped {
    pub(crate) times: usize,
    pub(crate) broke: usize,
    pub(crate) witness: Option<(Broken, String)>,
}

/// Drops every edge of every plan, one at a time.
pub(crate) fn drop_each(
    sites: impl Iterator<Item = Value>,
    limit: usize,
) -> BTreeMap<String, Dropped> {
    let mut kinds: BTreeMap<String, Dropped> = BTreeMap::new();
    for json in sites {
        let order = Order::of(&site_of(&json));
        if order.moments(limit).is_none() {
            continue;
        }
        for edge in order.edges() {
            let kind = kinds.entry(Kind::of(&order, edge.0, edge.1).name()).or_default();
            kind.times += 1;
            let Err(broken) = without(&json, &order, |first, then| (first, then) == edge) else {
                continue;
            };
            kind.broke += 1;
            let text = json.to_string();
            if kind.witness.as_ref().is_none_or(|(_, known)| text.len() < known.len()) {
                kind.witness = Some((broken, text));
            }
        }
    }
    kinds
}

/// An edge of the model, and a small site that breaks without it.
struct Needed {
    edge: &'static str,
    why: &'static str,
    breaks: &'static str,
    site: fn() -> Value,
}

/// The one host of most witnesses.
fn one(
    kill: &str,
    configured: &str,
    running: &str,
    interfaces: &[&str],
    references: &[&str],
) -> Value {
    let tasks: Vec<[&str; 2]> = references.iter().map(|&it| ["s", it]).collect();
    site(kill, &[host("s", configured, running, interfaces)], &tasks)
}

const FTP: &str = "ftp://s:11001";
const HTTP: &str = "http://s:11000";
const HTTPS: &str = "https://s:11443";
const BLANK: &str = "";

/// The same with a value that is wanted in stpd.ini.
fn with_setting(mut site: Value) -> Value {
    site["settings"] = json!([{ "key": "KEY", "value": "wanted" }]);
    site
}

/// The edges that are needed.
const NEEDED: [Needed; 43] = [
    Needed {
        edge: "S -> R1",
        why: "it would depend on the order whether the setting runs",
        breaks: "parted",
        site: || with_setting(one("https", "h", "h", &[HTTP], &[HTTP])),
    },
    Needed {
        edge: "R1 -> S",
        why: "it would depend on the order which of two restarts loads the setting",
        breaks: "parted",
        site: || {
            let mut site = with_setting(one("https", "h", "f", &[FTP, HTTP], &[BLANK]));
            site["hosts"][0]["https_port"] = json!(11001);
            site
        },
    },
    Needed {
        edge: "S -> R2",
        why: "the restart would load nothing",
        breaks: "precondition",
        site: || with_setting(one("https", "s", "s", &[HTTPS], &[HTTPS])),
    },
    Needed {
        edge: "E -> R1",
        why: "the restart would load nothing",
        breaks: "precondition",
        site: || one("https", "", "h", &[HTTP], &[HTTP]),
    },
    Needed {
        edge: "R1 -> A",
        why: "a set that is wholly alive gets a dead member",
        breaks: "route",
        site: || one("https", "hs", "h", &[HTTP], &[BLANK]),
    },
    Needed {
        edge: "A -> M",
        why: "there is nothing to move to",
        breaks: "precondition",
        site: || one("ftp", "fhs", "fhs", &[HTTP], &[HTTP]),
    },
    Needed {
        edge: "M -> X",
        why: "the product refuses to remove what a task names",
        breaks: "precondition",
        site: || one("ftp", "fhs", "fhs", &[HTTP, HTTPS], &[HTTP]),
    },
    Needed {
        edge: "X -> D",
        why: "a set keeps a member that is about to die",
        breaks: "route",
        site: || one("ftp", "fhs", "fhs", &[HTTP, HTTPS], &[BLANK]),
    },
    Needed {
        edge: "D -> R2",
        why: "the restart changes nothing, and the port stays open until the next one",
        breaks: "precondition",
        site: || one("ftp", "fhs", "fhs", &[HTTPS], &[HTTPS]),
    },
    Needed {
        edge: "E -> K",
        why: "another host loses its aborts at the next restart",
        breaks: "abort",
        site: || site("ftp", &[host("s", "fhs", "fhs", &[HTTPS]), host("r", "f", "s", &[])], &[]),
    },
    Needed {
        edge: "R1 -> K",
        why: "another host loses its aborts at once",
        breaks: "abort",
        site: || site("ftp", &[host("s", "fhs", "fhs", &[HTTPS]), host("r", "fs", "f", &[])], &[]),
    },
    Needed {
        edge: "K -> D",
        why: "aborts still go over FTP on every host",
        breaks: "abort",
        site: || site("ftp", &[host("s", "s", "s", &[HTTPS]), host("r", "fs", "fs", &[])], &[]),
    },
    Needed {
        edge: "E -> D",
        why: "the next restart would open nothing",
        breaks: "listener",
        site: || one("https", "h", "f", &[], &[]),
    },
    Needed {
        edge: "A -> X",
        why: "the host has no interface for a while",
        breaks: "interface",
        site: || one("ftp", "fhs", "fhs", &[HTTP], &[]),
    },
    Needed {
        edge: "A' -> X",
        why: "nobody knows any more that the other address is the host's own",
        breaks: "lost",
        site: || {
            let lan = ["https://s-lan2:11443", "http://s-lan2:11000"];
            one("https", "hs", "hs", &[HTTP, lan[1]], &[HTTP, lan[0]])
        },
    },
    Needed {
        edge: "X -> M",
        why: "a task comes to a set that still has a dead member",
        breaks: "route",
        site: || {
            let mut site = one("ftp", "hs", "hs", &[FTP, HTTP, HTTPS], &[HTTP]);
            site["policy"] = json!({ "reassign": "blank" });
            site
        },
    },
    Needed {
        edge: "U -> R1",
        why: "the restart that brings HTTPS up closes what is still in use",
        breaks: "route",
        site: || one("https", "", "h", &[HTTP], &[HTTP]),
    },
    Needed {
        edge: "park -> R1",
        why: "the restart strands the task",
        breaks: "route",
        site: || one("https", "f", "fh", &[FTP, HTTP], &[HTTP]),
    },
    // What follows the documentation leaves to the reader: the same reasons where a step of the chain is missing, and
    // edits that come before the first restart.
    Needed {
        edge: "E -> A",
        why: "HTTPS runs, but an interface needs it in stpd.ini as well",
        breaks: "precondition",
        site: || one("https", "h", "hs", &[HTTP], &[HTTP]),
    },
    Needed {
        edge: "E -> M",
        why: "HTTPS runs, but the next restart would lose the task",
        breaks: "route",
        site: || one("https", "h", "hs", &[HTTP, HTTPS], &[HTTP]),
    },
    Needed {
        edge: "E -> X",
        why: "HTTPS runs, but the next restart would lose the rest of the set",
        breaks: "route",
        site: || one("https", "h", "hs", &[HTTP, HTTPS], &[BLANK]),
    },
    Needed {
        edge: "E -> R2",
        why: "the only restart there is would close everything",
        breaks: "listener",
        site: || one("https", "", "f", &[], &[]),
    },
    Needed {
        edge: "R1 -> M",
        why: "the task moves to what does not live yet",
        breaks: "route",
        site: || one("https", "hs", "h", &[HTTP, HTTPS], &[HTTP]),
    },
    Needed {
        edge: "R1 -> X",
        why: "what is left of the set does not live yet",
        breaks: "route",
        site: || one("https", "hs", "h", &[HTTP, HTTPS], &[BLANK]),
    },
    Needed {
        edge: "R1 -> D",
        why: "the restart would close what still has to be used",
        breaks: "parted",
        site: || one("ftp", "fhs", "fh", &[HTTPS], &[HTTPS]),
    },
    Needed {
        edge: "K -> R2",
        why: "a premature edit: the restart closes FTP, by which aborts still go",
        breaks: "abort",
        site: || one("ftp", "s", "fs", &[HTTPS], &[]),
    },
    Needed {
        edge: "X -> R2",
        why: "a premature edit: the restart closes what the set still needs",
        breaks: "route",
        site: || one("https", "s", "hs", &[HTTP, HTTPS], &[BLANK]),
    },
    Needed {
        edge: "M -> R2",
        why: "a premature edit: the restart strands the task, and its interface stays",
        breaks: "route",
        site: || forwarded("s"),
    },
    Needed {
        edge: "M -> D",
        why: "the task is still there, and its interface stays",
        breaks: "route",
        site: || forwarded("hs"),
    },
    Needed {
        edge: "X -> R1",
        why: "the first restart strands a member of the set",
        breaks: "route",
        site: || one("https", "f", "fh", &[FTP, HTTP], &[BLANK]),
    },
    Needed {
        edge: "D -> R1",
        why: "the restart would open the port",
        breaks: "parted",
        site: || one("ftp", "h", "f", &[], &[]),
    },
    Needed {
        edge: "D -> E",
        why: "another port holds the number of HTTPS",
        breaks: "precondition",
        site: || {
            let mut site = one("https", "", "f", &[], &[]);
            site["hosts"][0]["configured"] = json!({ "http": 11443 });
            site
        },
    },
    Needed {
        edge: "D -> M",
        why: "a task comes to a set that a port serves which is about to be closed",
        breaks: "route",
        site: || {
            let mut site = one("ftp", "fh", "f", &[HTTP], &[HTTPS]);
            site["hosts"][0]["https_port"] = json!(11001);
            site["policy"] = json!({ "reassign": "blank" });
            site
        },
    },
    Needed {
        edge: "D -> U",
        why: "a port that is to get another number back cannot be enabled while it has one",
        breaks: "precondition",
        site: || {
            let mut site = one("https", "", "h", &[HTTP], &[BLANK]);
            site["hosts"][0]["configured"] = json!({ "http": 12000 });
            site
        },
    },
    Needed {
        edge: "U -> D",
        why: "the next restart would open nothing",
        breaks: "listener",
        site: || {
            let mut site = one("ftp", "", "f", &[], &[]);
            site["hosts"][0]["configured"] = json!({ "http": 11443 });
            site
        },
    },
    Needed {
        edge: "U -> X",
        why: "the next restart would leave the set nothing that lives",
        breaks: "route",
        site: || without_avx(one("https", "h", "f", &[FTP, HTTP], &[BLANK])),
    },
    Needed {
        edge: "U -> R2",
        why: "the restart closes FTP, by which aborts go for good",
        breaks: "abort",
        site: || without_avx(one("ftp", "", "fh", &[FTP], &[])),
    },
    Needed {
        edge: "R2 -> X",
        why: "what takes its place in the set comes up only then",
        breaks: "route",
        site: || one("https", "", "", &[HTTPS, "smb://s"], &[BLANK]),
    },
    Needed {
        edge: "U -> M",
        why: "the set that the task comes to would not outlive the next restart",
        breaks: "route",
        site: || {
            let mut site = without_avx(one("ftp", "h", "fh", &[FTP, HTTP], &[HTTP]));
            site["policy"] = json!({ "reassign": "blank" });
            site
        },
    },
    Needed {
        edge: "R2 -> A",
        why: "a set that is wholly alive, and stays so, gets a dead member",
        breaks: "route",
        site: || {
            let mut site = one("ftp", "fs", "f", &[FTP], &[HTTPS, BLANK]);
            site["policy"] = json!({ "retire": ["http"] });
            site
        },
    },
    Needed {
        edge: "X -> X",
        why: "a task waits for the last of several that have to leave a set",
        breaks: "route",
        site: || {
            let r = host("r", "h", "h", &["http://r:11000"]);
            let hosts = [host("s", "", "", &[FTP, HTTP]), r];
            let mut site = site("https", &hosts, &[["r", "http://r:11000"]]);
            site["policy"] = json!({ "reassign": "blank" });
            site
        },
    },
    Needed {
        edge: "park -> R2",
        why: "the only restart of the host brings HTTPS up on another number than the task's",
        breaks: "route",
        site: || {
            let far = "https://s:8443";
            let mut site = one("https", "h", "fh", &[HTTP, far], &[far]);
            site["hosts"][0]["https_port"] = json!(11443);
            site["hosts"][0]["running"]["https"] = json!("unknown");
            site["policy"] = json!({ "retire": ["ftp"] });
            site["tasks"][0]["reassign"] = json!("https://other:8443");
            site
        },
    },
    Needed {
        edge: "park -> X",
        why: "the product refuses to remove what a task names",
        breaks: "precondition",
        site: || {
            let mut site = one("https", "h", "fh", &[FTP, HTTP], &[FTP]);
            site["policy"] = json!({ "retire": ["ftp"] });
            site
        },
    },
];

/// A task leaves an interface for the Server's set that cannot go: it is the last of its host, and forwarded.
fn forwarded(configured: &str) -> Value {
    let nat = json!({ "url": "http://nat:8000", "listener": 11000 });
    let mut hosts = [host("s", "s", "s", &[HTTPS]), host("r", configured, "hs", &[])];
    hosts[1]["interfaces"] = json!([nat]);
    let mut site = site("https", &hosts, &[["r", "http://nat:8000"]]);
    site["policy"] = json!({ "reassign": "blank" });
    site["assumptions"] = json!({ "blank_scope": "server" });
    site
}

fn without_avx(mut site: Value) -> Value {
    site["hosts"][0]["os"] = json!("windows");
    site["hosts"][0]["avx"] = json!("no");
    site
}

/// Edges that follow from others in every plan that was looked at.
///
/// Some are chains, so that a step does not have to name all that came before it; others are named for whoever reads
/// the plan: `park -> M` follows from `park -> R1` and `R1 -> M`.
const IMPLIED: [&str; 5] = ["M -> M", "R1 -> R2", "R2 -> M", "U -> park", "park -> M"];

#[test]
fn without_any_one_edge_some_site_breaks() {
    for Needed { edge, why, breaks, site } in NEEDED {
        let json = site();
        let order = Order::of(&site_of(&json));
        assert_eq!(without(&json, &order, |_, _| false), Ok(()), "{edge}: {json}");
        let is_edge = |first, then| Kind::of(&order, first, then).name() == edge;
        let broken = without(&json, &order, is_edge);
        let found = broken.as_ref().map_or_else(Broken::name, |()| "nothing");
        assert_eq!(found, breaks, "{edge}, {why}: {json}\n{order:?}");
        println!("{edge:10} {breaks:12} {why}");
    }
}

/// Every edge that the plans of these sites have is told above, and those that are said to be implied break nothing.
pub(crate) fn are_told(sites: impl Iterator<Item = Value>, limit: usize) {
    for (kind, Dropped { times, broke, witness }) in drop_each(sites, limit) {
        println!("{kind:10} dropped {times:7} times, broke a plan {broke:7} times");
        let is_needed = NEEDED.iter().any(|needed| needed.edge == kind);
        assert_ne!(is_needed, IMPLIED.contains(&&*kind), "{kind}");
        assert!(is_needed || broke == 0, "{kind}: {witness:?}");
    }
}

#[test]
fn every_edge_of_spread_out_plans_is_told() {
    let one = (0..ONE_HOST).step_by(101).map(one_host);
    let two = (0..TWO_HOSTS).step_by(3_000_017).map(two_hosts);
    let odd = ODD.into_iter().filter(|odd| odd.hosts == 1);
    are_told(one.chain(two).chain(odd.flat_map(|odd| odd.sites().step_by(307))), 1_000);
}
