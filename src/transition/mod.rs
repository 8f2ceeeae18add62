//! placeholder

mod action_document;
mod document;

pub use action_document::ActionDocument;
pub use document::{Direction, PlanDocument, StepDocument};
