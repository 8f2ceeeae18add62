//! Sixty-four bytes at a time, as bits: where certain bytes are, and where lines begin.

use wide::u8x16;

/// How many bytes one mask tells of.
pub(super) const WIDTH: usize = 64;

/// A byte value, ready to be looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needle(u8x16);

impl Needle {
    pub(super) const fn of(byte: u8) -> Self {
        Self(u8x16::new([byte; 16]))
    }
}

/// Sixty-four bytes of a text; beyond its end they are zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window([u8x16; 4]);

impl Window {
    #[inline]
    pub(super) fn of(bytes: &[u8; WIDTH]) -> Self {
        match bytes.as_chunks() {
            (&[a, b, c, d], _) => Self([a, b, c, d].map(u8x16::new)),
            _ => Self([u8x16::ZERO; 4]),
        }
    }

    /// A bit for each byte that is one of `needles`, the first byte lowest.
    #[inline]
    pub(super) fn where_any<const N: usize>(&self, needles: [Needle; N]) -> u64 {
        let bits = |quarter: u8x16| {
            let found = needles.map(|needle| quarter.simd_eq(needle.0));
            u64::from(found.into_iter().fold(u8x16::ZERO, |one, other| one | other).to_bitmask())
        };
        let [a, b, c, d] = self.0;
        bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
    }

    /// A bit for each byte that is `needle` where that of the other window is `other_needle`.
    #[inline]
    fn where_both(&self, needle: Needle, other: &Self, other_needle: Needle) -> u64 {
        let both = |(one, other): (&u8x16, &u8x16)| {
            let both = one.simd_eq(needle.0) & other.simd_eq(other_needle.0);
            u64::from(both.to_bitmask())
        };
        self.0.iter().zip(&other.0).map(both).rfold(0, |bits, quarter| bits << 16 | quarter)
    }
}

/// The last bytes of a text with zeros behind them.
fn padded(rest: &[u8]) -> [u8; WIDTH] {
    let mut bytes = [0; WIDTH];
    for (to, from) in bytes.iter_mut().zip(rest) {
        *to = *from;
    }
    bytes
}

/// Finds the first byte of each line that is no blank, window after window.
///
/// The terminator of a line that has nothing else counts as such a byte, too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Firsts {
    terminator: Needle,
    blanks: [Needle; 2],
    /// Whether the next window begins where a line does, or goes on with its leading blanks.
    at_start: bool,
}

impl Firsts {
    pub(super) const fn of(terminator: u8) -> Self {
        let blanks = [Needle::of(b' '), Needle::of(b'\t')];
        Self { terminator: Needle::of(terminator), blanks, at_start: true }
    }

    /// The ends of lines in the window, and the first bytes of lines that are no blanks.
    #[inline]
    pub(super) fn next(&mut self, window: &Window) -> (u64, u64) {
        let ends = window.where_any([self.terminator]);
        let blanks = window.where_any(self.blanks);
        let starts = ends << 1 | u64::from(self.at_start);
        // Adding the start of a run of ones to it carries into the bit behind the run.
        let (carried, beyond) = blanks.overflowing_add(starts & blanks);
        self.at_start = ends >> (WIDTH - 1) == 1 || beyond;
        (ends, starts & !blanks | carried & !blanks)
    }
}

/// The numbers of the set bits, lowest first.
#[inline]
pub(super) fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(bit)
    })
}

/// Finds the beginning of each line: from its first byte that is no blank up to, and without, the
/// first of `delimiters` behind that or else the end of the line.
///
/// A blank line has an empty beginning; blanks at the end of the text have none.
#[inline]
pub(super) fn beginnings(
    text: &[u8],
    terminator: u8,
    delimiters: [u8; 2],
    mut visit: impl FnMut(usize, usize),
) {
    let delimiters = delimiters.map(Needle::of);
    let mut firsts = Firsts::of(terminator);
    // The beginning that goes on in the next window.
    let mut open = None;
    each_window(text, |at, window| {
        let (ends, mut starts) = firsts.next(&window);
        let stops = ends | window.where_any(delimiters);
        // As with blanks, a start carries up to the first stop behind it.
        let going_on = u64::from(open.is_some());
        let (carried, _) = (!stops).overflowing_add(starts | going_on);
        for stop in bits(carried & stops) {
            let start = open.take().unwrap_or_else(|| at + starts.trailing_zeros() as usize);
            if start >= at {
                starts &= starts.wrapping_sub(1);
            }
            visit(start, at + stop);
        }
        if starts != 0 {
            open = Some(at + starts.trailing_zeros() as usize);
        }
    });
    if let Some(start) = open.filter(|start| *start < text.len()) {
        visit(start, text.len());
    }
}

