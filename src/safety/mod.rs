//! What "safe" and "exposed" mean for one site, and the audit built on them.
//!
//! Two columns: *now* is what runs, *next* is what an unplanned restart would load. A condition has a grade in each.
//! Safety counts only what is certainly so; exposure counts all that is not certainly otherwise.

mod audit;
mod condition;
mod exposure;
mod grade;
mod legs;

pub use audit::{Audit, Note, audit};
pub use condition::{Broken, Condition, Leg, Subject, blank_legs, legs};
pub use exposure::{Exposure, exposures, is_interface_exposed, is_kill_exposed, is_port_exposed};
pub use grade::{Grade, Liveness, Membership};
