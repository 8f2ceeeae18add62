//! The move to HTTPS only: goal, steps, planner, checker, explanations, rollback.

mod action;
mod action_document;
mod catalog;
mod checker;
mod document;
mod explain;
mod plan;
mod planner;
mod repair;
mod report;
mod resolve;
mod rollback;
mod step;
mod undo;
mod verdict;
mod wave;

pub use action_document::ActionDocument;
pub use checker::{Breach, Need, Violation};
pub use document::{Direction, PlanDocument, StepDocument};
pub use explain::{Blocked, Cause, Choice, Part, PartExposure};
pub use plan::{Outcome, Plan, Summary, plan};
pub use repair::{Prerequisite, Repair};
pub use report::{FileChange, PlanFile};
pub use rollback::{Rollback, rollback};
pub use step::{Because, Exposed, Kept, Probe, Step};
pub use verdict::{PlanMismatch, Verdict, check, check_rollback, simulate};
pub use wave::Wave;

use action::{Action, KillValue};
