//! A third implementation of the model, written for clarity only.
//!
//! It shares nothing with the library: own types, names instead of indices, every condition computed afresh from the
//! whole state. What the checker and the planner say is compared with what is found here. `world` holds the state,
//! `conditions` the grades and exposures, `steps` what a step needs and does and whether it is allowed, `moves` what a
//! planner may try, `search` the brute force over those moves, `closed_form` what it costs without a search, and `generate` the sites and plans to try it all on.

pub(crate) mod closed_form;
pub(crate) mod conditions;
pub(crate) mod generate;
pub(crate) mod moves;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod steps;
pub(crate) mod world;

mod examples;
mod properties;
