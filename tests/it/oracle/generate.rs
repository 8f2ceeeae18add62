//! Sites and plans to try the engine on: whole families, state by state, and random ones.
//!
//! Sites are values of the JSON site file, always valid ones, so that the library reads the very same bytes.

use serde_json::{Value, json};

use super::site_file::KILL_KEY;

/// The number of states of [`one_host`].
pub(crate) const ONE_HOST: u32 = 1 << 14;

/// The number of states of [`two_addresses`]: 84 ways for three tasks, told apart by what they name only.
pub(crate) const TWO_ADDRESSES: u32 = 84 << 13;

/// The number of states of [`two_hosts`].
pub(crate) const TWO_HOSTS: u32 = 1 << 25;

const NUMBERS: [(&str, u16); 3] = [("ftp", 11001), ("http", 11000), ("https", 11443)];

/// Reads a state number bit by bit, lowest first.
struct Bits(u32);

impl Bits {
    fn take(&mut self, count: u32) -> u32 {
        let low = self.0 & ((1 << count) - 1);
        self.0 >>= count;
        low
    }

    fn flag(&mut self) -> bool {
        self.take(1) == 1
    }

    fn ports(&mut self) -> Value {
        let mut ports = json!({});
        for (name, number) in NUMBERS {
            if self.flag() {
                ports[name] = json!(number);
            }
        }
        ports
    }

    fn interfaces(&mut self, host: &str) -> Value {
        (0..3).map(|which| text(which, host)).filter(|_| self.flag()).collect()
    }

    /// One of the three texts of the host, whether it is there or not, or blank.
    fn reference(&mut self, host: &str) -> String {
        match self.take(2) {
            3 => String::new(),
            which => text(which as usize, host),
        }
    }
}

/// One text of each transport at an address.
fn texts(address: &str) -> [String; 3] {
    [0, 1, 2].map(|which| text(which, address))
}

fn text(which: usize, host: &str) -> String {
    let (scheme, number) = NUMBERS[which];
    format!("{scheme}://{host}:{number}")
}

fn host(name: &str, configured: &Value, running: &Value, interfaces: &Value) -> Value {
    json!({
        "name": name, "role": if name == "s" { "server" } else { "rds" }, "os": "linux",
        "configured": configured, "running": running, "interfaces": interfaces
    })
}

fn task(id: &str, host: &str, interface: &str) -> Value {
    json!({ "id": id, "kind": "backup", "host": host, "interface": interface })
}

fn site(hosts: &[Value], tasks: &[Value], kill: &str) -> Value {
    json!({
        "format_version": "1.0", "hosts": hosts, "tasks": tasks,
        "globals": [{ "key": KILL_KEY, "user": "sesam", "value": kill }]
    })
}

fn kill(by_https: bool) -> &'static str {
    if by_https { "https" } else { "ftp" }
}

/// A state of the site with one host and two tasks. Bits, lowest first: configured ftp, http, https; running; kill by
/// https; presence of the ftp, http and https interface; two bits for the reference of `a`, two for `b`.
pub(crate) fn one_host(state: u32) -> Value {
    let mut bits = Bits(state);
    let (configured, running) = (bits.ports(), bits.ports());
    let kill = kill(bits.flag());
    let s = host("s", &configured, &running, &bits.interfaces("s"));
    let tasks = [task("a", "s", &bits.reference("s")), task("b", "s", &bits.reference("s"))];
    site(&[s], &tasks, kill)
}

/// A state of the site with one host, two addresses and three tasks. Bits, lowest first: configured and running; kill;
/// presence of the interfaces of either address. What is left tells which texts or none the tasks name.
pub(crate) fn two_addresses(state: u32) -> Value {
    let mut bits = Bits(state);
    let (configured, running) = (bits.ports(), bits.ports());
    let kill = kill(bits.flag());
    let texts: Vec<String> = ["s", "s-lan2"].iter().flat_map(|it| texts(it)).collect();
    let interfaces: Value = texts.iter().filter(|_| bits.flag()).cloned().collect();
    let named = |which: usize| texts.get(which).map_or("", |text| text);
    let sorted = (0..7).flat_map(|a| (a..7).flat_map(move |b| (b..7).map(move |c| [a, b, c])));
    let named = sorted.map(|three| three.map(named)).nth(bits.0 as usize).unwrap();
    let tasks = ["a", "b", "c"].into_iter().zip(named).map(|(id, text)| task(id, "s", text));
    site(&[host("s", &configured, &running, &interfaces)], &tasks.collect::<Vec<_>>(), kill)
}

