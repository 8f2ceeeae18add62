//! What becomes of an edit, decided from the lines of the text before and after it.

use sesam_transport::ini::{
    Action, Edit, MissingSection, NotFound, State, Target, Unchanged, Which,
};

use super::family::{Reads, is_one_line};
use super::{Found, Line, Text, encoding, restored};

/// What becomes of an edit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    /// The text is these bytes then.
    Bytes(Vec<u8>),
    Unchanged(Unchanged),
    NotFound(NotFound),
    /// The name of the refusal, and the lines it is about.
    Refused(&'static str, Vec<usize>),
}

impl Found {
    fn has(&self, value: &[u8]) -> bool {
        self.value.as_deref() == Some(value) && self.more.is_empty()
    }
}

/// Where a line of a new text comes from, and so what it must read as.
enum Origin {
    /// A line of the old text, which must read as it did.
    Kept(usize),
    /// It is commented out.
    Hidden,
    /// It stands for itself.
    Own,
    /// It belongs to the last line that stands for itself.
    More,
}

impl Text {
    /// Decides what becomes of an edit.
    pub(crate) fn decide(&self, edit: &Edit<'_>) -> Decided {
        if !encoding(&self.bytes).1 {
            return Decided::Refused("UnsupportedEncoding", vec![1]);
        }
        let target = &edit.target;
        match edit.action {
            Action::Disable(which) => self.on_chosen(target, which, Self::disable),
            Action::Remove(which) => self.on_chosen(target, which, Self::remove),
            Action::Set { value, which } => {
                self.on_chosen(target, which, |text, chosen| text.set(chosen, value))
            }
            Action::Enable(wanted) => self.enable(target, wanted),
            Action::Insert { value, state, missing } => self.insert(target, value, state, missing),
        }
        .commented_is_enough(&edit.action)
    }

    fn on_chosen(
        &self,
        target: &Target<'_>,
        which: Which,
        edit: impl Fn(&Self, &[Found]) -> Decided,
    ) -> Decided {
        let active = self.found(target, true);
        let chosen = match which {
            Which::Only if active.len() > 1 => {
                return Decided::Refused("AmbiguousActive", lines_of(&active));
            }
            Which::Only | Which::Every => active.clone(),
            Which::First => active.first().cloned().into_iter().collect(),
            Which::Last => active.last().cloned().into_iter().collect(),
            Which::Nth(n) => active.get(n.get() - 1).cloned().into_iter().collect(),
        };
        if !chosen.is_empty() {
            return edit(self, &chosen);
        }
        Decided::NotFound(if self.named(target).is_empty() {
            NotFound::Section
        } else if active.is_empty() && !self.found(target, false).is_empty() {
            NotFound::ActiveKey
        } else {
            NotFound::Key
        })
    }

    fn disable(&self, chosen: &[Found]) -> Decided {
        let is_meant = |line: usize| {
            chosen.iter().any(|found| found.line == line || found.more.contains(&line))
        };
        self.rewritten(chosen[0].line + 1, |index, line| {
            if is_meant(index) {
                Some((Origin::Hidden, [b"# ", &line.content[..]].concat()))
            } else {
                Some((Origin::Kept(index), line.content.clone()))
            }
        })
    }

    fn remove(&self, chosen: &[Found]) -> Decided {
        let is_meant = |line: usize| {
            chosen.iter().any(|found| found.line == line || found.more.contains(&line))
        };
        self.rewritten(chosen[0].line + 1, |index, line| {
            (!is_meant(index)).then(|| (Origin::Kept(index), line.content.clone()))
        })
    }

    fn set(&self, chosen: &[Found], value: &[u8]) -> Decided {
        let with_value = |line: &Line| {
            let parts = self.family.parts(&line.content).expect("it has a delimiter");
            [&parts.before[..], value, &parts.after].concat()
        };
        for found in chosen {
            let refused = |name| Decided::Refused(name, vec![found.line + 1]);
            if found.value.is_none() {
                return refused("BareKey");
            }
            if !found.more.is_empty() {
                return refused("Continued");
            }
            let line = with_value(&self.lines[found.line]);
            let read = self.family.reads(&line);
            let is_read_back = read == Reads::Key(found.key.clone(), value.to_vec());
            if !is_read_back || !is_one_line(value) || self.is_joined(&line, &read) {
                return refused("WouldNotReadBack");
            }
        }
        let Some(first) = chosen.iter().find(|found| !found.has(value)) else {
            return Decided::Unchanged(Unchanged::SameValue);
        };
        let is_meant = |line: usize| chosen.iter().any(|found| found.line == line);
        self.rewritten(first.line + 1, |index, line| {
            if is_meant(index) {
                Some((Origin::Own, with_value(line)))
            } else {
                Some((Origin::Kept(index), line.content.clone()))
            }
        })
    }

