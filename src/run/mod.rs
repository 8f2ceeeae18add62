//! Carrying a plan out, step by step, without doing anything: the driver says what to do next, and is told what came of it.
//!
//! **The contract**: do what [`Driver::demand`] asks, tell [`Driver::give`] what came of it, and have each record on disk
//! before you go on; then a run can be killed at any moment and be resumed at no extra step.
//!
//! # The loop
//!
//! ```
//! use sesam_transport::{
//!     run::{Beginning, Demand, Driver, End, Observation, Outcome, Place, Scope, Standing},
//!     site::{Format, Site, SiteDraft, Source},
//!     transition::{PlanDocument, plan},
//! };
//!
//! # let text = r#"
//! # format_version = "1.0"
//! # [[hosts]]
//! # name = "backup.example.com"
//! # role = "server"
//! # os = "linux"
//! # configured = { ftp = 11001, https = 11443 }
//! # interfaces = ["https://backup.example.com:11443"]
//! # "#;
//! let source = Source::new(text.as_bytes(), Format::Toml)?;
//! let site = Site::try_from(&SiteDraft::read(&source)?)?;
//! let planned = plan(&site);
//! let steps = PlanDocument::new(planned.direction(), planned.steps().map(|step| step.action));
//!
//! let mut driver = Driver::new(Beginning {
//!     site: &site,
//!     original: None,
//!     plan: &steps,
//!     journal: None,
//!     elsewhere: &[],
//!     scope: Scope::Everywhere,
//! })?;
//! # let mut after = false;
//! let end = loop {
//!     let outcome = match driver.demand() {
//!         // Append it to the journal and wait until it is on disk.
//!         Demand::Record(_) => Outcome::Recorded,
//!         // Read the file, and try the ports.
//!         Demand::LookAtHost { .. } => {
//! #           let host = driver.state().hosts().next().unwrap();
//! #           let step = driver.left().next().unwrap_or(0);
//! #           let (mut configured, mut running) = (host.configured(), host.running());
//! #           if after {
//! #               match driver.deed_of(step).map(|deed| deed.action) {
//! #                   Some(sesam_transport::transition::ActionDocument::DisablePort { transport, .. }) => {
//! #                       configured = configured.with(transport, sesam_transport::site::PortState::Off);
//! #                   }
//! #                   _ => running = host.next(),
//! #               }
//! #           }
//! #           after = false;
//!             Outcome::Host(Observation { configured, running: Some(running) })
//!         }
//!         // Ask the product, or the operator.
//!         Demand::LookAtProduct { .. } | Demand::LookAtSetting { .. } => {
//! #           let standing = if after { Standing::After } else { Standing::Before };
//! #           after = false;
//!             Outcome::Product(standing)
//!         }
//!         Demand::Reach { address, port, .. } => {
//!             println!("connecting to {address}, port {port}");
//!             Outcome::Reached
//!         }
//!         Demand::Drain { .. } => Outcome::Idle,
//!         // Rewrite the file, restart STPD, or have the product changed.
//!         Demand::Carry(deed) => {
//!             match deed.place {
//!                 Place::File(host) => println!("rewriting the file of {host}"),
//!                 Place::Daemon(host) => println!("restarting {host}"),
//!                 Place::Product => println!("in the product: {:?}", deed.action),
//!             }
//! #           after = true;
//!             Outcome::Carried
//!         }
//!         Demand::Nothing(end) => break end.clone(),
//!     };
//!     driver.give(outcome)?;
//! };
//! assert_eq!(end, End::Finished);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the driver holds to
//!
//! * No unsafe plan is begun: the checker judges it first, and the order in which this run takes its steps.
//! * A step is carried out only where everything is observed to be as the plan has it just before, and ends only when its
//!   effect, which was not there before, is observed. What anyone claims to have done counts for nothing. (Only a restart
//!   that loads settings and changes no port shows nowhere: there the one who restarted is believed.)
//! * Its record is written first. After a crash the journal has at most one open step, and looking tells whether it
//!   happened: the site is as before it or as after it. Where it is neither, the run stops and says what differs.
//! * What failed and left everything as it was is recorded as undone, and can be begun again.
//!
//! A run may have a [`Scope`]: on one host it takes the steps of that host, and stops before the first of them that
//! waits for a step elsewhere.

mod compare;
mod demand;
mod digest;
mod driver;
mod journal;
mod record;
mod scope;
mod stop;

pub use demand::{Deed, Demand, Moment, Observation, Outcome, Place, Standing};
pub use digest::digest;
pub use driver::{Beginning, Driver, Misuse, RunRefused};
pub use journal::{Journal, JournalFault};
pub use record::{Entry, Record, Started};
pub use scope::Scope;
pub use stop::{Difference, End, Look, Reason, Stop, Waiting};
