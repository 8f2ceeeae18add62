//! The move to HTTPS only: plans, made, checked, simulated, explained and rolled back.
//!
//! # The model in one page
//!
//! A [`Site`](crate::site::Site) is hosts with ports and interfaces, tasks that name an interface or leave the choice to the
//! product, one variable that selects the transport of aborts, and values that are wanted in stpd.ini besides the ports. A
//! *step* changes one of these: a port or another key in stpd.ini, a restart, an interface, a task's reference, the variable.
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
//! * [`PlanDocument`] is a plan file that was read; a [`Plan`] serializes to one. What a file says besides its actions is
//!   its certificate: each of these functions but [`repair()`] confirms it, and refuses a file that contradicts itself
//!   with a [`CertificateError`].
//!
//! # How to read a refusal
//!
//! A [`Violation`] names the first step that is not allowed, and the first condition that it breaks: by condition, then now
//! before next, then in file order. `also` has the rest. The [`Repair`] says what has to come first: the fewest steps.
//!
//! # How to read a partial plan
//!
//! [`Plan::blocked`] lists the parts of the goal that are out of reach. Each has a cause: facts of the site that, thought
//! away together, make the part reachable, and of which none can be left in; [`Certainty`] says how sure that is. Each
//! has options, which unblock it, and single facts that would change the answer. [`Explanation::choices`] weighs all
//! options and this very plan against each other: what stays exposed on the whole site, restarts, steps; the choices that
//! none beats in all three are marked. Nothing of this is guessed: every cause, option and fact has been planned, within
//! a limit of work, and what the limit left open is told.
//!
//! # Where plans fall short
//!
//! Every site of the small families of the tests is planned and compared with a search through all that a planner may try:
//! each switch and each odd fact, alone, with the ports of a host in every state, on one, two and three hosts. No step of
//! any plan is unsafe, and each reaches as much of the goal as can be reached. Of 118 families all plans but those below do so
//! with the fewest restarts and then the fewest steps. *Incomplete* plans would stop where a longer way leads on; *dearer*
//! ones have a step or a restart too many. An example is the smallest site of its kind.
//!
//! | family | sites | incomplete | dearer | cheaper | example |
//! |---|---|---|---|---|---|
//! | twin stands there forwarded elsewhere | 4096 | 0 | 9 (0.2 %) | 0 | `s: configured http+https, running ftp+http, interfaces ftp://s:11001 https://s:11443 to 9443; task on s: no interface; aborts over ftp` |
//! | task to an http text | 4096 | 0 | 16 (0.4 %) | 0 | `s: configured http, running ftp+http, interfaces ftp://s:11001; task on s: ftp://s:11001 to http://s:11000; aborts over ftp` |
//! | two hosts, policy blank | 49152 | 0 | 144 (0.3 %) | 0 | `s: configured http, running nothing, interfaces http://s:11000; r: configured nothing, running ftp+http, interfaces http://r:11000 https://r:11443; task on s: no interface; task on r: http://r:11000; aborts over ftp; policy {reassign:blank}` |
//! | two hosts, policy blank, scope server | 2560 | 0 | 40 (1.6 %) | 0 | `s: configured https, running https, interfaces http://s:11000 https://s:11443; r: configured nothing, running ftp+http, interfaces http://r:11000; task on s: http://s:11000; task on r: http://r:11000; aborts over ftp; policy {reassign:blank}; assumptions {blank_scope:server}` |
//! | three hosts, policy blank, scope server | 768 | 0 | 12 (1.6 %) | 0 | `s: configured https, running https, interfaces http://s:11000 https://s:11443; r: configured nothing, running ftp+http, interfaces http://r:11000; q: configured https, running http+https, interfaces https://q:11443; task on s: http://s:11000; task on r: http://r:11000; task on q: no interface; aborts over ftp; policy {reassign:blank}; assumptions {blank_scope:server}` |
//!
//! # How to add a kind of step
//!
//! The settings of stpd.ini came last, and show the way. They are a state (`site/setting.rs`), something that is exposed,
//! and a step, `set-ini`. This is the order in which they were built; at each stop the crate compiles again.
//!
//! 1. **The state.** `SettingDraft` and `HostSettingDraft` in `site/draft.rs` say how a site file wants and tells values,
//!    `site/validate/settings.rs` turns them into `Setting`s with an id each, and refuses what cannot be. The compiler asks
//!    for the new fields in `site/export.rs`, which `simulate` writes. It does not ask in `site/fingerprint.rs` and
//!    `site/restored.rs`: equal fingerprints must mean equal sites, and a rollback must bring all of it back. A value that
//!    stands in a file is read in `stpd` (`stpd/setting.rs`) and handed in by `stpd::resolve`.
//! 2. **What is exposed.** `Exposure::Setting` in `safety/exposure.rs`. Now the compiler names every report: `Exposed` in
//!    `step.rs`, `PartExposure` in `explain/blocked.rs`, a cause for it in `explain/mod.rs`, and the audit of the command
//!    line in words and JSON.
//! 3. **The step.** `Action::SetIni` in `action.rs`. The compiler names, one after the other: its effect in
//!    `Catalog::apply` and `Census::apply`; its needs in `checker/need.rs`; what it could lower in `checker/forward.rs` and,
//!    on the way back, in `keeps_floors`; how much it exposes in `checker/ledger.rs`; what it touches and could raise in
//!    `checker/course.rs`; its undo in `undo.rs`, for the whole way in `rollback.rs`; its probe in `replay.rs`. The compiler
//!    does not ask in `Course::site`, which writes the state down. Each has to be answered in time that does not grow with
//!    the site: `checker/setting.rs` keeps a list of what a restart has to load. Its name in files is
//!    `ActionDocument::SetIni`, which `resolve.rs` translates in both directions, and `script.rs` tells the driver in `run`
//!    where it is carried out and how one sees that it was. Settings enter no condition; a step that does needs a grade in
//!    `safety/grade.rs` as well.
//! 4. **The planner** learns it only now. `estate.rs` sorts out what is to be done on a host, `walk.rs` tries it and counts
//!    what it costs, `variants.rs` offers what there is to choose (`loads_settings`: a restart for settings alone),
//!    `stage.rs` and `wave.rs` say when it is done, and `needs.rs` what waits for it. No step of it leaves the planner
//!    unless the checker, which shares no code with it, agrees.
//! 5. **The tests.** The oracle in `tests/it/oracle` gets it afresh, from the model and not from here: state, needs, effect,
//!    moves. Families in its `generate.rs` hold the planner against brute force (`optimal.rs`), its random sites and steps
//!    hold the checker against the oracle and every rollback against the original (`laws.rs`); bytes are in
//!    `tests/it/stpd/settings.rs`, and what a hostile plan costs in `transition/settings.rs`. `BLESS=1 cargo test` writes the
//!    schemas anew.

