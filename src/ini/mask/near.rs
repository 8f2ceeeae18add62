//! A few bytes from anywhere in a text, for what is mostly found among these.

use wide::u8x16;

use super::{Needle, Window};
use crate::ini::span::Span;

/// How often `counted` stands in a span of at most two thousand bytes.
///
/// For some hundred bytes this is faster than counting that has to be called.
#[inline]
pub(in crate::ini) fn count(text: &[u8], span: Span, counted: u8) -> usize {
    let counted_needle = Needle::of(counted);
    let mut counts = u8x16::ZERO;
    let (whole, rest) = span.of(text).as_chunks();
    for bytes in whole {
        counts -= u8x16::new(*bytes).simd_eq(counted_needle.0);
    }
    let behind = text.get(span.end - rest.len()..).and_then(<[u8]>::first_chunk);
    let mut all = 0;
    if let (Some(bytes), Ok(len)) = (behind, u8::try_from(rest.len())) {
        let inside = NUMBERS.simd_lt(u8x16::splat(len));
        counts -= u8x16::new(*bytes).simd_eq(counted_needle.0) & inside;
    } else {
        all = memchr::memchr_iter(counted, rest).count();
    }
    all + counts.to_array().into_iter().map(usize::from).sum::<usize>()
}

const NUMBERS: u8x16 = u8x16::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

/// How far is near: where most of what is looked for in a line is found.
pub(in crate::ini) const NEAR: usize = 32;

/// The bytes that follow an offset, as bits: where certain ones are.
#[derive(Debug, Clone, Copy)]
pub(in crate::ini) struct Near([u8x16; 2]);

impl Near {
    /// None near the end of the text.
    #[inline]
    pub(in crate::ini) fn at(text: &[u8], start: usize) -> Option<Self> {
        let near: &[u8; NEAR] = text.get(start..)?.first_chunk()?;
        match near.as_chunks() {
            (&[low, high], _) => Some(Self([u8x16::new(low), u8x16::new(high)])),
            _ => None,
        }
    }

    /// The first so many bytes, the very first one lowest, and zeros behind them.
    #[inline]
    pub(in crate::ini) fn first(self, len: usize) -> [u128; 2] {
        let [low, high] = self.0;
        let first = |half: u8x16, len: usize| {
            let len = u8::try_from(len).unwrap_or(u8::MAX);
            u128::from_le_bytes((half & NUMBERS.simd_lt(u8x16::splat(len))).to_array())
        };
        [first(low, len), first(high, len.saturating_sub(NEAR / 2))]
    }

    /// A bit for each byte that is one of these values, the first byte lowest.
    #[inline]
    pub(in crate::ini) fn where_any<const N: usize>(self, values: [u8; N]) -> u32 {
        let [low, high] = self.0;
        let bits = |half: u8x16| {
            let found = |found, value| found | half.simd_eq(Needle::of(value).0);
            values.into_iter().fold(u8x16::ZERO, found).to_bitmask()
        };
        bits(low) | bits(high) << 16
    }
}

/// The length of `span` before the first of its bytes that is one of these values.
///
/// For what is mostly near this is faster than a search that has to be called.
#[inline]
pub(in crate::ini) fn len_before<const N: usize>(
    text: &[u8],
    span: Span,
    values: [u8; N],
) -> Option<usize> {
    let Some(near) = Near::at(text, span.start) else {
        return len_before_far(span.of(text), values);
    };
    match near.where_any(values).trailing_zeros() as usize {
        // None are near.
        NEAR if span.len() > NEAR => {
            let far = Span::new(span.start + NEAR, span.end).of(text);
            len_before_far(far, values).map(|len| NEAR + len)
        }
        len => (len < span.len()).then_some(len),
    }
}

fn len_before_far<const N: usize>(text: &[u8], values: [u8; N]) -> Option<usize> {
    match values[..] {
        [one] => memchr::memchr(one, text),
        [one, two] => memchr::memchr2(one, two, text),
        [one, two, three] => memchr::memchr3(one, two, three, text),
        _ => text.iter().position(|byte| values.contains(byte)),
    }
}

