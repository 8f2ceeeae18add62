//! Bringing all three ports back to an earlier state at once.

use super::edits::{applied, disable, enable};
use super::key::{is_section, lines_of, parse};
use super::reading::StpdIni;
use super::rewrite::RewriteRefused;
use crate::ini::{Document, Line, Patch, Refusal, Span};
use crate::site::{PortState, Ports, Transport};

/// Plans the restoration of `ports` in `text`.
///
/// Where everything but the lines of the ports is still as in `original`, the result is made from that, so that it does
/// not depend on the edits in between, and equals it byte for byte where its own states are wanted.
pub(super) fn restore(
    text: &[u8],
    ports: Ports,
    original: Option<&[u8]>,
) -> Result<Patch<'static>, RewriteRefused> {
    let document = parse(text);
    if !document.encoding().is_editable() {
        let place = document.place(Span::new(0, text.len()));
        return Err(Refusal::UnsupportedEncoding { encoding: document.encoding(), place }.into());
    }
    match original {
        Some(original) if is_ours(text, original) => {
            let wanted = wanted_of_original(original, ports)?;
            Ok(between(text, &wanted, original))
        }
        _ => in_place(text, ports, original),
    }
}

/// The original with the ports that are wanted otherwise.
fn wanted_of_original(original: &[u8], ports: Ports) -> Result<Vec<u8>, RewriteRefused> {
    let mut text = original.to_vec();
    for transport in Transport::ALL {
        let wanted = ports.of(transport);
        if wanted != PortState::Unknown {
            text = bring(text, transport, wanted)?;
        }
    }
    Ok(text)
}

/// The text with the ports that are wanted otherwise, whatever else was changed in it.
fn in_place(
    text: &[u8],
    ports: Ports,
    original: Option<&[u8]>,
) -> Result<Patch<'static>, RewriteRefused> {
    let mut after = text.to_vec();
    for transport in Transport::ALL {
        let wanted = ports.of(transport);
        if wanted != PortState::Unknown {
            after = bring(after, transport, wanted)?;
        } else if !original.is_some_and(|original| has_same_lines(text, original, transport)) {
            return Err(RewriteRefused::OldLinesUnknown { transport });
        }
    }
    Ok(between(text, &after, text))
}

/// Leaves a port alone that is as wanted, and never fails on lines that contradict each other: they are commented out.
fn bring(
    text: Vec<u8>,
    transport: Transport,
    wanted: PortState,
) -> Result<Vec<u8>, RewriteRefused> {
    if StpdIni::read(&text).is_ok_and(|ini| ini.ports().of(transport) == wanted) {
        return Ok(text);
    }
    let after = match wanted {
        PortState::On(number) => match enable(&text, transport, number) {
            Err(Refusal::AmbiguousActive { .. } | Refusal::BareKey { .. }) => {
                let closed = applied(&disable(&text, transport)?, &text);
                applied(&enable(&closed, transport, number)?, &closed)
            }
            patch => applied(&patch?, &text),
        },
        PortState::Off => applied(&disable(&text, transport)?, &text),
        PortState::Unknown => text,
    };
    Ok(after)
}

/// Whether the lines with the key of this transport are the same in both.
fn has_same_lines(text: &[u8], original: &[u8], transport: Transport) -> bool {
    let (text, original) = (parse(text), parse(original));
    let has_section =
        |document: &Document<'_>| document.sections().any(|block| is_section(block.name()));
    let lines = |document: &Document<'_>| -> Vec<Vec<u8>> {
        let bytes = document.to_bytes();
        lines_of(document, transport).map(|line| content(bytes, line.span()).to_vec()).collect()
    };
    has_section(&text) == has_section(&original) && lines(&text) == lines(&original)
}

/// A line without what ends it.
fn content(text: &[u8], line: Span) -> &[u8] {
    let line = line.of(text);
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whether `text` differs from `original` in nothing but what our own edits change: the lines of the ports, the section
/// where it was missing, and the end of a last line that had none.
fn is_ours(text: &[u8], original: &[u8]) -> bool {
    let (now, before) = (parse(text), parse(original));
    // Without an LF a CR ends a line; an edit may bring the first LF only where there is no CR.
    let same_lines = now.newlines() == before.newlines() || !original.contains(&b'\r');
    if now.encoding() != before.encoding() || !same_lines {
        return false;
    }
    let (now, before) = (rest(&now, original), rest(&before, original));
    now.len() == before.len()
        && now.iter().zip(&before).all(|(now, before)| {
            let (now, before_text) = (now.span.of(text), before.span.of(original));
            let end = now.strip_prefix(before_text);
            end.is_some_and(|end| end.is_empty() || before.terminator().is_empty())
        })
}

/// The lines that no change of ports touches; a section that `original` lacks is one that we made.
fn rest(document: &Document<'_>, original: &[u8]) -> Vec<Line> {
    let lacks_section = !parse(original).sections().any(|block| is_section(block.name()));
    let mut touched: Vec<usize> = Transport::ALL
        .into_iter()
        .flat_map(|transport| lines_of(document, transport).map(|line| line.line()))
        .collect();
    if lacks_section {
        let ours = document.sections().filter(|block| is_section(block.name()));
        touched.extend(ours.filter_map(|block| block.line()));
    }
    touched.sort_unstable();
    document.lines().filter(|line| touched.binary_search(&line.number).is_err()).collect()
}

/// The change from `text` to `wanted`, line by line between the lines that both share.
fn between(text: &[u8], wanted: &[u8], original: &[u8]) -> Patch<'static> {
    let shared = rest(&parse(text), original).into_iter().map(|line| line.span);
    let kept = rest(&parse(wanted), original).into_iter().map(|line| line.span);
    let ends = (Span::new(text.len(), text.len()), Span::new(wanted.len(), wanted.len()));
    let mut splices = Vec::new();
    let (mut at, mut kept_at) = (0, 0);
    for (shared, kept) in shared.zip(kept).chain([ends]) {
        splices.push((Span::new(at, shared.start), Span::new(kept_at, kept.start).of(wanted)));
        splices.push((shared, kept.of(wanted)));
        (at, kept_at) = (shared.end, kept.end);
    }
    Patch::splicing(text, splices).into_owned()
}
