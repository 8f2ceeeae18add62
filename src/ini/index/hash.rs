//! Hashes of names.

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::fast::FixedState;

use crate::ini::mask::{NEAR, Near};
use crate::ini::span::Span;

/// The same for names that are equal without regard to the case of ASCII letters.
pub(super) fn hash(name: &[u8]) -> u32 {
    let (first, rest) = name.split_at_checked(NEAR).unwrap_or((name, &[]));
    let (low, high) = first.split_at_checked(NEAR / 2).unwrap_or((first, &[]));
    hash_of([first_bytes(low), first_bytes(high)], rest)
}

/// The hash of the name at `span`; where more text follows this takes less time.
#[inline]
pub(super) fn hash_at(text: &[u8], span: Span) -> u32 {
    match Near::at(text, span.start) {
        Some(near) if span.len() <= NEAR => hash_of(near.first(span.len()), &[]),
        _ => hash(span.of(text)),
    }
}

/// The hash of a name whose first bytes, with zeros behind the name, and further ones are these.
#[inline]
fn hash_of(first: [u128; 2], rest: &[u8]) -> u32 {
    // This makes capitals small. Other bytes may become the same, which costs no more than a look.
    const SMALL: u128 = u128::from_le_bytes([0x20; 16]);
    let mut hasher = FixedState::default().build_hasher();
    for part in first {
        hasher.write_u128(part | SMALL);
    }
    for part in rest.chunks(16) {
        hasher.write_u128(first_bytes(part) | SMALL);
    }
    (hasher.finish() >> 32) as u32
}

/// At most sixteen bytes, the first one lowest, and zeros behind them.
#[inline]
fn first_bytes(name: &[u8]) -> u128 {
    // Of fewer ones both ends, which may share bytes: these are the same in both.
    let joined = |low: u64, high: u64, len: usize| {
        u128::from(low) | u128::from(high) << (8 * (name.len() - len))
    };
    if let Some(first) = name.first_chunk() {
        u128::from_le_bytes(*first)
    } else if let Some((low, high)) = ends::<8>(name) {
        joined(u64::from_le_bytes(low), u64::from_le_bytes(high), 8)
    } else if let Some((low, high)) = ends::<4>(name) {
        joined(u32::from_le_bytes(low).into(), u32::from_le_bytes(high).into(), 4)
    } else {
        name.iter().rfold(0, |bytes, byte| bytes << 8 | u128::from(*byte))
    }
}

/// So many bytes at each end.
#[inline]
fn ends<const N: usize>(name: &[u8]) -> Option<([u8; N], [u8; N])> {
    Some((*name.first_chunk()?, *name.last_chunk()?))
}

/// The highest bits of a hash.
pub(super) fn highest(hash: u32, low_bits: u32) -> usize {
    hash.checked_shr(low_bits).unwrap_or_default() as usize
}
