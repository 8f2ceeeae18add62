//! Move a SEP sesam backup site to HTTPS only, with every intermediate state safe.
//!
//! The storage daemon of SEP sesam, STPD, listens on FTP 11001, HTTP 11000 and HTTPS 11443. Its vendor tells
//! administrators to switch the first two off. Done by hand and in the order of the vendor's page there are moments in
//! which a backup fails or a running transfer cannot be aborted, and a Windows host without AVX loses its only port.
//! This library plans the whole move so that there is no such moment.
//!
//! # Audit, plan, check
//!
//! ```
//! use sesam_transport::{
//!     safety::audit,
//!     site::{Format, Site, SiteDraft, Source},
//!     transition::{Outcome, plan},
//! };
//!
//! let text = r#"
//! format_version = "1.0"
//!
//! [[hosts]]
//! name = "backup.example.com"
//! role = "server"
//! os = "linux"
//! configured = { ftp = 11001, http = 11000, https = 11443 }
//! interfaces = ["http://backup.example.com:11000", "https://backup.example.com:11443"]
//!
//! [[tasks]]
//! id = "nightly-mail"
//! kind = "backup"
//! interface = "http://backup.example.com:11000"
//! "#;
//! let source = Source::new(text.as_bytes(), Format::Toml)?;
//! let site = Site::try_from(&SiteDraft::read(&source)?)?;
//!
//! // Two ports, the interface, the task that names it, and aborts over FTP.
//! assert_eq!(audit(&site).goal_exposures(), 5);
//!
//! let plan = plan(&site);
//! assert_eq!(plan.outcome(), Outcome::Complete);
//! assert_eq!(plan.summary().restarts, 1);
//! for step in plan.steps() {
//!     println!("{}: {:?} because {}", step.id, step.action, step.because);
//! }
//! # Ok::<(), sesam_transport::site::Faults>(())
//! ```
//!
//! # What is promised
//!
//! * **Every prefix of every plan is safe**, even if any of the hosts restart at any moment: no task loses its way, no
//!   transfer becomes one that cannot be aborted, no host loses its last port, nothing new is exposed. It holds for any
//!   site, however hand-edited or half done: what is broken before is not made worse, and is listed.
//! * **No plan leaves here unchecked.** The [checker](transition::check) judges every plan, those written by hand too, and
//!   shares no code with the planner.
//! * **Plans are short**: the fewest restarts, then the fewest steps. What is left after some steps costs what the plan
//!   still had to cost. The tests compare every state of small sites with brute force; where an odd fact makes a plan
//!   longer than it has to be, their table says so.
//! * **A "no" has a reason**: a [partial plan](transition::Plan::blocked) goes as far as is safe, names what holds it back,
//!   and offers changes that have been planned.
//! * **An edit of an INI file touches only its own bytes**, and two readers agree on what it did.
//! * Nothing here touches files, clock, environment, threads or sockets; no input makes it panic; the same input gives
//!   the same bytes.
//!
//! # What it cannot see
//!
//! References outside the product's database (`sbc -S` in scripts, parameter files of agents, defaults of a user for a
//! drive group), Si3 and REST ports, control connections, and firewalls: a plan lists the
//! [addresses that clients must reach](transition::Plan::endpoints).
//!
//! # From high to low
//!
//! | module | what it offers |
//! |---|---|
//! | [`run`] | carrying a plan out, step by step, with a journal; without doing anything itself |
//! | [`transition`] | plans: made, checked, simulated, rolled back, explained |
//! | [`safety`] | what is exposed and what is broken now |
//! | [`stpd`] | stpd.ini: which ports it means, and how to change one |
//! | [`site`] | the site itself: files, faults, and the checked model |
//! | [`ini`] | lossless editing of any INI text |

// The sites of the benchmark name the library as everybody does, and are used in its own tests as well.
#[cfg(test)]
extern crate self as sesam_transport;

pub mod ini;
pub mod run;
pub mod safety;
pub mod site;
pub mod stpd;
pub mod transition;

/// The examples of the README, compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
