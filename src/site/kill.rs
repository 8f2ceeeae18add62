//! The global variable that selects the transport of aborts.

/// The key of the variable, `gv_conf_use_com_stpd_kill` in the vendor's page on unsecure transport modes.
pub const KILL_KEY: &str = "gv_conf_use_com_stpd_kill";

/// The user for whom it counts.
pub const KILL_USER: &str = "sesam";

/// The transport over which running transfers are aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kill {
    /// No row, or `ftp`: the product's default.
    Ftp,
    /// `https`.
    Https,
    /// Any other value: nobody knows whether an abort arrives.
    Other,
}

impl Kill {
    /// What the value of the row means; `None` is a missing row.
    #[must_use]
    pub fn of(value: Option<&str>) -> Self {
        match value {
            None | Some("ftp") => Self::Ftp,
            Some("https") => Self::Https,
            Some(_) => Self::Other,
        }
    }
}
