//! The move to HTTPS only: goal, steps, planner, checker, explanations, rollback.

mod action;
mod action_document;
mod catalog;
mod checker;
mod document;
mod plan;
mod planner;
mod wave;

pub use action::{Action, KillValue};
pub use action_document::ActionDocument;
pub use document::{Direction, PlanDocument, StepDocument};
pub use plan::{Outcome, Plan, Summary, plan};
pub use wave::Wave;
