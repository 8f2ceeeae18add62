//! Tricky texts with exact results, on both routes.

pub(super) mod cases;

use sesam_transport::ini::{
    Dialect, Document, Edit, Match, Outcome, Refusal, Target, Unchanged, plan,
};

use self::cases::{CASES, Case, Expected, Family, Kind, Why};
use super::verbs::shown;

impl Case {
    fn dialect(&self) -> Dialect {
        match self.family {
            Family::Stpd => Dialect::stpd(),
            Family::Generic => Dialect::generic(),
            Family::Python => Dialect::python(),
            Family::Systemd => Dialect::systemd(),
            Family::Git => Dialect::git(),
        }
    }

    fn target(&self) -> Target<'static> {
        let names = if self.caseless { Match::IgnoreCase } else { Match::Exact };
        Target { section: self.section, key: self.key, names }
    }

    /// The edit of `text` gives what is expected, on both routes; yields what it leaves.
    fn gives(&self, verb: &str, text: &[u8], edit: &Edit<'_>, expected: &Expected) -> Vec<u8> {
        let asked = format!("{:?}, {}: {verb}", self.kind, self.name);
        let document = Document::parse(text, self.dialect());
        let outcome = document.plan(edit);
        assert_eq!(plan(text, self.dialect(), edit), outcome, "{asked}: the routes differ");
        let left = match &outcome {
            Ok(Outcome::Changed(patch)) => patch.apply(text).unwrap(),
            _ => text.to_vec(),
        };
        if let Some(bytes) = expected.bytes(&self.text()) {
            assert!(matches!(outcome, Ok(Outcome::Changed(_))), "{asked}: {outcome:?}");
            assert!(left == bytes, "{asked}: {}, not {}", brief(&left), brief(&bytes));
        } else {
            assert!(is_as_said(&outcome, expected), "{asked}: {outcome:?}, not {expected:?}");
        }
        left
    }

    fn holds(&self) {
        let text = self.text();
        crate::ini_laws::round_trip(&text, self.dialect());
        let (target, results) = (self.target(), &self.results);
        let disabled = self.gives("disable", &text, &Edit::disable(target), &results.disable);
        self.gives("enable", &disabled, &Edit::enable(target, self.wanted), &results.enable);
        self.gives("set", &text, &Edit::set(target, self.value), &results.set);
        self.gives("remove", &text, &Edit::remove(target), &results.remove);
    }
}

/// The beginning of a text: the long ones would hide the message.
fn brief(bytes: &[u8]) -> String {
    shown(bytes.get(..200).unwrap_or(bytes))
}

fn is_as_said(outcome: &Result<Outcome<'_>, Refusal>, expected: &Expected) -> bool {
    match (outcome, expected) {
        (Ok(Outcome::Unchanged(why)), Expected::Unchanged) => {
            matches!(why, Unchanged::AlreadyCommented | Unchanged::SameValue)
        }
        (Ok(Outcome::NotFound(_)), Expected::NotFound) => true,
        (Err(refusal), Expected::Refused(why)) => why_of(refusal) == Some(*why),
        _ => false,
    }
}

fn why_of(refusal: &Refusal) -> Option<Why> {
    Some(match refusal {
        Refusal::UnsupportedEncoding { encoding, .. } => Why::Encoding(encoding.name()),
        Refusal::AmbiguousActive { .. } => Why::Ambiguous,
        Refusal::AmbiguousCommented { .. } => Why::AmbiguousCommented,
        Refusal::NoCandidateWithValue { .. } => Why::NoCandidate,
        Refusal::BareKey { .. } => Why::BareKey,
        Refusal::Continued { .. } => Why::Continued,
        Refusal::WouldNotReadBack { .. } => Why::WouldNotReadBack,
        Refusal::ChangesOtherLines { .. } => Why::ChangesOtherLines,
        Refusal::ActiveWithOtherValue { .. } | Refusal::NoSuchSection { .. } => return None,
    })
}

#[test]
fn every_case_gives_exactly_what_was_written_down() {
    CASES.iter().for_each(Case::holds);
}

#[test]
fn no_kind_is_without_cases() {
    assert!(CASES.len() >= 80, "only {} cases", CASES.len());
    for kind in Kind::ALL {
        let names: Vec<_> =
            CASES.iter().filter(|case| case.kind == kind).map(|case| case.name).collect();
        assert!(names.len() >= 2, "{kind:?} has only {names:?}");
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), names.len(), "{kind:?} has a name twice");
    }
}

/// A replacement that finds nothing, or whose result is the text itself, would test nothing.
#[test]
fn every_expected_change_is_one() {
    for Case { name, kind, results, .. } in CASES {
        let text = CASES.iter().find(|case| case.kind == *kind && case.name == *name);
        let text = text.unwrap().text();
        for expected in [results.disable, results.set, results.remove] {
            let changes = matches!(expected, Expected::Bytes(_) | Expected::Put { .. });
            assert_eq!(expected.bytes(&text).is_some_and(|bytes| bytes != text), changes, "{name}");
        }
    }
}

/// Nothing in these texts can be told apart, so there is no key to be found, nor a search that
/// does not end.
#[test]
fn a_wide_encoding_has_no_keys() {
    for case in CASES.iter().filter(|case| case.kind == Kind::WideEncoding) {
        let text = case.text();
        let document = Document::parse(&text, case.dialect());
        for section in [&b""[..], case.section] {
            assert_eq!(document.occurrences(section, case.key, Match::Exact).count(), 0);
        }
    }
}
