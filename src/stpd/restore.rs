//! Bringing all three ports, and settings, back to an earlier state at once.

use super::change::IniKey;
use super::edits::{applied, disable, enable, set, unset};
use super::key::{is_section, lines_of, lines_of_key, parse};
use super::reading::StpdIni;
use super::rewrite::RewriteRefused;
use super::setting::IniSettings;
use crate::ini::{Document, Line, Occurrence, Patch, Refusal, Span};
use crate::site::{PortState, Ports, SettingValue, Transport};

/// What is to be restored.
pub(super) struct Target<'t> {
    pub(super) ports: Ports,
    pub(super) settings: &'t [(IniKey<'t>, SettingValue<&'t str>)],
}

/// Plans the restoration of `target` in `text`.
///
/// Where everything but the lines of the ports and of the settings is still as in `original`, the result is made from
/// that, so that it does not depend on the edits in between, and equals it byte for byte where its own states are wanted.
pub(super) fn restore(
    text: &[u8],
    target: &Target<'_>,
    original: Option<&[u8]>,
) -> Result<Patch<'static>, RewriteRefused> {
    let document = parse(text);
    if !document.encoding().is_editable() {
        let place = document.place(Span::new(0, text.len()));
        return Err(Refusal::UnsupportedEncoding { encoding: document.encoding(), place }.into());
    }
    match original {
        Some(original) if target.is_ours(text, original) => {
            let wanted = target.of_original(original)?;
            Ok(target.between(text, &wanted, original))
        }
        _ => target.in_place(text, original),
    }
}

impl Target<'_> {
    /// The original with the ports and settings that are wanted otherwise.
    fn of_original(&self, original: &[u8]) -> Result<Vec<u8>, RewriteRefused> {
        let mut text = original.to_vec();
        for transport in Transport::ALL {
            let wanted = self.ports.of(transport);
            if wanted != PortState::Unknown {
                text = bring(text, transport, wanted)?;
            }
        }
        for &(key, wanted) in self.settings {
            text = bring_setting(text, key, wanted)?;
        }
        Ok(text)
    }

    /// The text with the ports and settings that are wanted otherwise, whatever else was changed in it.
    fn in_place(
        &self,
        text: &[u8],
        original: Option<&[u8]>,
    ) -> Result<Patch<'static>, RewriteRefused> {
        let mut after = text.to_vec();
        for transport in Transport::ALL {
            let wanted = self.ports.of(transport);
            if wanted != PortState::Unknown {
                after = bring(after, transport, wanted)?;
            } else if !original.is_some_and(|original| has_same_lines(text, original, transport)) {
                return Err(RewriteRefused::OldLinesUnknown { transport });
            }
        }
        for &(key, wanted) in self.settings {
            let is_kept = || original.is_some_and(|original| has_same_setting(text, original, key));
            if wanted == SettingValue::Unknown && !is_kept() {
                return Err(RewriteRefused::OldSettingUnknown { key: key.key.to_owned() });
            }
            after = bring_setting(after, key, wanted)?;
        }
        Ok(self.between(text, &after, text))
    }

    /// Whether `text` differs from `original` in nothing but what our own edits change: the lines of the ports and of the
    /// settings, a section where it was missing, and the end of a last line that had none.
    fn is_ours(&self, text: &[u8], original: &[u8]) -> bool {
        let (now, before) = (parse(text), parse(original));
        // Without an LF a CR ends a line; an edit may bring the first LF only where there is no CR.
        let same_lines = now.newlines() == before.newlines() || !original.contains(&b'\r');
        if now.encoding() != before.encoding() || !same_lines {
            return false;
        }
        let (now, before) = (self.rest(&now, original), self.rest(&before, original));
        now.len() == before.len()
            && now.iter().zip(&before).all(|(now, before)| {
                let (now, before_text) = (now.span.of(text), before.span.of(original));
                let end = now.strip_prefix(before_text);
                end.is_some_and(|end| end.is_empty() || before.terminator().is_empty())
            })
    }

    /// The lines that no change of ports or settings touches; a section that `original` lacks is one that we made.
    fn rest(&self, document: &Document<'_>, original: &[u8]) -> Vec<Line> {
        let original = parse(original);
        let ports = Transport::ALL.into_iter().flat_map(|transport| lines_of(document, transport));
        let settings = self.settings.iter().flat_map(|&(key, _)| lines_of_key(document, key));
        let mut touched: Vec<usize> = ports.chain(settings).map(|line| line.line()).collect();
        let is_ours = |name: &[u8]| {
            let is_named = is_section(name) || self.settings.iter().any(|(key, _)| key.is_in(name));
            let same = |old: &[u8]| old.eq_ignore_ascii_case(name);
            is_named && !original.sections().any(|block| same(block.name()))
        };
        let ours = document.sections().filter(|block| is_ours(block.name()));
        touched.extend(ours.filter_map(|block| block.line()));
        touched.sort_unstable();
        document.lines().filter(|line| touched.binary_search(&line.number).is_err()).collect()
    }

    /// The change from `text` to `wanted`, line by line between the lines that both share.
    fn between(&self, text: &[u8], wanted: &[u8], original: &[u8]) -> Patch<'static> {
        let shared = self.rest(&parse(text), original).into_iter().map(|line| line.span);
        let kept = self.rest(&parse(wanted), original).into_iter().map(|line| line.span);
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

/// Leaves a setting alone that is as wanted, and never fails on a line without value: it is commented out.
fn bring_setting(
    text: Vec<u8>,
    key: IniKey<'_>,
    wanted: SettingValue<&str>,
) -> Result<Vec<u8>, RewriteRefused> {
    let is_there = IniSettings::read(&text)
        .is_ok_and(|ini| ini.setting(key.section, key.key).value() == wanted);
    if is_there {
        return Ok(text);
    }
    let after = match wanted {
        SettingValue::Text(value) => match set(&text, key, value) {
            Err(Refusal::BareKey { .. }) => {
                let closed = applied(&unset(&text, key)?, &text);
                applied(&set(&closed, key, value)?, &closed)
            }
            patch => applied(&patch?, &text),
        },
        SettingValue::Absent => applied(&unset(&text, key)?, &text),
        SettingValue::Unknown => text,
    };
    Ok(after)
}

/// Whether the lines with the key of this transport are the same in both.
fn has_same_lines(text: &[u8], original: &[u8], transport: Transport) -> bool {
    let (now, before) = (parse(text), parse(original));
    let has_section =
        |document: &Document<'_>| document.sections().any(|block| is_section(block.name()));
    has_section(&now) == has_section(&before)
        && contents(&now, lines_of(&now, transport))
            == contents(&before, lines_of(&before, transport))
}

/// Whether the lines with a key that is no port are the same in both.
fn has_same_setting(text: &[u8], original: &[u8], key: IniKey<'_>) -> bool {
    let (now, before) = (parse(text), parse(original));
    contents(&now, lines_of_key(&now, key)) == contents(&before, lines_of_key(&before, key))
}

/// Lines without what ends them.
fn contents<'a>(
    document: &Document<'_>,
    lines: impl Iterator<Item = Occurrence<'a>>,
) -> Vec<Vec<u8>> {
    let bytes = document.to_bytes();
    lines.map(|line| content(bytes, line.span()).to_vec()).collect()
}

fn content(text: &[u8], line: Span) -> &[u8] {
    let line = line.of(text);
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
