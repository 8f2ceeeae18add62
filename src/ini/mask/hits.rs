//! Where a key stands in a short text.

use super::{Needle, WIDTH, Window, bits, padded};

/// Calls `visit` with each offset of `key` until it gives none.
///
/// For short texts this is faster than a search that has to be prepared. Looked for are both ends
/// of the key, and its middle where fewer places that only look like it are worth that.
#[inline]
pub(in crate::ini) fn each_hit<const MIDDLE: bool>(
    text: &[u8],
    key: &[u8],
    mut visit: impl FnMut(usize) -> Option<()>,
) -> Option<()> {
    let middle = key.len() / 2;
    let (Some(first), Some(inner), Some(last)) = (key.first(), key.get(middle), key.last()) else {
        return Some(());
    };
    let (first, inner, last) = (Needle::of(*first), Needle::of(*inner), Needle::of(*last));
    // Where the key may start, where its middle would be, and where it would end.
    let ends = text.get(key.len() - 1..).unwrap_or_default();
    let inners = text.get(middle..middle + ends.len()).unwrap_or_default();
    let starts = text.get(..ends.len()).unwrap_or_default();
    let likely = |start: &[u8; WIDTH], inside: &[u8; WIDTH], end: &[u8; WIDTH]| {
        let mut found = Window::of(start).is(first) & Window::of(end).is(last);
        if MIDDLE {
            found = found & Window::of(inside).is(inner);
        }
        // Mostly there are none, and that is seen sooner than where they would be.
        if found.is_empty() { 0 } else { found.bits() }
    };
    let whole = starts.as_chunks().0.iter().zip(inners.as_chunks().0).zip(ends.as_chunks().0);
    for (((start, inside), end), at) in whole.zip((0..).step_by(WIDTH)) {
        let likely = likely(start, inside, end);
        if likely != 0 {
            visit_hits(text, key, at, likely, &mut visit)?;
        }
    }
    let left = ends.len() % WIDTH;
    if left == 0 {
        return Some(());
    }
    let last = (starts.last_chunk(), inners.last_chunk(), ends.last_chunk());
    let (likely, at) = if let (Some(start), Some(inside), Some(end)) = last {
        // The last window begins with bytes that were looked at.
        (likely(start, inside, end) & u64::MAX << (WIDTH - left), ends.len() - WIDTH)
    } else {
        (likely(&padded(starts), &padded(inners), &padded(ends)), 0)
    };
    visit_hits(text, key, at, likely, &mut visit)
}

/// Calls `visit` with the offset of each set bit where `key` stands, until it gives none.
#[inline(never)]
fn visit_hits(
    text: &[u8],
    key: &[u8],
    at: usize,
    likely: u64,
    visit: &mut impl FnMut(usize) -> Option<()>,
) -> Option<()> {
    for bit in bits(likely) {
        if is_at(text, at + bit, key) {
            visit(at + bit)?;
        }
    }
    Some(())
}

/// Whether the key stands there.
#[inline]
fn is_at(text: &[u8], at: usize, key: &[u8]) -> bool {
    let Some(there) = text.get(at..at + key.len()) else { return false };
    // What only looks like the key mostly differs in its first bytes, and to compare these takes no call.
    match (there.first_chunk::<8>(), key.first_chunk()) {
        (Some(there), Some(key)) if there != key => false,
        _ => there == key,
    }
}

#[cfg(test)]
mod tests {
    use super::each_hit;

    fn all<const MIDDLE: bool>(text: &[u8], key: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        let visited = each_hit::<MIDDLE>(text, key, |at| {
            found.push(at);
            Some(())
        });
        assert_eq!(visited, Some(()));
        found
    }

    /// Texts of every length around one, two and three windows, also where the key goes on beyond the end.
    #[test]
    fn every_hit_is_found_once() {
        for key in [&b"a"[..], b"ab", b"aba", b"a\0", b"\0", b"ba key of some length, ab"] {
            for len in 0..210 {
                for distance in [1, 2, 3, 25, 64, 65] {
                    let pieces = key.iter().chain(b"-ab").cycle();
                    let text: Vec<u8> = (0..len)
                        .zip(pieces)
                        .map(|(at, byte)| if at % distance == 0 { b'a' } else { *byte })
                        .collect();
                    let plainly = (0..len)
                        .filter(|&at| text.get(at..).is_some_and(|text| text.starts_with(key)));
                    let plainly: Vec<usize> = plainly.collect();
                    assert_eq!(all::<false>(&text, key), plainly, "{key:?} in {text:?}");
                    assert_eq!(all::<true>(&text, key), plainly, "{key:?} in {text:?}");
                }
            }
        }
    }
}
