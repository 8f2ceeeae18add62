//! Move a SEP sesam backup site to HTTPS only, with every intermediate state safe.

pub mod ini;
pub mod safety;
pub mod site;
pub mod stpd;
pub mod transition;

/// The examples of the README, compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
