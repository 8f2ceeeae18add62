//! What is seen of a host while its site is being moved.

use super::{HostId, Ports, Reliance, Site};

impl Site {
    /// Takes over what was seen of a host's ports: what its stpd.ini says, and what its STPD loaded at its last start.
    ///
    /// The site is then as if it had been read with these ports: whether HTTPS can be relied on there, and its HTTPS
    /// number, are settled afresh from what was told of the host.
    pub fn observe(&mut self, host: HostId, configured: Ports, running: Ports) {
        let seen = &mut self.hosts[host];
        seen.configured = configured;
        seen.running = running;
        seen.reliance = Reliance::settle(seen.os, seen.avx, Some(running));
        let https_port = self.hosts[host].settled_https_port(&self.interfaces);
        self.hosts[host].https_port = https_port;
    }
}
