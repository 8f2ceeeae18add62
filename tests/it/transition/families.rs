//! Small families of sites: every switch and every odd fact in both positions, on one, two and three hosts.

use serde_json::{Value, json};

use super::small_sites::{host, ports, site};
use crate::oracle::generate::ODD;

/// All sites of one kind.
#[derive(Clone, Copy)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) hosts: usize,
    make: Make,
}

#[derive(Clone, Copy)]
enum Make {
    /// Those of the generator, by their place there.
    Odd(usize),
    /// A change of every site of the base with so many hosts.
    Changed(fn(&mut Value)),
}

impl Family {
    pub(crate) fn sites(self) -> Vec<Value> {
        let change = match self.make {
            Make::Odd(at) => return ODD[at].sites().collect(),
            Make::Changed(change) => change,
        };
        let mut sites = match self.hosts {
            1 => alone(),
            2 => pair(),
            _ => trio(),
        };
        sites.iter_mut().for_each(change);
        sites
    }
}

/// Every family.
pub(crate) fn families() -> Vec<Family> {
    let odd = ODD.iter().enumerate();
    let odd = odd.map(|(at, odd)| Family { name: odd.name, hosts: odd.hosts, make: Make::Odd(at) });
    odd.chain(FURTHER).collect()
}

const fn family(name: &'static str, hosts: usize, change: fn(&mut Value)) -> Family {
    Family { name, hosts, make: Make::Changed(change) }
}

/// The sets of letters `f`, `h` and `s`.
const LETTERS: [&str; 8] = ["", "f", "h", "fh", "s", "fs", "hs", "fhs"];

/// All ports of one host, with or without its interfaces over HTTP and HTTPS, and a task on one of them or on none.
fn alone() -> Vec<Value> {
    let mut sites = Vec::new();
    for (configured, running) in every_ports() {
        for interfaces in [&["http://s:11000"][..], &["http://s:11000", "https://s:11443"]] {
            for kill in ["ftp", "https"] {
                for reference in ["http://s:11000", "https://s:11443", ""] {
                    let s = host("s", configured, running, interfaces);
                    sites.push(site(kill, &[s], &[["s", reference]]));
                }
            }
        }
    }
    sites
}

/// All ports of the RDS beside a Server in some states.
fn pair() -> Vec<Value> {
    const SERVERS: [(&str, &str); 5] =
        [("fhs", "fhs"), ("fh", "fh"), ("s", "s"), ("s", "fhs"), ("fhs", "fh")];
    let mut sites = Vec::new();
    for (configured, running) in every_ports() {
        for (of_server, runs_there) in SERVERS {
            for interfaces in [&["http://r:11000"][..], &["http://r:11000", "https://r:11443"]] {
                for kill in ["ftp", "https"] {
                    for reference in ["http://r:11000", ""] {
                        let both = ["http://s:11000", "https://s:11443"];
                        let s = host("s", of_server, runs_there, &both);
                        let r = host("r", configured, running, interfaces);
                        let tasks = [["s", "http://s:11000"], ["r", reference]];
                        sites.push(site(kill, &[s, r], &tasks));
                    }
                }
            }
        }
    }
    sites
}

/// All ports of one RDS beside a Server in some states and another RDS on which a task picks from sets.
fn trio() -> Vec<Value> {
    const SERVERS: [(&str, &str); 3] = [("fhs", "fhs"), ("s", "s"), ("fh", "fh")];
    let mut sites = Vec::new();
    for (configured, running) in every_ports() {
        for (of_server, runs_there) in SERVERS {
            for kill in ["ftp", "https"] {
                for reference in ["http://r:11000", ""] {
                    let s =
                        host("s", of_server, runs_there, &["http://s:11000", "https://s:11443"]);
                    let r = host("r", configured, running, &["http://r:11000"]);
                    let q = host("q", "s", "hs", &["https://q:11443"]);
                    let tasks = [["s", "http://s:11000"], ["r", reference], ["q", ""]];
                    sites.push(site(kill, &[s, r, q], &tasks));
                }
            }
        }
    }
    sites
}

fn every_ports() -> impl Iterator<Item = (&'static str, &'static str)> {
    LETTERS
        .into_iter()
        .flat_map(|configured| LETTERS.into_iter().map(move |running| (configured, running)))
}

fn add(site: &mut Value, host: usize, interface: Value) {
    site["hosts"][host]["interfaces"].as_array_mut().unwrap().push(interface);
}

fn waive(site: &mut Value, host: &str) {
    let waiver = json!({ "host": host, "condition": "abort", "reason": "replaced soon", "until": "2099-12-31" });
    site["waivers"] = json!([waiver]);
}

