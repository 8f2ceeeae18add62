//! The typed domain: hosts, ports, interfaces, tasks and global settings.
//!
//! A [`SiteDraft`] is what someone wrote; a [`Site`] is what has been checked. The step between them happens once and
//! reports every fault it finds. Everything behind it relies on the checks and repeats none.

mod draft;
mod export;
mod fault;
mod fault_kind;
mod faults;
mod fingerprint;
mod host;
pub(crate) mod id;
pub(crate) mod index;
mod interface;
mod kill;
mod nearest;
mod observed;
mod path;
mod policy;
mod port;
pub(crate) mod read;
mod restored;
mod setting;
mod setting_value;
#[expect(clippy::module_inception, reason = "the validated site is the main noun of this module")]
mod site;
mod task;
mod text;
pub(crate) mod validate;
mod version;
pub(crate) mod work;

pub use draft::{
    Assumptions, Avx, BlankScope, FORMAT_VERSION, GlobalDraft, HostDraft, HostSettingDraft,
    InterfaceDraft, Os, PolicyDraft, ReassignPolicy, Role, SettingDraft, SiteDraft, TaskDraft,
    TaskForm, TaskKind, WaivableCondition, WaiverDraft,
};
pub use fault::Fault;
pub use fault_kind::FaultKind;
pub use faults::Faults;
pub use fingerprint::Fingerprint;
pub use host::{Column, Host, Reliance};
pub use id::{HostId, InterfaceId, SettingId, TaskId};
pub use interface::{Interface, Scheme};
pub use kill::{KILL_KEY, KILL_USER, Kill};
pub(crate) use nearest::nearest;
pub use path::{Path, Position, Segment};
pub use policy::{Policy, ReassignOverride, Retired};
pub use port::{NotAPort, PortNumber, PortState, Ports, Transport};
pub use read::{Format, Source};
pub use setting::{STPD_SECTION, Setting, SettingValue, port_of_key};
pub use site::{Global, Site, Waiver};
pub use task::Task;
pub(crate) use task::{OptionalId, OwnLeg, Tasks};
pub use text::Text;