/// A state of the site with two hosts and three tasks, `a` and `b` on `s`, `c` on `r`. Bits, lowest first: configured
/// and running of `s`, of `r`; kill; interfaces of `s`, of `r`; two bits for each reference.
pub(crate) fn two_hosts(state: u32) -> Value {
    let mut bits = Bits(state);
    let ports = [bits.ports(), bits.ports(), bits.ports(), bits.ports()];
    let kill = kill(bits.flag());
    let s = host("s", &ports[0], &ports[1], &bits.interfaces("s"));
    let r = host("r", &ports[2], &ports[3], &bits.interfaces("r"));
    let tasks = [
        task("a", "s", &bits.reference("s")),
        task("b", "s", &bits.reference("s")),
        task("c", "r", &bits.reference("r")),
    ];
    site(&[s, r], &tasks, kill)
}

/// The states of [`one_host`] with task `b` left out.
fn one_task() -> impl Iterator<Item = Value> {
    (0..1 << 12).map(|state| {
        let mut site = one_host(state);
        site["tasks"].as_array_mut().unwrap().truncate(1);
        site
    })
}

/// All states of the ports of `s` beside some of `r`, with the interfaces of `s` and one task on each host.
fn two_tasks() -> impl Iterator<Item = Value> {
    const SETTLED: [[u32; 2]; 6] = [
        [0b111, 0b111],
        [0b001, 0b001],
        [0b100, 0b100],
        [0b100, 0b111],
        [0b111, 0b011],
        [0, 0b011],
    ];
    (0..1 << 13).flat_map(|state| {
        SETTLED.into_iter().map(move |[configured, running]| {
            let mut bits = Bits(state);
            let ports = [bits.ports(), bits.ports()];
            let kill = kill(bits.flag());
            // Not the ftp interface: what it adds is in the families of one host.
            let texts = [text(1, "s"), text(2, "s")];
            let texts: Value = texts.into_iter().filter(|_| bits.flag()).collect();
            let s = host("s", &ports[0], &ports[1], &texts);
            let on_r: Value = [text(1, "r"), text(2, "r")].into_iter().collect();
            let r = host("r", &Bits(configured).ports(), &Bits(running).ports(), &on_r);
            let tasks =
                [task("a", "s", &bits.reference("s")), task("b", "r", &bits.reference("r"))];
            site(&[s, r], &tasks, kill)
        })
    })
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}

/// Each switch and each odd fact, alone, on all states of the ports of one host (some beside a second host).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odd {
    pub(crate) name: &'static str,
    /// How many hosts its sites have.
    pub(crate) hosts: usize,
    make: fn(&mut Value),
}

impl Odd {
    /// The states of the family.
    pub(crate) fn sites(self) -> impl Iterator<Item = Value> {
        let base: Box<dyn Iterator<Item = Value>> =
            if self.hosts == 1 { Box::new(one_task()) } else { Box::new(two_tasks()) };
        base.map(move |mut site| {
            (self.make)(&mut site);
            site
        })
    }
}

const fn odd(name: &'static str, hosts: usize, make: fn(&mut Value)) -> Odd {
    Odd { name, hosts, make }
}

/// A Windows host where https does not run, because it cannot.
fn without_avx(host: &mut Value) {
    host["os"] = json!("windows");
    host["avx"] = json!("no");
    host["running"].as_object_mut().unwrap().remove("https");
}

/// Replaces the number of a port wherever it is on.
fn renumber(ports: &mut Value, transport: &str, number: u16) {
    if ports.get(transport).is_some() {
        ports[transport] = json!(number);
    }
}

