//! The least that any program needs for the same task, without a parser.

use memchr::{memchr_iter, memmem, memrchr};

/// A copy of the bytes in a fresh buffer.
pub fn plain_clone(text: &[u8]) -> Vec<u8> {
    text.to_vec()
}

/// Every line end is visited, nothing is done with it.
pub fn newline_scan(text: &[u8]) -> usize {
    memchr_iter(b'\n', text).fold(0, |sum, at| sum ^ at)
}

/// Every line is visited: its first byte, and one comparison where that one fits. Then one splice.
pub fn line_walk(text: &[u8], section: &str, key: &str) -> Option<Vec<u8>> {
    let (section, key) = (section.as_bytes(), key.as_bytes());
    let (mut start, mut inside, mut found) = (0, false, None);
    for end in memchr_iter(b'\n', text) {
        let line = &text[start..end];
        match line.first() {
            Some(b'[') => inside = opens(line, section),
            Some(first) if *first == key[0] && inside && is_key_line(line, key) => {
                found = Some(start);
            }
            _ => {}
        }
        start = end + 1;
    }
    found.map(|at| splice(text, at))
}

/// The key's bytes are searched for, and each hit is walked back to its header. Then one splice.
pub fn key_search(text: &[u8], section: &str, key: &str) -> Option<Vec<u8>> {
    let (section, key) = (section.as_bytes(), key.as_bytes());
    let finder = memmem::Finder::new(key);
    let at = finder
        .find_iter(text)
        .filter(|&at| at == 0 || text[at - 1] == b'\n')
        .filter(|&at| is_key_line(&text[at..], key))
        .filter(|&at| header_before(text, at).is_some_and(|header| opens(header, section)))
        .last()?;
    Some(splice(text, at))
}

fn opens(header: &[u8], section: &[u8]) -> bool {
    header[1..].starts_with(section) && header.get(section.len() + 1) == Some(&b']')
}

fn is_key_line(line: &[u8], key: &[u8]) -> bool {
    line.starts_with(key) && matches!(line.get(key.len()), Some(b'=' | b' '))
}

fn header_before(text: &[u8], mut at: usize) -> Option<&[u8]> {
    loop {
        at = memrchr(b'[', &text[..at])?;
        if at == 0 || text[at - 1] == b'\n' {
            return Some(&text[at..]);
        }
    }
}

fn splice(text: &[u8], at: usize) -> Vec<u8> {
    let (before, after) = text.split_at(at);
    let mut output = Vec::with_capacity(text.len() + 2);
    output.extend_from_slice(before);
    output.extend_from_slice(b"# ");
    output.extend_from_slice(after);
    output
}