/// Whether the text has the byte; mostly it is among the first ones.
#[inline]
pub(in crate::ini) fn has(text: &[u8], value: u8) -> bool {
    let near = text.first_chunk().map(Window::of);
    near.is_some_and(|near| near.where_any([Needle::of(value)]) != 0)
        || memchr::memchr(value, text).is_some()
}

/// Where the text has the byte for the last time; mostly it is among the last ones.
#[inline]
pub(in crate::ini) fn last(text: &[u8], value: u8) -> Option<usize> {
    let Some((far, near)) = text.split_last_chunk() else { return memchr::memrchr(value, text) };
    match Window::of(near).where_any([Needle::of(value)]).checked_ilog2() {
        Some(bit) => Some(far.len() + bit as usize),
        None => memchr::memrchr(value, far),
    }
}

#[cfg(test)]
mod tests {
    use super::{NEAR, Near, count, has, last, len_before};
    use crate::ini::span::Span;

    fn text() -> Vec<u8> {
        // Some of each, at distances that differ.
        (0..400_usize).map(|at| b"a=b:\n c"[at * at * 7 % 31 % 7]).collect()
    }

    #[test]
    fn the_first_of_some_values_is_found_however_far_it_is() {
        for far in [0, 1, 15, 16, 17, 31, 32, 33, 63, 100] {
            for behind in [0, 1, 31, 32, 33, 80] {
                let text = [&b"x".repeat(far)[..], b"=", &b":".repeat(behind)].concat();
                for end in 0..=text.len() {
                    for start in [0, far / 2, far] {
                        let span = Span::new(start, end.max(start));
                        let plainly = |values: &[u8]| {
                            span.of(&text).iter().position(|byte| values.contains(byte))
                        };
                        assert_eq!(len_before(&text, span, [b'=']), plainly(b"="));
                        assert_eq!(len_before(&text, span, [b':', b'=']), plainly(b":="));
                        assert_eq!(len_before(&text, span, [b'?', b':', b'=']), plainly(b"?:="));
                        assert_eq!(len_before(&text, span, *b"!?:"), plainly(b"!?:"));
                    }
                }
            }
        }
    }

    #[test]
    fn one_is_seen_wherever_it_is_and_the_last_of_two_wherever_they_are() {
        for len in 0..200 {
            let mut text = vec![b'x'; len];
            assert!(!has(&text, b'['), "{len}");
            assert_eq!(last(&text, b'['), None, "{len}");
            for at in 0..len {
                text[at] = b'[';
                assert!(has(&text, b'['), "{len} {at}");
                assert_eq!(last(&text, b'['), Some(at), "{len} {at}");
                for before in 0..at {
                    text[before] = b'[';
                    assert_eq!(last(&text, b'['), Some(at), "{len} {before} {at}");
                    text[before] = b'x';
                }
                text[at] = b'x';
            }
        }
    }

    #[test]
    fn counting_is_exact_from_and_to_any_byte() {
        let text = text();
        for start in 0..text.len() {
            for end in start..=text.len().min(start + 300) {
                let plainly = (start..end).filter(|at| text[*at] == b'\n').count();
                assert_eq!(count(&text, Span::new(start, end), b'\n'), plainly, "{start} {end}");
            }
        }
    }

    #[test]
    fn first_bytes_have_zeros_behind_them() {
        let text = text();
        for start in 0..text.len() {
            let Some(near) = Near::at(&text, start) else {
                assert!(start + NEAR > text.len());
                continue;
            };
            for len in 0..=NEAR {
                let mut plainly = [0; NEAR];
                plainly[..len].copy_from_slice(&text[start..start + len]);
                let [low, high] = near.first(len).map(u128::to_le_bytes);
                assert_eq!([low, high].concat(), plainly, "{start} {len}");
            }
        }
    }
}