/// The switches and the odd facts.
pub(crate) const ODD: [Odd; 66] = [
    odd("plain", 1, |_| {}),
    odd("policy blank", 1, |site| site["policy"] = json!({ "reassign": "blank" })),
    odd("retire ftp", 1, |site| site["policy"] = json!({ "retire": ["ftp"] })),
    odd("retire http", 1, |site| site["policy"] = json!({ "retire": ["http"] })),
    odd("server excepted", 1, |site| site["policy"] = json!({ "except_hosts": ["s"] })),
    odd("abort waived", 1, |site| site["waivers"] = json!([waiver("s")])),
    odd("kill is another word", 1, |site| site["globals"][0]["value"] = json!("smssh")),
    odd("windows, avx unknown", 1, |site| site["hosts"][0]["os"] = json!("windows")),
    odd("windows without avx", 1, |site| without_avx(&mut site["hosts"][0])),
    odd("windows without avx, abort waived", 1, |site| {
        without_avx(&mut site["hosts"][0]);
        site["waivers"] = json!([waiver("s")]);
    }),
    odd("linux without avx", 1, |site| site["hosts"][0]["avx"] = json!("no")),
    odd("bare beside", 1, |site| push(&mut site["hosts"][0]["interfaces"], json!("s"))),
    odd("bare named", 1, |site| {
        push(&mut site["hosts"][0]["interfaces"], json!("s"));
        site["tasks"][0]["interface"] = json!("s");
    }),
    odd("other beside", 1, |site| push(&mut site["hosts"][0]["interfaces"], json!("smb://s"))),
    odd("other named", 1, |site| {
        push(&mut site["hosts"][0]["interfaces"], json!("smb://s"));
        site["tasks"][0]["interface"] = json!("smb://s");
    }),
    odd("forwarded http beside", 1, |site| {
        push(
            &mut site["hosts"][0]["interfaces"],
            json!({ "url": "http://nat:8000", "listener": 11000 }),
        );
    }),
    odd("forwarded http named", 1, |site| {
        push(
            &mut site["hosts"][0]["interfaces"],
            json!({ "url": "http://nat:8000", "listener": 11000 }),
        );
        site["tasks"][0]["interface"] = json!("http://nat:8000");
    }),
    odd("forwarded pair named", 1, |site| {
        let list = &mut site["hosts"][0]["interfaces"];
        push(list, json!({ "url": "http://nat:8000", "listener": 11000 }));
        push(list, json!({ "url": "https://nat:8443", "listener": 11443 }));
        site["tasks"][0]["interface"] = json!("http://nat:8000");
    }),
    odd("twin stands there forwarded elsewhere", 1, |site| {
        for interface in site["hosts"][0]["interfaces"].as_array_mut().unwrap() {
            if *interface == "https://s:11443" {
                *interface = json!({ "url": "https://s:11443", "listener": 9443 });
            }
        }
    }),
    odd("dangling gone", 1, |site| site["tasks"][0]["interface"] = json!("http://gone:11000")),
    odd("dangling https of another number", 1, |site| {
        site["tasks"][0]["interface"] = json!("https://s:9443");
    }),
    odd("dangling without a number", 1, |site| site["tasks"][0]["interface"] = json!("HTTPS://S/")),
    odd("second card", 1, |site| {
        push(&mut site["hosts"][0]["interfaces"], json!("http://s-lan2:11000"));
        site["tasks"][0]["interface"] = json!("http://s-lan2:11000");
    }),
    odd("dead https beside", 1, |site| {
        push(&mut site["hosts"][0]["interfaces"], json!("https://s:9443"));
    }),
    odd("task to blank", 1, |site| site["tasks"][0]["reassign"] = json!("blank")),
    odd("task to its https text", 1, |site| {
        site["tasks"][0]["reassign"] = json!("https://s:11443");
    }),
    odd("task to another https text", 1, |site| {
        site["tasks"][0]["reassign"] = json!("https://s-lan2:11443");
    }),
    odd("task to an http text", 1, |site| site["tasks"][0]["reassign"] = json!("http://s:11000")),
    odd("task secure under policy blank", 1, |site| {
        site["policy"] = json!({ "reassign": "blank" });
        site["tasks"][0]["reassign"] = json!("secure");
    }),
    odd("migration from itself", 1, |site| {
        site["tasks"][0]["kind"] = json!("migration");
        site["tasks"][0]["source_host"] = json!("s");
    }),
    odd("https on a custom number", 1, |site| {
        for column in ["configured", "running"] {
            renumber(&mut site["hosts"][0][column], "https", 8443);
        }
    }),
    odd("https renumbered and not restarted", 1, |site| {
        renumber(&mut site["hosts"][0]["configured"], "https", 8443);
    }),
    odd("http renumbered and not restarted", 1, |site| {
        renumber(&mut site["hosts"][0]["configured"], "http", 12000);
    }),
    odd("http on the number of https", 1, |site| {
        for column in ["configured", "running"] {
            renumber(&mut site["hosts"][0][column], "http", 11443);
        }
    }),
    odd("http configured on the number of https", 1, |site| {
        renumber(&mut site["hosts"][0]["configured"], "http", 11443);
    }),
    odd("https to come on the number of ftp", 1, |site| {
        site["hosts"][0]["https_port"] = json!(11001);
    }),
    odd("https to come on the number of ftp, ftp stays", 1, |site| {
        site["hosts"][0]["https_port"] = json!(11001);
        site["policy"] = json!({ "retire": ["http"] });
    }),
    odd("http configured unknown", 1, |site| {
        site["hosts"][0]["configured"]["http"] = json!("unknown");
    }),
    odd("ftp running unknown", 1, |site| site["hosts"][0]["running"]["ftp"] = json!("unknown")),
    odd("https configured unknown", 1, |site| {
        site["hosts"][0]["configured"]["https"] = json!("unknown");
    }),
    odd("everything configured unknown", 1, |site| {
        site["hosts"][0]["configured"] =
            json!({ "ftp": "unknown", "http": "unknown", "https": "unknown" });
    }),
    odd("setting to write", 1, |site| want(site, &[[ABSENT, ABSENT]])),
    odd("setting to load", 1, |site| want(site, &[[WANTED, ABSENT]])),
    odd("setting written over", 1, |site| want(site, &[[OTHER, WANTED]])),
    odd("setting unknown", 1, |site| want(site, &[[UNKNOWN, UNKNOWN]])),
    odd("setting to write, setting to load", 1, |site| {
        want(site, &[[OTHER, OTHER], [WANTED, OTHER]]);
    }),
    odd("setting to load, setting written over", 1, |site| {
        want(site, &[[WANTED, ABSENT], [ABSENT, WANTED]]);
    }),
    odd("setting, server excepted", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["policy"] = json!({ "except_hosts": ["s"] });
    }),
    odd("setting, policy blank", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["policy"] = json!({ "reassign": "blank" });
    }),
    odd("setting, retire ftp", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["policy"] = json!({ "retire": ["ftp"] });
    }),
    odd("setting, retire http", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["policy"] = json!({ "retire": ["http"] });
    }),
    odd("setting, windows, avx unknown", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["hosts"][0]["os"] = json!("windows");
    }),
    odd("setting, windows without avx", 1, |site| {
        want(site, &[[OTHER, OTHER], [OTHER, WANTED]]);
        without_avx(&mut site["hosts"][0]);
    }),
    odd("setting, ftp running unknown", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["hosts"][0]["running"]["ftp"] = json!("unknown");
    }),
    odd("setting, http renumbered and not restarted", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        renumber(&mut site["hosts"][0]["configured"], "http", 12000);
    }),
    odd("setting, migration from itself", 1, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["tasks"][0]["kind"] = json!("migration");
        site["tasks"][0]["source_host"] = json!("s");
    }),
    odd("two hosts, a setting on the server", 2, |site| {
        want(site, &[[OTHER, OTHER]]);
        site["settings"][0]["hosts"] = json!(["s"]);
        site["hosts"][1]["settings"] = json!([]);
    }),
    odd("two hosts", 2, |_| {}),
    odd("two hosts, blank scope host", 2, |site| {
        site["assumptions"] = json!({ "blank_scope": "host" });
    }),
    odd("two hosts, blank scope server", 2, |site| {
        site["assumptions"] = json!({ "blank_scope": "server" });
    }),
    odd("two hosts, policy blank", 2, |site| site["policy"] = json!({ "reassign": "blank" })),
    odd("two hosts, one excepted", 2, |site| site["policy"] = json!({ "except_hosts": ["r"] })),
    odd("two hosts, the server excepted", 2, |site| {
        site["policy"] = json!({ "except_hosts": ["s"] });
    }),
    odd("two hosts, one without avx", 2, |site| without_avx(&mut site["hosts"][1])),
    odd("two hosts, a migration between them", 2, |site| {
        site["tasks"][0]["kind"] = json!("migration");
        site["tasks"][0]["source_host"] = json!("r");
    }),
    odd("two hosts, equal texts", 2, |site| {
        let list = site["hosts"][0]["interfaces"].clone();
        for interface in list.as_array().unwrap() {
            push(&mut site["hosts"][1]["interfaces"], interface.clone());
        }
        site["tasks"][1]["interface"] = json!("http://s:11000");
    }),
];