/// Windows on a processor where HTTPS cannot run, or nobody knows.
fn windows(site: &mut Value, host: usize, avx: &str) {
    let host = &mut site["hosts"][host];
    host["os"] = json!("windows");
    host["avx"] = json!(avx);
    host["running"].as_object_mut().unwrap().remove("https");
}

/// The last task carries data from this host.
fn carry_from(site: &mut Value, kind: &str, source: &str) {
    let task = site["tasks"].as_array_mut().unwrap().last_mut().unwrap();
    task["kind"] = json!(kind);
    task["source_host"] = json!(source);
}

/// Other numbers for everything on a host: its ports, its interfaces, and what names them.
fn renumber(site: &mut Value, host: usize) {
    let numbers = [("ftp", 11001, 21001), ("http", 11000, 8000), ("https", 11443, 8443)];
    let name = site["hosts"][host]["name"].as_str().unwrap().to_owned();
    let mut text = site.to_string();
    for (scheme, from, to) in numbers {
        text =
            text.replace(&format!("{scheme}://{name}:{from}"), &format!("{scheme}://{name}:{to}"));
    }
    *site = serde_json::from_str(&text).unwrap();
    for column in ["configured", "running"] {
        for (name, _, to) in numbers {
            if let Some(port) = site["hosts"][host][column].get_mut(name) {
                *port = json!(to);
            }
        }
    }
}

/// Another number for a port of the first host in stpd.ini, if it is on there.
fn configure(site: &mut Value, name: &str, number: u16) {
    if let Some(port) = site["hosts"][0]["configured"].get_mut(name) {
        *port = json!(number);
    }
}

/// The texts of one host on another as well, and a task there that names one.
fn share_texts(site: &mut Value, from: usize, to: usize) {
    for text in site["hosts"][from]["interfaces"].clone().as_array().unwrap() {
        add(site, to, text.clone());
    }
    let text = site["hosts"][from]["interfaces"][0].clone();
    let name = site["hosts"][to]["name"].clone();
    let tasks = site["tasks"].as_array_mut().unwrap();
    tasks
        .iter_mut()
        .filter(|task| task["host"] == name)
        .for_each(|task| task["interface"] = text.clone());
}

fn forwarded(number: u16, listener: u16) -> Value {
    let scheme = if listener == 11443 { "https" } else { "http" };
    json!({ "url": format!("{scheme}://nat:{number}"), "listener": listener })
}

