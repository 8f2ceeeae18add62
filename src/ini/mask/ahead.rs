//! A pass over a text that looks at some windows before it does anything with what is in them.
//!
//! What is done then is large, and so is kept out of the loops over bytes. And where it does not
//! depend on each window whether something is done, the processor foresees more often what is next.

use wide::u8x16;

use super::{Needle, WIDTH, Window, bits, padded};

/// How many windows are looked at together.
const AHEAD: usize = 16;

/// How many windows are counted together.
const COUNTED: usize = 4;

/// How many bytes are counted together.
pub(in crate::ini) const GROUP: usize = COUNTED * WIDTH;

type Windows = [[u8; WIDTH]; AHEAD];

/// Calls `visit` with some windows after the other and the offset of their first one; behind the
/// end of the text they are zero.
#[inline]
fn each_ahead(text: &[u8], mut visit: impl FnMut(usize, &Windows)) {
    let (windows, rest) = text.as_chunks();
    let (ahead, windows) = windows.as_chunks();
    let mut last = [[0; WIDTH]; AHEAD];
    for (to, from) in last.iter_mut().zip(windows.iter().chain([&padded(rest)])) {
        *to = *from;
    }
    let last = (windows.len() + rest.len() > 0).then_some(&last);
    for (windows, start) in ahead.iter().chain(last).zip((0..).step_by(AHEAD * WIDTH)) {
        visit(start, windows);
    }
}

/// How often `counted` stands before each group of bytes, and at last in all of them; calls
/// `visit` with each offset of `visited`, in order.
#[inline]
pub(in crate::ini) fn count_and_visit(
    text: &[u8],
    counted: u8,
    visited: u8,
    mut visit: impl FnMut(usize),
) -> Vec<usize> {
    let mut counts = Vec::with_capacity((text.len() / (AHEAD * WIDTH) + 1) * AHEAD / COUNTED + 1);
    let (counted, visited) = (Needle::of(counted), Needle::of(visited));
    let (mut all, mut found) = (0, [0; AHEAD]);
    each_ahead(text, |start, windows| {
        let (groups, len) = look(windows, counted, visited, &mut found);
        for count in groups {
            counts.push(all);
            all += count;
        }
        for number in found.iter().take(len) {
            let Some(window) = windows.get(*number) else { continue };
            let start = start + number * WIDTH;
            bits(Window::of(window).where_any([visited])).for_each(|bit| visit(start + bit));
        }
    });
    counts.push(all);
    counts
}

/// How often `counted` stands in each group of windows, and in how many of them `visited` does:
/// the numbers of these are put into `found`.
#[inline(never)]
fn look(
    windows: &Windows,
    counted: Needle,
    visited: Needle,
    found: &mut [usize; AHEAD],
) -> ([usize; AHEAD / COUNTED], usize) {
    let (mut counts, mut len) = ([0; AHEAD / COUNTED], 0);
    let (groups, _) = windows.as_chunks::<COUNTED>();
    for ((windows, count), first) in groups.iter().zip(&mut counts).zip((0..).step_by(COUNTED)) {
        // Each of its sixteen numbers counts sixteen bytes at most.
        let mut lanes = u8x16::ZERO;
        for (bytes, number) in windows.iter().zip(first..) {
            let window = Window::of(bytes);
            for quarter in window.is(counted).0 {
                // What is found is -1.
                lanes -= quarter;
            }
            if let Some(found) = found.get_mut(len) {
                // To keep only what was found would have to be decided each time.
                *found = number;
                len += usize::from(!window.is(visited).is_empty());
            }
        }
        *count = lanes.to_array().into_iter().map(usize::from).sum();
    }
    (counts, len)
}

/// Calls `visit` with the offset of each line that has more than its terminator, in order.
#[inline]
pub(in crate::ini) fn each_line(text: &[u8], terminator: u8, mut visit: impl FnMut(usize)) {
    let (mut carried, mut starts) = (1, Starts::new());
    each_ahead(text, |start, windows| {
        carried = starts.find(windows, Needle::of(terminator), carried);
        for at in starts.all.iter().take(starts.len) {
            let at = start + *at as usize;
            if at < text.len() {
                visit(at);
            }
        }
    });
}

/// How many lines mostly start in a window, at most.
const MOSTLY: usize = 4;

/// Where lines start in some windows.
struct Starts {
    /// Every other byte at most, and some beyond them.
    all: [u32; AHEAD * WIDTH / 2 + MOSTLY],
    len: usize,
}

impl Starts {
    const fn new() -> Self {
        Self { all: [0; AHEAD * WIDTH / 2 + MOSTLY], len: 0 }
    }

    /// Finds where lines start that have more than their terminator; `carried` is one if the
    /// first byte does so, and what is returned tells the same for what follows.
    #[inline(never)]
    fn find(&mut self, windows: &Windows, terminator: Needle, mut carried: u64) -> u64 {
        self.len = 0;
        for (bytes, at) in windows.iter().zip((0..).step_by(WIDTH)) {
            let ends = Window::of(bytes).where_any([terminator]);
            self.add(at, (ends << 1 | carried) & !ends);
            carried = ends >> (WIDTH - 1);
        }
        carried
    }

    #[inline]
    fn add(&mut self, at: u32, word: u64) {
        let count = word.count_ones() as usize;
        let (mut left, mut len) = (word, self.len);
        while let Some(places) = self.all.get_mut(len..).and_then(<[u32]>::first_chunk_mut) {
            let places: &mut [u32; MOSTLY] = places;
            for place in places {
                *place = at + left.trailing_zeros();
                left &= left.wrapping_sub(1);
            }
            len += MOSTLY;
            if left == 0 {
                break;
            }
        }
        self.len += count;
    }
}
