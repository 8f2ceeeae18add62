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

    /// The last bytes of a text, fewer than a whole window.
    pub(super) fn of_rest(rest: &[u8]) -> Self {
        let mut bytes = [0; WIDTH];
        for (to, from) in bytes.iter_mut().zip(rest) {
            *to = *from;
        }
        Self::of(&bytes)
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
    for (window, at) in Windows::of(text).zip((0..).step_by(WIDTH)) {
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
    }
    if let Some(start) = open.filter(|start| *start < text.len()) {
        visit(start, text.len());
    }
}

/// The windows of a text, in order.
#[derive(Debug, Clone)]
pub(super) struct Windows<'a> {
    whole: std::slice::Iter<'a, [u8; WIDTH]>,
    rest: &'a [u8],
}

impl<'a> Windows<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let (whole, rest) = text.as_chunks();
        Self { whole: whole.iter(), rest }
    }
}

impl Iterator for Windows<'_> {
    type Item = Window;

    #[inline]
    fn next(&mut self) -> Option<Window> {
        if let Some(bytes) = self.whole.next() {
            return Some(Window::of(bytes));
        }
        let rest = std::mem::take(&mut self.rest);
        (!rest.is_empty()).then(|| Window::of_rest(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::{Firsts, WIDTH, Windows, bits};

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
        for (number, window) in Windows::of(text).enumerate() {
            found.extend(bits(firsts.next(&window).1).map(|bit| number * WIDTH + bit));
        }
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
}