pub(crate) const ABSENT: &str = "absent";
pub(crate) const UNKNOWN: &str = "unknown";
pub(crate) const OTHER: &str = "old";
pub(crate) const WANTED: &str = "new";

/// What a host has of a setting: a text, or why there is none.
pub(crate) fn held(word: &str) -> Value {
    match word {
        ABSENT | UNKNOWN => json!({ "state": word }),
        text => json!(text),
    }
}

/// Wants settings on all hosts that have these values, configured and running.
fn want(site: &mut Value, settings: &[[&str; 2]]) {
    let key = |at: usize| format!("KEY_{at}");
    let wanted = (0..settings.len()).map(|at| json!({ "key": key(at), "value": WANTED }));
    site["settings"] = wanted.collect();
    for host in site["hosts"].as_array_mut().unwrap() {
        let told = settings.iter().enumerate().map(|(at, [configured, running])| {
            json!({ "key": key(at), "configured": held(configured), "running": held(running) })
        });
        host["settings"] = told.collect();
    }
}

/// Settings with all that is odd in them, on some of the hosts.
fn odd_settings(dice: &mut Dice, site: &mut Value, names: &[String]) {
    const KEYS: [(&str, &str); 3] = [("STPD_Server", "A"), ("STPD_Server", "B"), ("Other", "A")];
    let mut rows = Vec::new();
    for (section, key) in KEYS {
        if !dice.once_in(3) {
            continue;
        }
        let mut row = json!({ "key": key, "value": dice.of(&[WANTED, "other wanted"]) });
        if section != "STPD_Server" || dice.once_in(2) {
            row["section"] = json!(section);
        }
        let hosts: Vec<usize> = if dice.once_in(2) {
            (0..names.len()).filter(|_| dice.once_in(2)).collect()
        } else {
            (0..names.len()).collect()
        };
        if hosts.len() < names.len() {
            row["hosts"] = hosts.iter().map(|&at| json!(names[at])).collect();
        }
        for at in hosts {
            if dice.once_in(3) {
                continue;
            }
            let mut values = || held(dice.of::<&str>(&[ABSENT, OTHER, WANTED, UNKNOWN]));
            let mut told = json!({ "section": section.to_lowercase(), "key": key });
            let (configured, running) = (values(), values());
            told["configured"] = configured;
            if dice.once_in(2) {
                told["running"] = running;
            }
            let host = &mut site["hosts"][at];
            if host.get("settings").is_none() {
                host["settings"] = json!([]);
            }
            push(&mut host["settings"], told);
        }
        rows.push(row);
    }
    if !rows.is_empty() {
        site["settings"] = json!(rows);
    }
}