/// The families beside those of the generator.
const FURTHER: [Family; 52] = [
    // One host.
    family("custom numbers", 1, |site| renumber(site, 0)),
    family("custom numbers, policy blank", 1, |site| {
        renumber(site, 0);
        site["policy"] = json!({ "reassign": "blank" });
    }),
    family("ftp renumbered and not restarted", 1, |site| configure(site, "ftp", 12001)),
    family("ftp and http renumbered and not restarted", 1, |site| {
        configure(site, "ftp", 12001);
        configure(site, "http", 12000);
    }),
    family("ftp and http swapped and not restarted", 1, |site| {
        configure(site, "ftp", 11000);
        configure(site, "http", 11001);
    }),
    family("os unknown", 1, |site| site["hosts"][0]["os"] = json!("unknown")),
    family("os unknown, avx told", 1, |site| {
        site["hosts"][0]["os"] = json!("unknown");
        site["hosts"][0]["avx"] = json!("yes");
    }),
    family("abort waived, policy blank", 1, |site| {
        waive(site, "s");
        site["policy"] = json!({ "reassign": "blank" });
    }),
    family("retire ftp, policy blank", 1, |site| {
        site["policy"] = json!({ "retire": ["ftp"], "reassign": "blank" });
    }),
    family("retire http, policy blank", 1, |site| {
        site["policy"] = json!({ "retire": ["http"], "reassign": "blank" });
    }),
    family("bare beside, retire ftp", 1, |site| {
        add(site, 0, json!("s"));
        site["policy"] = json!({ "retire": ["ftp"] });
    }),
    family("bare beside, policy blank", 1, |site| {
        add(site, 0, json!("s"));
        site["policy"] = json!({ "reassign": "blank" });
    }),
    family("forwarded pair beside", 1, |site| {
        add(site, 0, forwarded(8000, 11000));
        add(site, 0, forwarded(8443, 11443));
    }),
    family("forwarded pair beside, policy blank", 1, |site| {
        add(site, 0, forwarded(8000, 11000));
        add(site, 0, forwarded(8443, 11443));
        site["policy"] = json!({ "reassign": "blank" });
    }),
    family("replication from itself, policy blank", 1, |site| {
        carry_from(site, "replication", "s");
        site["policy"] = json!({ "reassign": "blank" });
    }),
    // Two hosts.
    family("two hosts, policy blank, scope host", 2, |site| {
        site["policy"] = json!({ "reassign": "blank" });
        site["assumptions"] = json!({ "blank_scope": "host" });
    }),
    family("two hosts, policy blank, scope server", 2, |site| {
        site["policy"] = json!({ "reassign": "blank" });
        site["assumptions"] = json!({ "blank_scope": "server" });
    }),
    family("two hosts, retire ftp", 2, |site| site["policy"] = json!({ "retire": ["ftp"] })),
    family("two hosts, retire http", 2, |site| site["policy"] = json!({ "retire": ["http"] })),
    family("two hosts, the rds waived", 2, |site| waive(site, "r")),
    family("two hosts, the rds without avx, waived", 2, |site| {
        windows(site, 1, "no");
        waive(site, "r");
    }),
    family("two hosts, the rds without avx, excepted", 2, |site| {
        windows(site, 1, "no");
        site["policy"] = json!({ "except_hosts": ["r"] });
    }),
    family("two hosts, the rds without avx, excepted and waived", 2, |site| {
        windows(site, 1, "no");
        waive(site, "r");
        site["policy"] = json!({ "except_hosts": ["r"] });
    }),
    family("two hosts, the rds with avx unknown", 2, |site| windows(site, 1, "unknown")),
    family("two hosts, the server with avx unknown", 2, |site| windows(site, 0, "unknown")),
    family("two hosts, bare on the server", 2, |site| add(site, 0, json!("s"))),
    family("two hosts, bare named on the rds", 2, |site| {
        add(site, 1, json!("r"));
        site["tasks"][1]["interface"] = json!("r");
    }),
    family("two hosts, forwarded on the server", 2, |site| add(site, 0, forwarded(8000, 11000))),
    family("two hosts, forwarded pair named on the rds", 2, |site| {
        add(site, 1, forwarded(8000, 11000));
        add(site, 1, forwarded(8443, 11443));
        site["tasks"][1]["interface"] = json!("http://nat:8000");
    }),
    family("two hosts, custom numbers on the rds", 2, |site| renumber(site, 1)),
    family("two hosts, replication from the server", 2, |site| {
        carry_from(site, "replication", "s");
    }),
    family("two hosts, migration from the server, scope host", 2, |site| {
        carry_from(site, "migration", "s");
        site["assumptions"] = json!({ "blank_scope": "host" });
    }),
    family("two hosts, texts of the server on the rds", 2, |site| share_texts(site, 0, 1)),
    family("two hosts, texts of the server on the rds, server excepted", 2, |site| {
        share_texts(site, 0, 1);
        site["policy"] = json!({ "except_hosts": ["s"] });
    }),
    // Three hosts.
    family("three hosts", 3, |_| {}),
    family("three hosts, scope host", 3, |site| {
        site["assumptions"] = json!({ "blank_scope": "host" });
    }),
    family("three hosts, scope server", 3, |site| {
        site["assumptions"] = json!({ "blank_scope": "server" });
    }),
    family("three hosts, policy blank", 3, |site| site["policy"] = json!({ "reassign": "blank" })),
    family("three hosts, policy blank, scope host", 3, |site| {
        site["policy"] = json!({ "reassign": "blank" });
        site["assumptions"] = json!({ "blank_scope": "host" });
    }),
    family("three hosts, policy blank, scope server", 3, |site| {
        site["policy"] = json!({ "reassign": "blank" });
        site["assumptions"] = json!({ "blank_scope": "server" });
    }),
    family("three hosts, one excepted", 3, |site| {
        site["policy"] = json!({ "except_hosts": ["r"] });
    }),
    family("three hosts, two excepted", 3, |site| {
        site["policy"] = json!({ "except_hosts": ["s", "r"] });
    }),
    family("three hosts, one waived", 3, |site| waive(site, "r")),
    family("three hosts, one without avx", 3, |site| windows(site, 1, "no")),
    family("three hosts, one without avx, waived", 3, |site| {
        windows(site, 1, "no");
        waive(site, "r");
    }),
    family("three hosts, one with avx unknown", 3, |site| windows(site, 1, "unknown")),
    family("three hosts, retire ftp", 3, |site| site["policy"] = json!({ "retire": ["ftp"] })),
    family("three hosts, retire http", 3, |site| site["policy"] = json!({ "retire": ["http"] })),
    family("three hosts, bare on one", 3, |site| add(site, 2, json!("q"))),
    family("three hosts, forwarded on one", 3, |site| add(site, 2, forwarded(8000, 11000))),
    family("three hosts, custom numbers on one", 3, |site| renumber(site, 1)),
    family("three hosts, replication between two, equal texts", 3, |site| {
        share_texts(site, 1, 2);
        carry_from(site, "replication", "r");
        site["hosts"][2]["running"] = ports("hs");
    }),
];
