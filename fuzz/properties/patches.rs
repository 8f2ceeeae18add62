//! What must hold for patches, alone and in chains.

use sesam_transport::ini::{Document, Outcome, Patch};

use super::input::Input;

/// An input of `ini_patch`: as one of `ini_edit`, with up to six edits.
pub(crate) fn patch_input(input: &[u8]) {
    let Some(input) = Input::read(input, 6) else { return };
    let mut chain = Chain { texts: vec![input.rest.to_vec()], patches: Vec::new() };
    for edit in &input.edits {
        let text = chain.texts[chain.texts.len() - 1].clone();
        if let Ok(Outcome::Changed(patch)) = Document::parse(&text, input.dialect).plan(edit) {
            patch_is_sound(&text, &patch);
            let owned = patch.clone().into_owned();
            chain.texts.push(patch_is_sound(&text, &owned));
            assert_eq!(patch.hunks(), owned.hunks());
            chain.patches.push(owned);
        }
    }
    if chain.patches.len() > 1 {
        chain.composes();
    }
}

/// Applies, inverts, refuses other bytes, prints; yields the text after the change.
pub(crate) fn patch_is_sound(text: &[u8], patch: &Patch<'_>) -> Vec<u8> {
    let after = patch.apply(text).expect("a patch applies to the text it was made for");
    let slices: Vec<&[u8]> = patch.slices(text).expect("so do its slices").collect();
    assert_eq!(slices.concat(), after);
    assert!(slices.iter().all(|slice| !slice.is_empty()));
    assert!(patch.is_made_for(text) && patch.is_empty() == (text == after));
    hunks_are_the_change(text, &after, patch);
    refuses_other_bytes(text, patch);
    let inverse = patch.inverse();
    assert_eq!(inverse.apply(&after).expect("the inverse applies"), text);
    assert_eq!(inverse.inverse().hunks(), patch.hunks());
    assert!(patch.then(&inverse).expect("a patch composes with its inverse").is_empty());
    let diff = patch.unified_diff(text, "f").expect("a diff is of the same text");
    assert_eq!(diff.is_empty(), patch.is_empty());
    assert_eq!(by_diff(text, &diff), after, "{}", diff.escape_ascii());
    after
}

fn hunks_are_the_change(text: &[u8], after: &[u8], patch: &Patch<'_>) {
    let (mut spliced, mut at) = (Vec::new(), 0);
    for hunk in patch.hunks() {
        let span = hunk.span();
        assert!(span.start >= at);
        assert_eq!(span.of(text), hunk.before());
        spliced.extend([&text[at..span.start], hunk.after()].concat());
        at = span.end;
    }
    assert_eq!([&spliced, &text[at..]].concat(), after);
}

fn refuses_other_bytes(text: &[u8], patch: &Patch<'_>) {
    let mut other = text.to_vec();
    if let Some(last) = other.last_mut() {
        *last ^= 1;
    }
    let shorter = &text[..text.len().saturating_sub(1)];
    for other in [&other, shorter, &[text, b"\n"].concat()] {
        if other != text {
            assert!(!patch.is_made_for(other));
            assert!(patch.apply(other).is_err() && patch.slices(other).is_err());
            assert!(patch.unified_diff(other, "f").is_err());
        }
    }
}

fn then(one: &Patch<'_>, next: &Patch<'_>) -> Patch<'static> {
    one.then(next).expect("it follows")
}

/// Patches, each for the text that the one before it yields.
struct Chain {
    texts: Vec<Vec<u8>>,
    patches: Vec<Patch<'static>>,
}

impl Chain {
    fn composes(&self) {
        let (first, last) = (&self.texts[0], &self.texts[self.patches.len()]);
        let whole = self.grouped_forwards();
        assert_eq!(&patch_is_sound(first, &whole), last);
        assert_eq!(whole, self.grouped_backwards());
        assert_eq!(patch_is_sound(last, &whole.inverse()), *first);
        let mut back = self.patches[self.patches.len() - 1].inverse();
        for patch in self.patches.iter().rev().skip(1) {
            back = back.then(&patch.inverse()).expect("the ways back follow each other");
        }
        assert_eq!(whole.inverse(), back);
        assert!(whole.then(&back).expect("the way back follows").is_empty());
        self.round_trips_compose(&whole, &back);
        self.refuses_gaps();
    }