fn waiver(host: &str) -> Value {
    json!({ "host": host, "condition": "abort", "reason": "replaced soon", "until": "2099-12-31" })
}

/// Choices from a list of numbers; when they run out the first choice is taken, so that shrinking simplifies.
#[derive(Debug)]
pub(crate) struct Dice {
    rolls: std::vec::IntoIter<u32>,
    /// Where the list is endless instead.
    seed: Option<u64>,
}

impl Dice {
    pub(crate) fn new(rolls: Vec<u32>) -> Self {
        Self { rolls: rolls.into_iter(), seed: None }
    }

    /// For large sites: as many rolls as are asked for.
    pub(crate) fn endless(seed: u64) -> Self {
        Self { rolls: Vec::new().into_iter(), seed: Some(seed) }
    }

    fn roll(&mut self) -> Option<u32> {
        let Some(seed) = &mut self.seed else { return self.rolls.next() };
        // The step and the mixing of splitmix64.
        *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*seed ^ *seed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from(mixed >> 32).ok()
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.roll().map_or(0, |roll| roll as usize % count)
    }

    pub(crate) fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// True once in `count` times.
    pub(crate) fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    fn some_of<'a, T>(&mut self, choices: &'a [T], once_in: usize) -> Vec<&'a T> {
        choices.iter().filter(|_| self.once_in(once_in)).collect()
    }
}

