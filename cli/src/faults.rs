//! Faults of a document as people see them: what is wrong, the line with the place underlined, what to do about it.

use core::{fmt::Write, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use sesam_transport::site::{Fault, Faults, Position, Source};

/// The report on `faults` of the file called `name`.
///
/// Without `source`, which there is none of where the bytes are no text, the lines are not shown.
pub(crate) fn render(
    faults: &Faults,
    name: &str,
    source: Option<&Source<'_>>,
    is_coloured: bool,
) -> String {
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    let mut report = String::new();
    for fault in faults.listed() {
        let excerpt =
            source.zip(fault.span.clone()).map(|(source, span)| Excerpt::of(source.text(), span));
        report.push_str(&renderer.render(&[group(fault, name, excerpt.as_ref())]));
        report.push_str("\n\n");
    }
    let unlisted = faults.count().saturating_sub(faults.listed().len());
    if unlisted > 0 {
        // Writing to a string does not fail.
        let _ = writeln!(report, "{} of {} faults are not shown", unlisted, faults.count());
    }
    report
}

fn group<'f>(fault: &Fault, name: &'f str, excerpt: Option<&'f Excerpt>) -> Group<'f> {
    let title = Level::ERROR.primary_title(fault.kind.to_string());
    let group = match (fault.position, excerpt) {
        (Some(place), Some(excerpt)) => {
            let mark = AnnotationKind::Primary.span(excerpt.mark.clone());
            let line = Snippet::source(&excerpt.text).line_start(place.line).annotation(mark);
            if excerpt.has_start {
                title.element(line.path(name))
            } else {
                // The column in the file is not the one in the excerpt.
                title.element(origin(name, Some(place))).element(line)
            }
        }
        (place, _) => title.element(origin(name, place)),
    };
    match fault.help() {
        Some(help) => group.element(Level::HELP.message(help)),
        None => group,
    }
}

fn origin(name: &str, place: Option<Position>) -> Origin<'_> {
    let origin = Origin::path(name);
    match place {
        Some(place) => origin.line(place.line).char_column(place.column),
        None => origin,
    }
}

/// A line of a document, cut where it is too long to be shown.
#[derive(Debug)]
struct Excerpt {
    text: String,
    /// The bytes of `text` to underline.
    mark: Range<usize>,
    /// Whether `text` starts where the line does.
    has_start: bool,
}

impl Excerpt {
    /// Characters on each side of what is wrong: a file without line breaks must not fill the screen.
    const MARGIN: usize = 60;
    const MARK_MAX: usize = 80;

    fn of(text: &str, span: Range<usize>) -> Self {
        let (before, rest) = text.split_at_checked(span.start).unwrap_or((text, ""));
        let before = before.rsplit('\n').next().unwrap_or_default();
        let rest = rest.split(['\n', '\r']).next().unwrap_or_default();
        let (marked, after) = rest.split_at_checked(span.len()).unwrap_or((rest, ""));
        let lead = last_chars(before, Self::MARGIN);
        let shown = first_chars(marked, Self::MARK_MAX);
        let trail = first_chars(after, Self::MARGIN);
        let has_start = lead.len() == before.len();
        let has_end = shown.len() == marked.len() && trail.len() == after.len();
        let cut = |is_whole| if is_whole { "" } else { "..." };
        let trail = if shown.len() == marked.len() { trail } else { "" };
        let start = cut(has_start).len() + lead.len();
        Self {
            text: [cut(has_start), lead, shown, trail, cut(has_end)].concat(),
            mark: start..start + shown.len(),
            has_start,
        }
    }
}

fn first_chars(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

fn last_chars(text: &str, count: usize) -> &str {
    let Some(last) = count.checked_sub(1) else { return "" };
    let start = text.char_indices().nth_back(last).map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
#[expect(
    clippy::needless_raw_string_hashes,
    clippy::needless_pass_by_value,
    reason = "this is how expected texts are written when they are updated, and handed over"
)]
mod tests {
    use expect_test::{Expect, expect};
    use sesam_transport::site::{Format, Site, SiteDraft, Source};

