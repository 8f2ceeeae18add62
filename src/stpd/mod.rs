//! stpd.ini, and what its ports mean: the one place where text meets the domain.
//!
//! STPD reads its ports from the section `[STPD_Server]` of `<sesam_var>/ini/stpd.ini`. The vendor's page "Disabling
//! unsecure transport modes" tells administrators to put `#` at the beginning of the row of a port:
//!
//! ```ini
//! [STPD_Server]
//! # STPD_PORT=11001
//! # STPD_HTTP_PORT=11000
//! STPD_HTTPS_PORT=11443
//! ```
//!
//! [`StpdIni::read`] says which ports a file opens, [`resolve`] turns a site file with `stpd_ini` paths into a
//! [`Site`](crate::site::Site), [`rewrite`] plans one [`Change`] of a file, and [`chain`] several, one after the other.
//! Bytes come in and patches go out: nothing is read or written here.
//!
//! ```
//! use sesam_transport::site::Transport;
//! use sesam_transport::stpd::{Change, SecondOpinion, rewrite};
//!
//! let text = b"[STPD_Server]\r\nSTPD_PORT=11001\r\nSTPD_HTTPS_PORT=11443\r\n";
//! let closed = rewrite(text, Change::Disable(Transport::Ftp))?;
//! assert_eq!(closed.after(), b"[STPD_Server]\r\n# STPD_PORT=11001\r\nSTPD_HTTPS_PORT=11443\r\n");
//! assert_eq!(closed.second_opinion(), &SecondOpinion::Agrees);
//! assert_eq!(closed.patch().inverse().apply(closed.after())?, text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Reading
//!
//! Names are compared without regard to the case of ASCII letters, because a port that may be open counts as open.
//! Every active line with the key, in every block of the section, counts: none is off, the same number from 1 to 65535
//! everywhere is on, anything else is unknown. Without the section all ports are unknown.
//!
//! A key that is no port has the value that all of its active lines have, if both readers say the same; without such a
//! line it is absent. Lines that contradict each other, and values that are not UTF-8, are unknown.
//!
//! # Writing
//!
//! | change | the file has | what is written |
//! |---|---|---|
//! | [`Change::Disable`] | active lines | `# ` before each |
//! | | only commented lines | nothing |
//! | | no such line | the key commented, with its default number; the section too where it is missing |
//! | [`Change::Enable`] | one active line | its value |
//! | | several active lines | nothing: [refused](RewriteRefused) |
//! | | one commented line with that number | that line without its marker and one space behind it |
//! | | anything else | a new line; commented ones stay; the section too where it is missing |
//! | [`Change::Set`] | active lines | the value of each |
//! | | one commented line with that value | that line without its marker and one space behind it |
//! | | anything else | a new line; commented ones stay; the section too where it is missing |
//! | [`Change::Restore`] | only our own edits since the original | the original, but for ports and settings that are wanted otherwise |
//! | | other edits as well | each port and setting that is wanted otherwise, by the rows above |
//!
//! A section that is created settles the ports that were unknown for want of it: they are off then.
//!
//! # The second reader
//!
//! After each rewrite, the text before and after is read by this crate and by `rust-ini`, which no one here wrote. The
//! difference must be exactly the intended one in both; otherwise the rewrite is refused. Where `rust-ini` cannot read
//! the text as it was, [`SecondOpinion::NotAvailable`] says why.

mod chain;
mod change;
mod edits;
mod key;
mod opinion;
mod places;
mod reading;
mod resolve;
mod restore;
mod rewrite;
mod setting;
mod view;

pub use chain::{ChainRefused, FileDigest, FileStep, chain};
pub use change::{Change, IniKey};
pub use key::{SECTION, key};
pub use opinion::SecondOpinion;
pub use places::{Place, Places, StpdFile};
pub use reading::{PortSetting, StpdIni, UnsupportedEncoding};
pub use resolve::resolve;
pub use rewrite::{Reader, Rewrite, RewriteRefused, rewrite};
pub use setting::{IniSetting, IniSettings};
pub use view::Difference;
