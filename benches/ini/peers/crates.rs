//! Libraries.

use std::str::FromStr as _;

use super::{Answer, Cannot, Task};

fn refused<E>(_: E) -> Cannot {
    Cannot::Refused
}

/// A streaming parser: it yields lines as they are, and all edits are spliced by hand.
pub fn ini_roundtrip(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    use ini_roundtrip::{Item, Parser};

    if task == Task::RoundTrip {
        // It does not keep the terminators, so they are taken from the text between two lines.
        let mut output = Vec::with_capacity(text.len());
        for item in Parser::new(text) {
            let (Item::Error(raw)
            | Item::Section { raw, .. }
            | Item::Property { raw, .. }
            | Item::Comment { raw }
            | Item::Blank { raw }) = item
            else {
                continue;
            };
            if output.len() < offset(text, raw) {
                output.extend_from_slice(&text.as_bytes()[output.len()..offset(text, raw)]);
            }
            output.extend_from_slice(raw.as_bytes());
        }
        output.extend_from_slice(&text.as_bytes()[output.len()..]);
        return Ok(output);
    }
    let mut inside = section.is_empty();
    let mut splices = Vec::new();
    for item in Parser::new(text) {
        match item {
            Item::Section { name, .. } => inside = name == section,
            Item::Property { key: found, val, raw } if inside && found == key => match task {
                Task::Disable => splices.push((offset(text, raw), 0, "# ")),
                Task::Set(value) => {
                    let old = val.ok_or(Cannot::Refused)?;
                    splices.push((offset(text, old), old.len(), value));
                }
                Task::Remove => {
                    let start = offset(text, raw);
                    splices.push((start, line_end(text, start + raw.len()) - start, ""));
                }
                _ => {}
            },
            Item::Comment { raw } if inside && task == Task::Enable => {
                if let Some(marker) = marker_before(raw, key) {
                    splices.push((offset(text, raw), marker, ""));
                }
            }
            _ => {}
        }
    }
    if task == Task::Enable {
        only_one(&splices)?;
    }
    spliced(text, &splices)
}

/// A tree and an editor; commenting out is composed from the places in the tree.
pub fn ini_edit(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    use ini_edit::{
        ParseOptions,
        ast::{AstNode as _, CommentLine, Entry, File},
        editor::{EditOptions, Editor, SeparatorSpacing},
    };

    let options = ParseOptions { allow_no_value: true, inline_comments: true };
    match task {
        Task::RoundTrip => {
            Ok(ini_edit::parse_with(text, &options).syntax().text().to_string().into_bytes())
        }
        Task::Disable | Task::Enable => {
            let parse = ini_edit::parse_with(text, &options);
            let file = File::cast(parse.syntax()).ok_or(Cannot::Refused)?;
            let mut splices = Vec::new();
            let mut disable = |entry: Entry| {
                if task == Task::Disable && entry.key().as_deref() == Some(key) {
                    let start = usize::from(entry.syntax().text_range().start());
                    splices.push((line_start(text, start), 0, "# "));
                }
            };
            if section.is_empty() {
                file.preamble_entries().for_each(&mut disable);
            }
            let named = || file.sections().filter(|one| one.name().as_deref() == Some(section));
            named().for_each(|one| one.entries().for_each(&mut disable));
            let mut enable = |line: CommentLine| {
                let start = usize::from(line.syntax().text_range().start());
                let end = usize::from(line.syntax().text_range().end());
                if let Some(marker) = marker_before(&text[start..end], key) {
                    splices.push((start, marker, ""));
                }
            };
            if task == Task::Enable {
                named().for_each(|one| one.comment_lines().for_each(&mut enable));
                only_one(&splices)?;
            }
            spliced(text, &splices)
        }
        Task::Set(_) | Task::Remove => {
            let spacing = EditOptions { separator_spacing: SeparatorSpacing::Preserve };
            let mut editor = Editor::new(text, &options, &spacing).map_err(refused)?;
            let mut found = false;
            for index in 0..=editor.section_count() {
                let mut one = if index == 0 {
                    editor.preamble()
                } else {
                    editor.section_at(index - 1).ok_or(Cannot::Refused)?
                };
                if one.name().unwrap_or_default() != section || (index == 0) != section.is_empty() {
                    continue;
                }
                if let Task::Set(value) = task {
                    if let Some(mut entry) = one.entry(key) {
                        entry.set_value(value).map_err(refused)?;
                        found = true;
                        break;
                    }
                } else {
                    while one.remove_entry(key).map_err(refused)? {
                        found = true;
                    }
                }
            }
            if found { Ok(editor.finish().into_bytes()) } else { Err(Cannot::Refused) }
        }
    }
}

