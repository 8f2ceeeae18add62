//! `given(bytes).disabling("KEY").produces(bytes)`.

use std::num::NonZeroUsize;

use sesam_transport::ini::{
    Dialect, Edit, Match, NotFound, Planned, Refusal, Target, Unchanged, Which, plan_all,
};

/// The section of the texts here, unless one is named.
pub(super) const SECTION: &[u8] = b"S";

/// A text and the edits to be made in it.
#[derive(Clone)]
pub(super) struct Given {
    text: Vec<u8>,
    dialect: Dialect,
    names: Match,
    section: Vec<u8>,
    edits: Vec<Wanted>,
}

/// An edit with its section, key and value.
#[derive(Clone)]
struct Wanted {
    section: Vec<u8>,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Disable(Which),
    Enable,
    Set(Which),
    Insert,
    InsertCommented,
    Create,
    Remove(Which),
}

pub(super) fn given(text: impl AsRef<[u8]>) -> Given {
    Given {
        text: text.as_ref().to_vec(),
        dialect: Dialect::stpd(),
        names: Match::Exact,
        section: SECTION.to_vec(),
        edits: Vec::new(),
    }
}

pub(super) fn nth(n: usize) -> Which {
    Which::Nth(NonZeroUsize::new(n).unwrap())
}

impl Given {
    pub(super) fn read_as(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    pub(super) fn matching(mut self, names: Match) -> Self {
        self.names = names;
        self
    }

    pub(super) fn in_section(mut self, section: &str) -> Self {
        self.section = section.as_bytes().to_vec();
        self
    }

    fn edit(mut self, key: impl AsRef<[u8]>, value: Option<&[u8]>, shape: Shape) -> Self {
        let value = value.map(<[u8]>::to_vec);
        self.edits.push(Wanted {
            section: self.section.clone(),
            key: key.as_ref().to_vec(),
            value,
            shape,
        });
        self
    }

    pub(super) fn disabling(self, key: impl AsRef<[u8]>) -> Self {
        self.edit(key, None, Shape::Disable(Which::Every))
    }

    pub(super) fn disabling_of(self, which: Which, key: &str) -> Self {
        self.edit(key, None, Shape::Disable(which))
    }

    pub(super) fn enabling(self, key: impl AsRef<[u8]>) -> Self {
        self.edit(key, None, Shape::Enable)
    }

    pub(super) fn enabling_with(self, key: &str, value: &str) -> Self {
        self.edit(key, Some(value.as_bytes()), Shape::Enable)
    }

    pub(super) fn setting(self, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.edit(key, Some(value.as_ref()), Shape::Set(Which::Only))
    }

    pub(super) fn setting_of(self, which: Which, key: &str, value: &str) -> Self {
        self.edit(key, Some(value.as_bytes()), Shape::Set(which))
    }

    pub(super) fn inserting(self, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.edit(key, Some(value.as_ref()), Shape::Insert)
    }

    pub(super) fn inserting_commented(self, key: &str, value: &str) -> Self {
        self.edit(key, Some(value.as_bytes()), Shape::InsertCommented)
    }

    pub(super) fn creating(self, key: &str, value: &str) -> Self {
        self.edit(key, Some(value.as_bytes()), Shape::Create)
    }

    pub(super) fn removing(self, key: impl AsRef<[u8]>) -> Self {
        self.edit(key, None, Shape::Remove(Which::Every))
    }

    pub(super) fn removing_of(self, which: Which, key: &str) -> Self {
        self.edit(key, None, Shape::Remove(which))
    }

    fn planned(&self) -> Result<Planned<'_>, Refusal> {
        let edits: Vec<Edit<'_>> = self.edits.iter().map(|edit| self.built(edit)).collect();
        plan_all(&self.text, self.dialect, &edits).map_err(|refused| refused.refusal)
    }

    fn built<'e>(&self, edit: &'e Wanted) -> Edit<'e> {
        let Wanted { section, key, value, shape } = edit;
        let target = Target { section, key, names: self.names };
        let some = value.as_deref().unwrap_or_default();
        match *shape {
            Shape::Disable(which) => Edit::disable(target).choosing(which),
            Shape::Enable => Edit::enable(target, value.as_deref()),
            Shape::Set(which) => Edit::set(target, some).choosing(which),
            Shape::Insert => Edit::insert(target, some),
            Shape::InsertCommented => Edit::insert(target, some).commented(),
            Shape::Create => Edit::insert(target, some).creating_section(),
            Shape::Remove(which) => Edit::remove(target).choosing(which),
        }
    }

    #[track_caller]
    pub(super) fn produces(self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let planned = self.planned().unwrap_or_else(|refusal| panic!("refused: {refusal}"));
        let Planned::Changed(patch) = planned else { panic!("no change: {planned:?}") };
        let after = patch.apply(&self.text).unwrap();
        assert_eq!(shown(&after), shown(expected));
        assert_eq!(after, expected);
        assert_eq!(patch.inverse().apply(&after).unwrap(), self.text, "the inverse restores");
    }

    #[track_caller]
    pub(super) fn changes_nothing(self) {
        assert_eq!(self.planned(), Ok(Planned::Unchanged));
    }

    #[track_caller]
    pub(super) fn changes_nothing_because(self, reason: Unchanged) {
        let [edit] = self.edits.as_slice() else { panic!("one edit is meant") };
        let document = sesam_transport::ini::Document::parse(&self.text, self.dialect);
        let outcome = document.plan(&self.built(edit));
        assert_eq!(outcome, Ok(sesam_transport::ini::Outcome::Unchanged(reason)));
    }

    #[track_caller]
    pub(super) fn finds_no(self, missing: NotFound) {
        match self.planned() {
            Ok(Planned::NotFound { missing: found, .. }) => assert_eq!(found, missing),
            other => panic!("expected {missing:?} not to be found, got {other:?}"),
        }
    }

    /// The refusal, by the name of its variant, and the lines it is about.
    #[track_caller]
    pub(super) fn refuses_as(self, name: &str, lines: &[usize]) -> Refusal {
        let refusal = self.planned().expect_err("the edit was not refused");
        let debug = format!("{refusal:?}");
        assert!(debug.starts_with(name), "expected {name}, got {debug}");
        let found: Vec<usize> = refusal.places().iter().map(|place| place.line).collect();
        assert_eq!(found, lines, "{debug}");
        refusal
    }
}

pub(super) fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