    fn enable(&self, target: &Target<'_>, wanted: Option<&[u8]>) -> Decided {
        let (active, commented) = (self.found(target, true), self.found(target, false));
        if !active.is_empty() {
            return already_active(&active, wanted);
        }
        if commented.is_empty() {
            return match wanted {
                _ if self.named(target).is_empty() => Decided::NotFound(NotFound::Section),
                None => Decided::NotFound(NotFound::Key),
                Some(value) => self.insert(target, value, State::Active, MissingSection::Refuse),
            };
        }
        let fits = |found: &&Found| wanted.is_none_or(|value| found.has(value));
        let fitting: Vec<Found> = commented.iter().filter(fits).cloned().collect();
        match fitting.as_slice() {
            [] => Decided::Refused("NoCandidateWithValue", lines_of(&commented)),
            [one] => self.rewritten(one.line + 1, |index, line| {
                Some(match () {
                    () if index == one.line => (Origin::Own, restored(&line.content)),
                    () if one.more.contains(&index) => (Origin::More, restored(&line.content)),
                    () => (Origin::Kept(index), line.content.clone()),
                })
            }),
            several => Decided::Refused("AmbiguousCommented", lines_of(several)),
        }
    }

    fn insert(
        &self,
        target: &Target<'_>,
        value: &[u8],
        state: State,
        missing: MissingSection,
    ) -> Decided {
        let (active, commented) = (self.found(target, true), self.found(target, false));
        match state {
            State::Active if !active.is_empty() => {
                return already_active(&active, Some(value));
            }
            State::Commented
                if commented.iter().any(|found| found.value.as_deref() == Some(value)) =>
            {
                return Decided::Unchanged(Unchanged::AlreadyCommented);
            }
            _ => {}
        }
        let named = self.named(target);
        let mut keys = named.iter().flat_map(|block| &block.keys);
        let neighbour = keys.rfind(|found| found.active && found.value.is_some());
        let at = match (neighbour, named.first()) {
            (Some(key), _) => key.more.last().unwrap_or(&key.line) + 1,
            (None, Some(block)) => block.header.as_ref().map_or(0, |(line, _)| line + 1),
            (None, None) => self.lines.len(),
        };
        let place = vec![at + usize::from(at == 0 || !self.lines[at - 1].end.is_empty())];
        if named.is_empty() && missing == MissingSection::Refuse {
            return Decided::Refused("NoSuchSection", place);
        }
        let parts = neighbour.and_then(|key| self.family.parts(&self.lines[key.line].content));
        let (indent, delimiter) =
            parts.map_or((Vec::new(), b"=".to_vec()), |parts| (parts.indent, parts.delimiter));
        let marker: &[u8] = if state == State::Active { b"" } else { b"# " };
        let content = [marker, &indent, target.key, &delimiter, value].concat();
        let read = match state {
            State::Active => self.family.reads(&content),
            State::Commented => self.family.reads_hidden(&content),
        };
        let header = [b"[", target.section, b"]"].concat();
        let is_header = self.family.reads(&header) == Reads::Header(target.section.to_vec())
            && is_one_line(target.section);
        if read != Reads::Key(target.key.to_vec(), value.to_vec())
            || !is_one_line(&content)
            || (state == State::Active && self.is_joined(&content, &read))
            || (named.is_empty() && !is_header)
        {
            return Decided::Refused("WouldNotReadBack", place);
        }
        let mut lines: Vec<(Origin, Line)> = self
            .lines
            .iter()
            .cloned()
            .enumerate()
            .map(|(index, line)| (Origin::Kept(index), line))
            .collect();
        let (end_above, end) = self.ends(at);
        if let Some((_, above)) = at.checked_sub(1).and_then(|above| lines.get_mut(above)) {
            above.end.clone_from(&end_above);
        }
        let origin = if state == State::Active { Origin::Own } else { Origin::Hidden };
        lines.insert(at, (origin, Line { content, end }));
        if named.is_empty() {
            lines.insert(at, (Origin::Own, Line { content: header, end: end_above }));
        }
        self.sealed(lines, place[0])
    }