pub fn ini_preserve(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let mut ini = ini_preserve::Ini::parse(text).map_err(refused)?;
    match task {
        Task::RoundTrip => {}
        Task::Set(value) => ini.set(section, key, value),
        Task::Remove => while ini.remove(section, key) {},
        Task::Disable | Task::Enable => return Err(Cannot::NoWay),
    }
    Ok(ini.to_string().into_bytes())
}

pub fn gix_config(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    use gix_config::{
        File,
        file::{Metadata, init::Options},
    };

    if matches!(task, Task::Disable | Task::Enable) {
        return Err(Cannot::NoWay);
    }
    let options = Options::default();
    let mut file =
        File::from_bytes_no_includes(text.as_bytes(), Metadata::api(), options).map_err(refused)?;
    match task {
        Task::Set(value) => {
            file.set_existing_raw_value_by(section, None, key, value).map_err(refused)?;
        }
        Task::Remove => {
            let mut one = file.section_mut(section, None).map_err(refused)?;
            while one.remove(key).is_some() {}
        }
        _ => {}
    }
    Ok(file.to_bstring().into())
}

pub fn systemd_unit_edit(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    if matches!(task, Task::Disable | Task::Enable) {
        return Err(Cannot::NoWay);
    }
    let unit = systemd_unit_edit::SystemdUnit::from_str(text).map_err(refused)?;
    if task != Task::RoundTrip {
        let mut one = unit.get_section(section).ok_or(Cannot::Refused)?;
        match task {
            Task::Set(value) => one.set(key, value),
            _ => one.remove_all(key),
        }
    }
    Ok(unit.text().into_bytes())
}

pub fn rust_ini(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    use ini::{EscapePolicy, Ini};

    let mut file = Ini::load_from_str_noescape(text).map_err(refused)?;
    let name = (!section.is_empty()).then_some(section);
    match task {
        Task::RoundTrip => {}
        Task::Set(value) => {
            file.section_mut(name).ok_or(Cannot::Refused)?.insert(key, value);
        }
        Task::Remove => {
            file.section_mut(name).ok_or(Cannot::Refused)?.remove_all(key).for_each(drop);
        }
        Task::Disable | Task::Enable => return Err(Cannot::NoWay),
    }
    let mut output = Vec::with_capacity(text.len());
    file.write_to_policy(&mut output, EscapePolicy::Nothing).map_err(refused)?;
    Ok(output)
}

pub fn ini_doc(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let mut file = ini_doc::Ini::from_str(text).map_err(refused)?;
    let name = (!section.is_empty()).then_some(section);
    match task {
        Task::RoundTrip => {}
        Task::Set(value) => file.set_property(name, key, Some(value)).map_err(refused)?,
        Task::Remove => {
            file.remove_property(name, key);
        }
        Task::Disable | Task::Enable => return Err(Cannot::NoWay),
    }
    Ok(file.to_string().into_bytes())
}

pub fn configparser(text: &str, section: &str, key: &str, task: Task<'_>) -> Answer {
    let mut file = configparser::ini::Ini::new_cs();
    file.read(text.to_owned()).map_err(refused)?;
    let section = if section.is_empty() { "default" } else { section };
    match task {
        Task::RoundTrip => {}
        Task::Set(value) => {
            file.setstr(section, key, Some(value));
        }
        Task::Remove => {
            file.remove_key(section, key);
        }
        Task::Disable | Task::Enable => return Err(Cannot::NoWay),
    }
    Ok(file.writes().into_bytes())
}

fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// Behind the terminator that begins at `at`.
fn line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let terminator = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
    at + terminator
}

/// The length of one marker and one space, if what follows is the key with a delimiter.
fn marker_before(line: &str, key: &str) -> Option<usize> {
    let hidden = line.strip_prefix(['#', ';'])?;
    let hidden = hidden.strip_prefix(' ').unwrap_or(hidden);
    let behind = hidden.trim_start().strip_prefix(key)?;
    let is_key = behind.trim_start_matches([' ', '\t']).starts_with(['=', ':']);
    is_key.then_some(line.len() - hidden.len())
}

/// Which of several commented lines is meant, nobody said.
fn only_one(splices: &[(usize, usize, &str)]) -> Result<(), Cannot> {
    if splices.len() == 1 { Ok(()) } else { Err(Cannot::Refused) }
}

/// The text with other bytes in the place of ranges, given as start and length in order.
fn spliced(text: &str, splices: &[(usize, usize, &str)]) -> Answer {
    if splices.is_empty() {
        return Err(Cannot::Refused);
    }
    let added: usize = splices.iter().map(|(_, _, new)| new.len()).sum();
    let mut output = Vec::with_capacity(text.len() + added);
    let mut done = 0;
    for (start, len, new) in splices {
        output.extend_from_slice(&text.as_bytes()[done..*start]);
        output.extend_from_slice(new.as_bytes());
        done = start + len;
    }
    output.extend_from_slice(&text.as_bytes()[done..]);
    Ok(output)
}