/// A random site of so many hosts and tasks.
pub(crate) fn odd_site(dice: &mut Dice, hosts: usize, tasks: usize) -> Value {
    let server = dice.below(hosts);
    let names: Vec<String> = (0..hosts).map(|number| format!("h{number}")).collect();
    let rows: Vec<Value> =
        names.iter().enumerate().map(|(at, name)| odd_host(dice, name, at == server)).collect();
    let tasks: Vec<Value> =
        (0..tasks).map(|number| odd_task(dice, &format!("t{number}"), &names, &rows)).collect();
    let mut site = json!({ "format_version": "1.0", "hosts": rows, "tasks": tasks });
    match dice.below(5) {
        0 => {}
        choice => {
            let value = ["ftp", "https", "https", "smssh"][choice - 1];
            site["globals"] = json!([{ "key": KILL_KEY, "user": "sesam", "value": value }]);
        }
    }
    if dice.once_in(4) {
        site["globals"] = json!([
            { "key": KILL_KEY, "user": "admin", "value": "https" },
            { "key": "gv_other", "user": "sesam", "value": "1" }
        ]);
    }
    if dice.once_in(2) {
        site["assumptions"] = json!({ "blank_scope": dice.of(&["both", "host", "server"]) });
    }
    if dice.once_in(2) {
        let retire =
            dice.of(&[&["ftp", "http"][..], &["http", "ftp"], &["ftp"], &["http"]]).to_vec();
        site["policy"] = json!({
            "reassign": dice.of(&["secure", "blank"]),
            "retire": retire,
            "except_hosts": dice.some_of(&names, 4),
        });
    }
    let waived: Vec<Value> = dice.some_of(&names, 6).into_iter().map(|name| waiver(name)).collect();
    if !waived.is_empty() {
        site["waivers"] = json!(waived);
    }
    if dice.once_in(3) {
        odd_settings(dice, &mut site, &names);
    }
    site
}

/// A random site of a few hosts and tasks, one in four without odd facts.
pub(crate) fn any_site(dice: &mut Dice) -> Value {
    let (hosts, tasks) = (1 + dice.below(4), dice.below(7));
    if dice.once_in(4) { plain_site(dice, hosts, tasks) } else { odd_site(dice, hosts, tasks) }
}

/// A random site of so many hosts and tasks without odd facts, in any state between before and after; each host has two
/// addresses, and tasks may dangle.
pub(crate) fn plain_site(dice: &mut Dice, hosts: usize, tasks: usize) -> Value {
    let names: Vec<String> =
        (0..hosts).map(|nth| if nth == 0 { "s".to_owned() } else { format!("r{nth}") }).collect();
    let texts = |name: &str| -> Vec<String> {
        [name.to_owned(), format!("{name}-lan2")].iter().flat_map(|it| texts(it)).collect()
    };
    let rows: Vec<Value> = names
        .iter()
        .map(|name| {
            let mut ports = || Bits(u32::try_from(dice.below(8)).unwrap()).ports();
            let (configured, running) = (ports(), ports());
            let interfaces = json!(dice.some_of(&texts(name), 2));
            host(name, &configured, &running, &interfaces)
        })
        .collect();
    let tasks: Vec<Value> = (0..tasks)
        .map(|nth| {
            let name = dice.of(&names);
            let blank = dice.once_in(4);
            let reference = if blank { String::new() } else { dice.of(&texts(name)).clone() };
            task(&format!("t{nth}"), name, &reference)
        })
        .collect();
    site(&rows, &tasks, kill(dice.once_in(2)))
}