mod action;
mod action_document;
mod actions;
mod catalog;
mod certificate;
mod checker;
mod confirm;
mod document;
mod explain;
#[cfg(test)]
mod linear;
mod mender;
mod parts;
mod plan;
mod planner;
#[cfg(test)]
mod pruning;
mod reliance;
mod repair;
mod repaired;
mod replay;
mod report;
mod resolve;
mod rollback;
mod script;
mod shortest;
mod step;
mod undo;
mod verdict;
mod wave;

pub use action_document::ActionDocument;
pub use certificate::{CertificateError, FileExpectation};
pub use checker::{Breach, Need, Violation};
pub use document::{Direction, PlanDocument, StepDocument};
pub use explain::{
    Blocked, Cause, Certainty, Choice, Explanation, Fact, Forecast, Obstacle, Part, PartExposure,
    Riddle,
};
pub use parts::{BecauseDocument, BlockedDocument, KeptDocument, Kind, PartDocument};
pub use plan::{Outcome, Plan, Summary, plan};
pub use repair::{Prerequisite, Repair};
pub use repaired::{Change, Deed, Repaired, Why, repair};
pub use report::{FileChange, PlanFile};
pub use rollback::{Rollback, rollback};
pub use step::{Because, Exposed, Kept, Probe, Step};
pub use verdict::{PlanMismatch, Verdict, check, check_rollback, simulate};
pub use wave::Wave;

pub(crate) use script::{Field, NoScript, Script, Standing};

use action::{Action, IniValue, KillValue};
use actions::Actions;
