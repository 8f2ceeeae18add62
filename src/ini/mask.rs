//! Sixty-four bytes at a time, as bits: where certain bytes are, and where lines begin.

mod ahead;
mod hits;
mod near;

use std::ops::{BitAnd, BitOr};

use wide::u8x16;

pub(super) use ahead::{GROUP, count_and_visit, each_line};
pub(super) use hits::each_hit;
pub(super) use near::{NEAR, Near, count, has, last, len_before};

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
            (&[a, b, c, d], _) => {
                Self([u8x16::new(a), u8x16::new(b), u8x16::new(c), u8x16::new(d)])
            }
            _ => Self([u8x16::ZERO; 4]),
        }
    }

    /// A bit for each byte that is one of `needles`, the first byte lowest.
    #[inline]
    pub(super) fn where_any<const N: usize>(&self, needles: [Needle; N]) -> u64 {
        let found = |found, needle: &Needle| found | self.is(*needle);
        needles.iter().fold(Found([u8x16::ZERO; 4]), found).bits()
    }

    #[inline]
    fn is(&self, needle: Needle) -> Found {
        let [a, b, c, d] = self.0;
        let is = |quarter: u8x16| quarter.simd_eq(needle.0);
        Found([is(a), is(b), is(c), is(d)])
    }
}

/// Which bytes of a window are something: all of their bits are set, or none.
#[derive(Debug, Clone, Copy)]
struct Found([u8x16; 4]);

impl Found {
    #[inline]
    fn is_empty(self) -> bool {
        let [a, b, c, d] = self.0;
        (a | b | c | d).to_bitmask() == 0
    }

    /// A bit for each byte, the first byte lowest.
    #[inline]
    fn bits(self) -> u64 {
        let [a, b, c, d] = self.0;
        let bits = |quarter: u8x16| u64::from(quarter.to_bitmask());
        bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
    }
}

impl BitAnd for Found {
    type Output = Self;

    #[inline]
    fn bitand(self, Self([e, f, g, h]): Self) -> Self {
        let Self([one, two, three, four]) = self;
        Self([one & e, two & f, three & g, four & h])
    }
}

impl BitOr for Found {
    type Output = Self;

    #[inline]
    fn bitor(self, Self([e, f, g, h]): Self) -> Self {
        let Self([one, two, three, four]) = self;
        Self([one | e, two | f, three | g, four | h])
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

#[cfg(test)]
mod tests {
    use super::{Firsts, bits, each_window};

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
}
