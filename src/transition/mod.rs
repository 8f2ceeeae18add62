//! The move to HTTPS only: plans, made, checked, simulated, explained and rolled back.
//!
//! # The model in one page
//!
//! A [`Site`](crate::site::Site) is hosts with ports and interfaces, tasks that name an interface or leave the choice to the
//! product, and one variable that selects the transport of aborts. A *step* changes one of these: a port in stpd.ini, a
//! restart, an interface, a task's reference, the variable.
//!
//! What runs *now* and what an unplanned restart would load *next* are two columns of the same site. In each column every
//! condition has a grade: whether a task's data finds its way on each leg, whether transfers of a host can be aborted,
//! whether the host listens at all, has an interface, and gives its ports numbers of their own. A step is **allowed** when
//!
//! 1. what it needs is there, and it changes something;
//! 2. no grade gets lower, in either column;
//! 3. no interface that some task may pick gets less live;
//! 4. nothing is exposed that was not.
//!
//! So a plan never asks whether all is well, only whether it makes something worse. That is why the same rules hold for
//! clean, broken and half-done sites, and why any subset of the hosts may restart after any step.
//!
//! # Who does what
//!
//! * [`plan`] finds the steps with the fewest restarts and then the fewest steps. Per host only few things can be chosen
//!   (which premature edits to undo, whether HTTPS needs a restart of its own, which ports can be closed), so each is
//!   tried; see the planner's own documentation.
//! * [`check`] and [`check_rollback`] judge any plan. They decide what safe means, and share no code with the planner.
//! * [`repair()`] makes a whole plan safe by what the checker advises, and lets the planner go the rest of the way.
//! * [`simulate`] says what a site is like after some steps, [`rollback`] how to get back.
//! * [`PlanDocument`] is a plan file that was read; a [`Plan`] serializes to one.
//!
//! # How to read a refusal
//!
//! A [`Violation`] names the first step that is not allowed, and the first condition that it breaks: by condition, then now
//! before next, then in file order. `also` has the rest. The [`Repair`] says what has to come first, all of it and nothing
//! that could be left out.
//!
//! # How to read a partial plan
//!
//! [`Plan::blocked`] lists each part of the goal that is out of reach with the facts that block it and changes of the
//! site that unblock it; each change has been planned, and comes with what its plan costs.
//!
//! # How to add a kind of step
//!
//! Its effect goes into `Catalog::apply` and `Census::apply`, its needs into the checker's `need.rs`, what it can lower into
//! `forward.rs` and `floor.rs`, and its undo into `undo.rs`; the compiler names every `match` that has to know it. Only then
//! does the planner learn to use it. The oracle in the tests gets it too, written afresh.

mod action;
mod action_document;
mod actions;
mod catalog;
mod checker;
mod document;
mod explain;
mod mender;
mod plan;
mod planner;
mod repair;
mod repaired;
mod replay;
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
pub use repaired::{Change, Deed, Repaired, RepairedFile, Why, repair};
pub use report::{FileChange, PlanFile};
pub use rollback::{Rollback, rollback};
pub use step::{Because, Exposed, Kept, Probe, Step};
pub use verdict::{PlanMismatch, Verdict, check, check_rollback, simulate};
pub use wave::Wave;

use action::{Action, KillValue};
use actions::Actions;