    /// What ends the line above a new one, and the new one itself.
    fn ends(&self, at: usize) -> (Vec<u8>, Vec<u8>) {
        let end_of = |line: Option<&Line>| match line {
            Some(line) if !line.end.is_empty() => line.end.clone(),
            _ => b"\n".to_vec(),
        };
        let Some(above) = at.checked_sub(1) else {
            let end = end_of(self.lines.first());
            return (end.clone(), end);
        };
        if !self.lines[above].end.is_empty() {
            let end = end_of(self.lines.get(above));
            return (end.clone(), end);
        }
        (end_of(above.checked_sub(1).map(|before| &self.lines[before])), Vec::new())
    }

    /// Every line as `change` has it; it drops those for which it has nothing.
    fn rewritten(
        &self,
        place: usize,
        change: impl Fn(usize, &Line) -> Option<(Origin, Vec<u8>)>,
    ) -> Decided {
        let changed = |(index, line): (usize, &Line)| {
            let (origin, content) = change(index, line)?;
            Some((origin, Line { content, end: line.end.clone() }))
        };
        self.sealed(self.lines.iter().enumerate().filter_map(changed).collect(), place)
    }

    /// The new text, if it reads as it is meant to.
    fn sealed(&self, lines: Vec<(Origin, Line)>, place: usize) -> Decided {
        let mut bytes = self.mark.clone();
        for (_, line) in &lines {
            bytes.extend([&line.content[..], &line.end].concat());
        }
        // The first LF makes every CR content, and the last one that goes makes it the end of a line.
        let turns = bytes.contains(&b'\n') != self.bytes.contains(&b'\n') && bytes.contains(&b'\r');
        let is_same = encoding(&bytes) == encoding(&self.bytes) && !turns;
        if is_same && self.is_as_meant(&bytes, &lines) {
            Decided::Bytes(bytes)
        } else {
            Decided::Refused("ChangesOtherLines", vec![place])
        }
    }

    fn is_as_meant(&self, bytes: &[u8], lines: &[(Origin, Line)]) -> bool {
        let (before, after) = (self.reads(), Self::of(bytes, self.family).reads());
        // An unterminated line of which nothing is left is no line.
        if lines.len() != after.len() {
            return false;
        }
        let mut own = None;
        lines.iter().enumerate().all(|(index, (origin, _))| match (origin, &after[index]) {
            (Origin::Kept(old), (read, owner)) => {
                let is_owner = |owner: usize| match lines[owner].0 {
                    Origin::Kept(owner) => before[*old].1 == Some(owner),
                    _ => false,
                };
                *read == before[*old].0 && owner.map_or(before[*old].1.is_none(), is_owner)
            }
            (Origin::Hidden, (read, _)) => *read == Reads::Comment,
            (Origin::Own, (_, owner)) => {
                own = Some(index);
                owner.is_none()
            }
            (Origin::More, (_, owner)) => owner.is_some() && *owner == own,
        })
    }
}

impl Decided {
    /// A key that is commented already is what commenting out wants.
    fn commented_is_enough(self, action: &Action<'_>) -> Self {
        match (self, action) {
            (Self::NotFound(NotFound::ActiveKey), Action::Disable(_)) => {
                Self::Unchanged(Unchanged::AlreadyCommented)
            }
            (decided, _) => decided,
        }
    }
}

fn lines_of(found: &[Found]) -> Vec<usize> {
    found.iter().map(|found| found.line + 1).collect()
}

fn already_active(active: &[Found], wanted: Option<&[u8]>) -> Decided {
    let differs = |found: &&Found| wanted.is_some_and(|value| !found.has(value));
    match active.iter().find(differs) {
        Some(other) => Decided::Refused("ActiveWithOtherValue", vec![other.line + 1]),
        None => Decided::Unchanged(Unchanged::AlreadyActive),
    }
}