    /// There, back and there again, grouped in either way: what goes and comes back must not make a difference.
    fn round_trips_compose(&self, whole: &Patch<'_>, back: &Patch<'_>) {
        let again = then(&then(whole, back), whole);
        assert_eq!(again, then(whole, &then(back, whole)));
        assert_eq!(patch_is_sound(&self.texts[0], &again), self.texts[self.patches.len()]);
        for patch in &self.patches {
            let nothing = then(patch, &patch.inverse());
            assert!(nothing.is_empty());
            assert_eq!(then(&nothing, patch), then(patch, &then(&patch.inverse(), patch)));
        }
    }

    fn grouped_forwards(&self) -> Patch<'static> {
        let rest = self.patches.iter().skip(1);
        rest.fold(self.patches[0].clone(), |done, next| then(&done, next))
    }

    fn grouped_backwards(&self) -> Patch<'static> {
        let last = self.patches[self.patches.len() - 1].clone();
        self.patches.iter().rev().skip(1).fold(last, |done, first| then(first, &done))
    }

    /// A patch composes with what is made for the text that it yields, and applies to its own text alone.
    fn refuses_gaps(&self) {
        for (index, patch) in self.patches.iter().enumerate() {
            for (other, text) in self.texts.iter().enumerate() {
                assert_eq!(patch.is_made_for(text), *text == self.texts[index]);
                if let Some(next) = self.patches.get(other) {
                    assert_eq!(patch.then(next).is_ok(), *text == self.texts[index + 1]);
                }
            }
        }
    }
}

/// Applies a unified diff the way its description has it, and holds it to every number that it gives.
fn by_diff(text: &[u8], diff: &[u8]) -> Vec<u8> {
    let lines = |text| <[u8]>::split_inclusive(text, |byte| *byte == b'\n').collect::<Vec<_>>();
    let (old, diff) = (lines(text), lines(diff));
    let (mut new, mut at): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
    let mut rest = match diff.as_slice() {
        [] => return text.to_vec(),
        [before, after, rest @ ..] => {
            assert_eq!((*before, *after), (&b"--- f\n"[..], &b"+++ f\n"[..]));
            rest
        }
        [_] => panic!("half a head"),
    };
    while let [head, behind @ ..] = rest {
        let [from, old_count, to, new_count] = ranges(head);
        new.extend(old[at..from].iter().map(|line| line.to_vec()));
        at = from;
        assert_eq!(new.len(), to, "where the new lines start");
        rest = behind;
        while at < from + old_count || new.len() < to + new_count {
            let (line, behind) = rest.split_first().expect("as many lines as are announced");
            let (sign, line) = line.split_first().expect("a sign before each");
            let ends = behind.first().is_some_and(|next| next.starts_with(b"\\"));
            let line = if ends { line.strip_suffix(b"\n").expect("it ended") } else { line };
            rest = &behind[usize::from(ends)..];
            if *sign != b'+' {
                assert_eq!(line, old[at], "the old line is as it is given");
                at += 1;
            }
            if *sign != b'-' {
                new.push(line.to_vec());
            }
            assert!(matches!(sign, b' ' | b'+' | b'-'));
        }
        assert_eq!((at, new.len()), (from + old_count, to + new_count));
    }
    new.extend(old[at..].iter().map(|line| line.to_vec()));
    new.concat()
}

/// The lines before a hunk and in it, old and new; an empty range names the line before it.
fn ranges(head: &[u8]) -> [usize; 4] {
    let head = str::from_utf8(head).expect("numbers are ASCII");
    let head = head.strip_prefix("@@ -").and_then(|head| head.strip_suffix(" @@\n"));
    let (old, new) = head.and_then(|head| head.split_once(" +")).expect("two ranges");
    let range = |range: &str| {
        let (from, count) = range.split_once(',').unwrap_or((range, "1"));
        let (from, count): (usize, usize) = (from.parse().unwrap(), count.parse().unwrap());
        (if count == 0 { from } else { from - 1 }, count)
    };
    let ((from, old), (to, new)) = (range(old), range(new));
    [from, old, to, new]
}