/// Calls `visit` with each window of a text and its offset, in order.
#[inline]
pub(super) fn each_window(text: &[u8], mut visit: impl FnMut(usize, Window)) {
    let (whole, rest) = text.as_chunks();
    let padded = padded(rest);
    let last = (!rest.is_empty()).then_some(&padded);
    // One loop: what is done in it is large, and would be there twice.
    for (bytes, at) in whole.iter().chain(last).zip((0..).step_by(WIDTH)) {
        visit(at, Window::of(bytes));
    }
}

/// Calls `visit` with each offset of `key` until it gives none.
///
/// For short texts this is faster than a search that has to be prepared.
#[inline]
pub(super) fn each_hit(
    text: &[u8],
    key: &[u8],
    mut visit: impl FnMut(usize) -> Option<()>,
) -> Option<()> {
    let (Some(first), Some(last)) = (key.first(), key.last()) else { return Some(()) };
    let (first, last) = (Needle::of(*first), Needle::of(*last));
    // Where the key may start, and where it would end.
    let ends = text.get(key.len() - 1..).unwrap_or_default();
    let starts = text.get(..ends.len()).unwrap_or_default();
    let whole = starts.as_chunks().0.iter().zip(ends.as_chunks().0);
    for ((from, to), at) in whole.zip((0..).step_by(WIDTH)) {
        let likely = Window::of(from).where_both(first, &Window::of(to), last);
        if likely != 0 {
            visit_hits(text, key, at, likely, &mut visit)?;
        }
    }
    let left = ends.len() % WIDTH;
    if left == 0 {
        return Some(());
    }
    let (likely, at) = if let (Some(from), Some(to)) = (starts.last_chunk(), ends.last_chunk()) {
        // The last window begins with bytes that were looked at.
        let likely = Window::of(from).where_both(first, &Window::of(to), last);
        (likely & u64::MAX << (WIDTH - left), ends.len() - WIDTH)
    } else {
        let (from, to) = (Window::of(&padded(starts)), Window::of(&padded(ends)));
        (from.where_both(first, &to, last), 0)
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
        if text.get(at + bit..).is_some_and(|text| text.starts_with(key)) {
            visit(at + bit)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{Firsts, bits, each_hit, each_window};

    /// What `Firsts` finds, byte by byte.
    fn plainly(text: &[u8]) -> Vec<usize> {
        let mut found = Vec::new();
        let mut leading = true;
        for (at, byte) in text.iter().enumerate() {
            if leading && !matches!(byte, b' ' | b'\t') {
                found.push(at);
                leading = false;
            }
            leading |= *byte == b'\n';
        }
        found
    }

    fn by_windows(text: &[u8]) -> Vec<usize> {
        let mut firsts = Firsts::of(b'\n');
        let mut found = Vec::new();
        each_window(text, |at, window| {
            found.extend(bits(firsts.next(&window).1).map(|bit| at + bit));
        });
        found.retain(|at| *at < text.len());
        found
    }

    #[test]
    fn first_bytes_are_found_wherever_windows_meet() {
        for lead in 0..200 {
            for blanks in [0, 1, 2, 62, 63, 64, 65, 127, 128, 129, 200] {
                for tail in [&b"x\n\n  \ty\n"[..], b"\n", b"", b"\n \n"] {
                    let text = [&b"a".repeat(lead)[..], b"\n", &b" ".repeat(blanks), tail].concat();
                    assert_eq!(by_windows(&text), plainly(&text), "{lead} {blanks} {tail:?}");
                }
            }
        }
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
                    let mut found = Vec::new();
                    let visited = each_hit(&text, key, |at| {
                        found.push(at);
                        Some(())
                    });
                    let plainly = (0..len)
                        .filter(|&at| text.get(at..).is_some_and(|text| text.starts_with(key)));
                    assert_eq!(found, plainly.collect::<Vec<_>>(), "{key:?} in {text:?}");
                    assert_eq!(visited, Some(()));
                }
            }
        }
    }
}
