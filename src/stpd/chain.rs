//! Several changes of one file, one after the other.

use core::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::change::Change;
use super::opinion::SecondOpinion;
use super::rewrite::{RewriteRefused, rewrite};
use crate::ini::Patch;

/// The SHA-256 of the bytes of a file; it is written as 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileDigest([u8; 32]);

impl FileDigest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for FileDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One change of a file in a sequence of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStep {
    /// The file before the change: the file is only written if it still is this.
    pub sha256_before: FileDigest,
    /// The file after the change.
    pub sha256_after: FileDigest,
    /// The change; its inverse is the way back.
    pub patch: Patch<'static>,
    /// What the second reader says to it.
    pub second_opinion: SecondOpinion,
}

/// One of several changes was refused, so none of them counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("change {}: {refusal}", .index + 1)]
pub struct ChainRefused {
    /// The change, counted from 0.
    pub index: usize,
    /// Why it was refused; places are those of the file as the changes before it leave it.
    #[source]
    pub refusal: RewriteRefused,
}

/// Plans `changes` in order, each on what the ones before it leave.
///
/// # Errors
///
/// [`ChainRefused`] with the first refusal.
pub fn chain<'o>(
    bytes: &[u8],
    changes: impl IntoIterator<Item = Change<'o>>,
) -> Result<Vec<FileStep>, ChainRefused> {
    let mut text = bytes.to_vec();
    let mut sha256_before = FileDigest::of(bytes);
    let mut steps = Vec::new();
    for (index, change) in changes.into_iter().enumerate() {
        let done = rewrite(&text, change).map_err(|refusal| ChainRefused { index, refusal })?;
        let sha256_after = FileDigest::of(done.after());
        done.after().clone_into(&mut text);
        let second_opinion = done.second_opinion().clone();
        steps.push(FileStep {
            sha256_before,
            sha256_after,
            patch: done.into_patch(),
            second_opinion,
        });
        sha256_before = sha256_after;
    }
    Ok(steps)
}
