//! Move a SEP sesam backup site to HTTPS only, with every intermediate state safe.

pub mod ini;
pub mod safety;
pub mod site;
pub mod stpd;
pub mod transition;
