//! What is seen of a host's ports, taken over into a site that was read before.

use proptest::prelude::*;
use serde_json::{Value, json};
use sesam_transport::site::{Ports, Site};

use crate::oracle::generate::{Dice, ODD, odd_site};

fn read(site: &Value) -> Site {
    super::json(site.to_string()).site().unwrap_or_else(|_| panic!("refused: {site}"))
}

fn ports(ports: &Value) -> Ports {
    serde_json::from_value(ports.clone()).unwrap()
}

/// Observing the ports of the `at`-th host comes to the same as reading the site with them.
fn comes_to_the_same(site: &Value, at: usize, configured: &Value, running: &Value) {
    let mut observed = read(site);
    let host = observed.host_ids().nth(at).unwrap();
    observed.observe(host, ports(configured), ports(running));
    let mut changed = site.clone();
    changed["hosts"][at]["configured"] = configured.clone();
    changed["hosts"][at]["running"] = running.clone();
    let changed = read(&changed);
    assert_eq!(observed.fingerprint(), changed.fingerprint(), "{site}\n{configured}\n{running}");
    for (is, was) in observed.hosts().zip(changed.hosts()) {
        // The number of HTTPS and whether it can be relied on are among what is compared here.
        assert_eq!(is, was, "{site}\n{configured}\n{running}");
    }
}

fn any_ports() -> impl Strategy<Value = Value> {
    let port = prop_oneof![
        Just(json!("off")),
        Just(json!("unknown")),
        Just(json!(11000)),
        Just(json!(11001)),
        Just(json!(11443)),
        Just(json!(8443)),
    ];
    [port.clone(), port.clone(), port]
        .prop_map(|[ftp, http, https]| json!({ "ftp": ftp, "http": http, "https": https }))
}

proptest! {
    #[test]
    fn observed_ports_are_as_if_they_had_been_read(
        seed in any::<u64>(),
        hosts in 1_usize..4,
        at in any::<prop::sample::Index>(),
        configured in any_ports(),
        running in any_ports(),
    ) {
        let site = odd_site(&mut Dice::endless(seed), hosts, 4);
        let at = at.index(site["hosts"].as_array().unwrap().len());
        comes_to_the_same(&site, at, &configured, &running);
    }
}

#[test]
fn what_is_observed_of_every_odd_site_settles_its_facts_afresh() {
    let off = json!({});
    let https = json!({ "ftp": 11001, "https": 8443 });
    for odd in ODD {
        let site = odd.sites().next().unwrap();
        for at in 0..odd.hosts {
            for (configured, running) in [(&off, &off), (&https, &off), (&off, &https)] {
                comes_to_the_same(&site, at, configured, running);
            }
        }
    }
}

#[test]
fn https_that_was_seen_running_can_be_relied_on_until_it_is_seen_no_more() {
    use sesam_transport::site::Reliance;
    let mut site = read(&json!({
        "format_version": "1.0",
        "hosts": [{ "name": "s", "role": "server", "os": "windows", "avx": "no",
                    "configured": { "http": 11000 }, "interfaces": ["https://s:8443"] }],
    }));
    let host = site.server();
    let number = |site: &Site| site[host].https_port().as_u16();
    assert_eq!((site[host].reliance(), number(&site)), (Reliance::Masked, 8443));
    let [plain, secure] = [json!({ "http": 8443 }), json!({ "https": 11443 })].map(|it| ports(&it));
    site.observe(host, plain, secure);
    assert_eq!((site[host].reliance(), number(&site)), (Reliance::Relied, 11443));
    site.observe(host, plain, plain);
    // The number of the interface is taken by HTTP.
    assert_eq!((site[host].reliance(), number(&site)), (Reliance::Masked, 11443));
}
