//! On how many hosts aborts would get worse if another transport were selected for them.

use crate::{
    safety::Grade,
    site::{Kill, Ports},
};

/// Hosts whose transfers can be aborted less well over one transport than over another, counted for each two.
///
/// Without it every step that selects a transport would have to look at every host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Aborts([[u32; 3]; 3]);

const KILLS: [Kill; 3] = [Kill::Ftp, Kill::Https, Kill::Other];

impl Aborts {
    /// Counts, or uncounts, a host on which nobody gave up aborts, by its ports in both columns.
    pub(super) fn count(&mut self, columns: [Ports; 2], counted: bool) {
        for (from, counts) in KILLS.into_iter().zip(&mut self.0) {
            for (to, count) in KILLS.into_iter().zip(counts) {
                let gets_worse = columns
                    .into_iter()
                    .any(|ports| Grade::of_abort(to, ports) < Grade::of_abort(from, ports));
                if gets_worse {
                    *count = if counted { *count + 1 } else { count.saturating_sub(1) };
                }
            }
        }
    }

    /// Whether aborts get worse on no host when they go over `to` instead of `from`.
    pub(super) fn allow(&self, from: Kill, to: Kill) -> bool {
        let counts = KILLS.into_iter().zip(&self.0).find(|&(kill, _)| kill == from);
        let count = counts
            .and_then(|(_, counts)| KILLS.into_iter().zip(counts).find(|&(kill, _)| kill == to));
        count.is_some_and(|(_, &count)| count == 0)
    }
}

/// Hosts on which aborts would be worse than their floor, counted for each transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LowAborts([u32; 3]);

impl LowAborts {
    /// Counts, or uncounts, a host on which nobody gave up aborts.
    pub(super) fn count(&mut self, columns: [Ports; 2], floor: Grade, counted: bool) {
        for (kill, count) in KILLS.into_iter().zip(&mut self.0) {
            if columns.into_iter().any(|ports| Grade::of_abort(kill, ports) < floor) {
                *count = if counted { *count + 1 } else { count.saturating_sub(1) };
            }
        }
    }

    /// Whether aborts keep their floor on every host when they go over `kill`.
    pub(super) fn allow(&self, kill: Kill) -> bool {
        KILLS.into_iter().zip(self.0).any(|(other, count)| other == kill && count == 0)
    }
}
