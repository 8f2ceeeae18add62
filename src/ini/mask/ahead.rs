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

#[cfg(test)]
mod tests {
    use super::{AHEAD, GROUP, WIDTH, count_and_visit, each_line};

    /// Texts of every length around one and two steps of the pass, with few and many ends of lines.
    fn each_text(mut check: impl FnMut(&[u8])) {
        let step = AHEAD * WIDTH;
        let lens = (0..130).chain(step - 70..step + 70).chain(2 * step - 3..2 * step + 3);
        for len in lens {
            for distance in [1, 2, 3, 7, 64, 65, 300] {
                let byte = |at: usize| match at {
                    _ if at.is_multiple_of(distance) => b'\n',
                    _ if at.is_multiple_of(11) => b'[',
                    _ => b'x',
                };
                check(&(0..len).map(byte).collect::<Vec<u8>>());
            }
        }
    }

    #[test]
    fn counts_and_visits_are_those_of_a_plain_loop() {
        each_text(|text| {
            let mut visited = Vec::new();
            let counts = count_and_visit(text, b'\n', b'[', |at| visited.push(at));
            let plainly = (0..text.len()).filter(|at| text[*at] == b'[');
            assert_eq!(visited, plainly.collect::<Vec<_>>());
            for (group, count) in counts.iter().enumerate() {
                let before = 0..text.len().min(group * GROUP);
                assert_eq!(*count, before.filter(|at| text[*at] == b'\n').count());
            }
            assert!(counts.len() > text.len() / GROUP);
        });
    }

    #[test]
    fn lines_with_something_in_them_are_visited() {
        each_text(|text| {
            let mut visited = Vec::new();
            each_line(text, b'\n', |at| visited.push(at));
            let starts = |at: &usize| text[*at] != b'\n' && (*at == 0 || text[*at - 1] == b'\n');
            assert_eq!(visited, (0..text.len()).filter(starts).collect::<Vec<_>>());
        });
    }
}