fn odd_host(dice: &mut Dice, name: &str, is_server: bool) -> Value {
    let mut row = json!({ "name": name, "role": if is_server { "server" } else { "rds" } });
    row["os"] = json!(dice.of(&["linux", "linux", "linux", "windows", "other", "unknown"]));
    if dice.once_in(2) {
        row["avx"] = json!(dice.of(&["yes", "no", "unknown"]));
    }
    row["configured"] = odd_ports(dice);
    match dice.below(12) {
        0..5 => {}
        5..7 => row["running"] = odd_ports(dice),
        // The usual hand edit: some of it is commented out, all of it still runs.
        7..9 => row["running"] = json!({ "ftp": 11001, "http": 11000, "https": 11443 }),
        9 => row["running"] = json!({ "ftp": 11001, "http": 11000 }),
        // A number was given to another port, or everything was commented out.
        10 => {
            row["configured"] = json!({ "http": 11001, "https": 11443 });
            row["running"] = json!({ "ftp": 11001, "http": 11000 });
        }
        _ => {
            row["running"] = row["configured"].take();
            row["configured"] = json!({});
        }
    }
    if dice.once_in(8) {
        row["https_port"] = json!(dice.of(&[11443, 8443, 11000, 11001]));
    }
    let shared = ["http://backup:11000", "https://backup:11443", "ftp://backup"];
    let own = [
        format!("http://{name}:11000"),
        format!("https://{name}:11443"),
        format!("ftp://{name}:11001"),
        format!("HTTP://{name}"),
        format!("https://{name}/"),
        format!("https://{name}:8443"),
        format!("http://{name}-lan2:11000"),
        format!("http://{name}:12000"),
        name.to_owned(),
        format!("smb://{name}"),
        format!("http://user@{name}:11000"),
        format!("http://{}:11000", name.to_uppercase()),
    ];
    let mut interfaces: Vec<Value> = Vec::new();
    for (at, text) in own.iter().enumerate() {
        if dice.once_in(if at < 3 { 2 } else { 8 }) {
            interfaces.push(json!(text));
        }
    }
    interfaces.extend(dice.some_of(&shared, 8).into_iter().map(|text| json!(text)));
    if dice.once_in(6) {
        interfaces.push(json!({ "url": "http://nat:8000", "listener": 11000 }));
    }
    if dice.once_in(8) {
        interfaces.push(json!({ "url": "https://nat:8443", "listener": 11443 }));
    }
    let rotate_by = dice.below(interfaces.len().max(1));
    interfaces.rotate_left(rotate_by);
    row["interfaces"] = json!(interfaces);
    row
}

fn odd_ports(dice: &mut Dice) -> Value {
    let mut ports = json!({});
    for (name, number) in NUMBERS {
        match dice.below(16) {
            0..8 => ports[name] = json!(number),
            8..13 => {}
            13 => ports[name] = json!("off"),
            14 => ports[name] = json!("unknown"),
            _ => ports[name] = json!(dice.of(&[8443, 12000, 11443, 11000])),
        }
    }
    ports
}

fn odd_task(dice: &mut Dice, id: &str, names: &[String], rows: &[Value]) -> Value {
    let at = dice.below(names.len());
    let kind = *dice.of(&["backup", "backup", "restore", "migration", "replication"]);
    let mut row = json!({ "id": id, "kind": kind, "host": names[at] });
    if dice.once_in(3) {
        row["form"] = json!(dice.of(&["event", "task"]));
    }
    if matches!(kind, "migration" | "replication") && dice.once_in(2) {
        row["source_host"] = json!(dice.of(names));
    }
    let texts: Vec<Value> = rows[at]["interfaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.get("url").unwrap_or(it).clone())
        .collect();
    match dice.below(8) {
        0..5 if !texts.is_empty() => row["interface"] = dice.of(&texts).clone(),
        0..7 => {}
        _ => {
            let name = &names[at];
            let gone = [format!("https://{name}:11443"), "http://gone:11000".into(), name.clone()];
            row["interface"] = json!(dice.of(&gone));
        }
    }
    if dice.once_in(8) {
        let own = format!("https://{}:11443", names[at]);
        row["reassign"] = json!(dice.of(&["blank", "secure", &own, "https://other:8443"]));
    }
    row
}
