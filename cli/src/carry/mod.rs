//! Carrying a plan out on real files, processes and sockets. What is next the library's driver says; here it is done.

#[cfg(test)]
mod crash_states;
mod disk;
mod field;
mod hands;
mod hook;
mod ini_file;
mod journal_folder;
mod listeners;
#[cfg(test)]
mod peers;
mod process;
mod product;
mod tls;
mod work;

pub(crate) use disk::RealDisk;
pub(crate) use field::{Commands, Field, Reach};
pub(crate) use hands::{AtHand, Hands, Limits};
pub(crate) use hook::Hook;
pub(crate) use ini_file::Left;
pub(crate) use journal_folder::JournalFolder;
pub(crate) use listeners::{Answer, Finding, Findings, ask};
pub(crate) use product::{Product, agreed, is_checklist, ticked};
pub(crate) use tls::Certificate;
pub(crate) use work::{Event, work};
