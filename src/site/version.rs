//! The version of a document's format.

/// The part of a format version that matters to a reader: all `1.x` share what `1.0` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    minor: u32,
}

impl Version {
    /// The version written in `text`; `None` where it is none or where its major version is another one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let minor = text.strip_prefix("1.")?;
        let plain = minor == "0" || !minor.starts_with('0');
        let digits = plain && minor.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || minor.is_empty() {
            return None;
        }
        // A minor version that does not fit is certainly newer.
        Some(Self { minor: minor.parse().unwrap_or(u32::MAX) })
    }

    /// Whether documents of this version may have keys that this library does not know.
    pub(crate) const fn is_newer(self) -> bool {
        self.minor > 0
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_of_this_major_version_are_read() {
        for (text, newer) in [("1.0", false), ("1.1", true), ("1.7", true), ("1.99999999999", true)]
        {
            assert_eq!(Version::of(text).map(Version::is_newer), Some(newer), "{text}");
        }
        for text in ["", "1", "1.", "2.0", "0.9", "1.x", "1.-1", "1.+1", "1.00", "1.0.0", " 1.0"] {
            assert_eq!(Version::of(text), None, "{text}");
        }
    }
}
