//! The move to HTTPS only: goal, steps, planner, checker, explanations, rollback.

mod action;
mod catalog;
mod checker;
mod plan;
mod planner;
mod wave;

pub use action::{Action, KillValue};
pub use plan::{Outcome, Plan, Summary, plan};
pub use wave::Wave;

/// Whether a plan leads to the goal or back from it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the goal.
    #[default]
    Forward,
    /// Back to the original.
    Rollback,
}
