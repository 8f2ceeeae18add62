//! A third implementation of the model, written for clarity only.
//!
//! It shares nothing with the library: own types, names instead of indices, every condition computed afresh from the
//! whole state. What the checker and the planner say is compared with what is found here.
//!
//! `world` (the state), `conditions` (what holds and what is exposed) and `rules` (what a step needs and does, and
//! whether it is allowed) are the judge. `text`, `port`, `interface`, `settings`, `step`, `condition` and `site_file` are its words
//! and how files spell them; `goal` says what a plan is for, `judgement` what is to be said of a whole plan.
//!
//! `moves` holds what a planner may try, `search` the brute force over those moves, `closed_form` what it costs without
//! a search, and `generate` the sites and `plans` the plans to try it all on.

pub(crate) mod closed_form;
pub(crate) mod condition;
pub(crate) mod conditions;
pub(crate) mod generate;
pub(crate) mod goal;
pub(crate) mod interface;
pub(crate) mod judgement;
pub(crate) mod moves;
pub(crate) mod plans;
pub(crate) mod port;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod site_file;
pub(crate) mod step;
pub(crate) mod text;
pub(crate) mod world;
