//! `given(bytes).changing(change).produces(bytes)`.

use expect_test::Expect;
use sesam_transport::site::{PortState, Ports, Transport};
use sesam_transport::stpd::{Change, Rewrite, RewriteRefused, SecondOpinion, StpdIni, rewrite};

/// A stpd.ini under test.
pub(super) struct Given(Vec<u8>);

pub(super) fn given(text: impl AsRef<[u8]>) -> Given {
    Given(text.as_ref().to_vec())
}

impl Given {
    pub(super) fn changing(self, change: Change<'_>) -> Changed {
        let Self(text) = self;
        let outcome = rewrite(&text, change);
        Changed { text, outcome }
    }

    /// Asserts the ports, and the lines that each comes from.
    #[track_caller]
    pub(super) fn reads(self, expected: [(PortState, &[usize]); 3]) {
        let ini = StpdIni::read(&self.0).unwrap();
        let found = Transport::ALL.map(|transport| {
            let setting = ini.setting(transport);
            assert_eq!(ini.ports().of(transport), setting.state());
            let lines: Vec<usize> = setting.lines().iter().map(|place| place.line).collect();
            (setting.state(), lines)
        });
        assert_eq!(found, expected.map(|(state, lines)| (state, lines.to_vec())));
    }

    /// Asserts the state of the FTP port and the lines it comes from.
    #[track_caller]
    pub(super) fn has_ftp(self, state: PortState, lines: &[usize]) {
        let ini = StpdIni::read(&self.0).unwrap();
        let setting = ini.setting(Transport::Ftp);
        let found: Vec<usize> = setting.lines().iter().map(|place| place.line).collect();
        assert_eq!((setting.state(), found.as_slice()), (state, lines));
    }
}

/// What a change came to.
pub(super) struct Changed {
    text: Vec<u8>,
    outcome: Result<Rewrite, RewriteRefused>,
}

impl Changed {
    #[track_caller]
    fn done(&self) -> &Rewrite {
        match &self.outcome {
            Ok(done) => done,
            Err(refusal) => panic!("refused: {refusal}"),
        }
    }

    /// Asserts the bytes after the change, and that both readers and the way back agree with it.
    #[track_caller]
    pub(super) fn produces(self, expected: impl AsRef<[u8]>) -> Given {
        assert_eq!(self.done().second_opinion(), &SecondOpinion::Agrees);
        self.produces_unread(expected)
    }

    /// As `produces`, whatever the second reader says.
    #[track_caller]
    pub(super) fn produces_unread(self, expected: impl AsRef<[u8]>) -> Given {
        let done = self.done();
        let expected = expected.as_ref();
        assert_eq!(done.after().escape_ascii().to_string(), expected.escape_ascii().to_string());
        assert_eq!(done.patch().apply(&self.text).unwrap(), expected);
        assert_eq!(done.patch().inverse().apply(expected).unwrap(), self.text);
        assert_eq!(done.is_unchanged(), self.text == expected);
        given(expected)
    }

    #[track_caller]
    pub(super) fn changes_nothing(self) {
        let text = self.text.clone();
        self.produces(text);
    }

    /// Asserts why the second reader has no opinion.
    #[track_caller]
    pub(super) fn has_no_second_opinion(&self, expected: Expect) {
        let SecondOpinion::NotAvailable { reason } = self.done().second_opinion() else {
            panic!("the second reader agrees");
        };
        expected.assert_eq(reason);
    }

    #[track_caller]
    #[expect(clippy::wrong_self_convention, reason = "it ends the sentence of a test")]
    pub(super) fn is_refused(self, expected: Expect) {
        match self.outcome {
            Ok(done) => panic!("not refused: {}", done.after().escape_ascii()),
            Err(refusal) => expected.assert_eq(&refusal.to_string()),
        }
    }
}

/// A restoration of `ports` where the file once was `original`.
pub(super) fn restore(ports: Ports, original: &[u8]) -> Change<'_> {
    Change::Restore { ports, settings: &[], original: Some(original) }
}