    use super::render;

    #[track_caller]
    fn shown(bytes: &[u8], format: Format, expected: Expect) {
        let source = Source::new(bytes, format);
        let report = match &source {
            Err(faults) => render(faults, "site", None, false),
            Ok(source) => {
                let faults = SiteDraft::read(source)
                    .and_then(|draft| {
                        Site::try_from(&draft).map_err(|faults| source.locate(faults))
                    })
                    .expect_err("the site is refused");
                render(&faults, "site", Some(source), false)
            }
        };
        expected.assert_eq(&report);
    }

    #[test]
    fn faults_are_underlined() {
        let text = "format_version = \"1.0\"\r\n[[hosts]]\r\nname = \"zürich\"\r\nrole = \"server\"\r\nos = \"linus\"\r\nconfigured = { ftp = 0 }\r\ninterfaces = [\"a\", \"a\"]\r\n";
        shown(
            text.as_bytes(),
            Format::Toml,
            expect![[r#"
                error: `linus` is not known here
                 --> site:5:6
                  |
                5 | os = "linus"
                  |      ^^^^^^^
                  |
                  = help: did you mean `linux`? expected `linux`, `windows`, `other` or `unknown`

                error: `0` is out of range
                 --> site:6:22
                  |
                6 | configured = { ftp = 0 }
                  |                      ^
                  |
                  = help: expected a whole number from 1 to 65535, `off` or `unknown`

                error: the interface `a` is there twice
                 --> site:7:20
                  |
                7 | interfaces = ["a", "a"]
                  |                    ^^^
                  |
                  = help: the first is in line 7

            "#]],
        );
    }

    #[test]
    fn a_long_line_is_cut() {
        let hosts = "{\"name\": \"ü\", \"role\": \"rds\", \"os\": \"linux\", \"configured\": {}, \"https_port\": 0}";
        let many = [hosts; 50].join(", ");
        let text = format!("{{\"format_version\": \"1.0\", \"hosts\": [{many}]}}");
        let source = Source::new(text.as_bytes(), Format::Json).unwrap();
        let faults = SiteDraft::read(&source).unwrap_err();
        let report = render(&faults, "site.json", Some(&source), false);
        expect![[r#"
            error: `0` is out of range
             --> site.json:1:353
              |
             ::: 
            1 | ...ole": "rds", "os": "linux", "configured": {}, "https_port": 0}, {"name": "ü", "role": "rds", "os": "linux", "configured":...
              |                                                                ^
              |
              = help: expected a whole number from 1 to 65535"#]].assert_eq(report.split("\n\n").nth(7).unwrap());
    }

    #[test]
    fn bytes_that_are_no_text_have_a_place_without_a_line() {
        shown(
            b"a = 1\n\xff",
            Format::Toml,
            expect![[r#"
            error: this is not UTF-8 text
            --> site:2:1
             = help: save it in the encoding UTF-8

        "#]],
        );
    }

    #[test]
    fn a_fault_at_the_end_of_the_text() {
        shown(
            b"{\"format_version\": ",
            Format::Json,
            expect![[r#"
                error: this is not JSON: EOF while parsing a value
                 --> site:1:19
                  |
                1 | {"format_version": 
                  |                   ^

            "#]],
        );
    }

    #[test]
    fn faults_that_are_not_listed_are_counted() {
        let text = format!("format_version = \"1.0\"\nhosts = [{}]\n", "1, ".repeat(150));
        let source = Source::new(text.as_bytes(), Format::Toml).unwrap();
        let report =
            render(&SiteDraft::read(&source).unwrap_err(), "site.toml", Some(&source), false);
        expect![[r#"
            50 of 150 faults are not shown
        "#]]
        .assert_eq(report.split("\n\n").last().unwrap());
    }
}
