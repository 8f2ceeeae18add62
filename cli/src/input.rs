//! Reads what the arguments name.

use std::{
    borrow::Cow,
    ffi::OsStr,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use sesam_transport::site::Format;

use crate::failure::Failure;

/// Whether the argument stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::Read(path.to_owned(), error);
    if is_standard_input(path) {
        return standard_input().map_err(failed);
    }
    file(path).map_err(failed)
}

/// A file that is redirected here is read into a buffer of its size.
#[cfg(unix)]
fn standard_input() -> io::Result<Vec<u8>> {
    use std::os::fd::AsFd as _;
    let mut bytes = Vec::new();
    let mut file = fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes of a file that a document names.
pub(crate) fn file(path: &Path) -> io::Result<Vec<u8>> {
    // Reading a directory fails in other words on each system.
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
    }
    fs::read(path)
}

/// The format of a document by its name; standard input is JSON.
pub(crate) fn format_of(path: &Path) -> Option<Format> {
    match path.to_str() {
        Some("-") => Some(Format::Json),
        Some(name) => Format::of_file_name(name),
        None => Format::of_file_name(&path.to_string_lossy()),
    }
}

/// The folder that paths inside the document at `path` are relative to.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !is_standard_input(path) => parent.to_owned(),
        _ => PathBuf::new(),
    }
}

/// An argument as bytes: what an INI file holds need not be text.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(crate) fn argument_bytes(argument: &OsStr) -> Result<Cow<'_, [u8]>, Failure> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(Cow::Borrowed(argument.as_bytes()))
}

/// An argument as bytes: where arguments are not bytes, they must be Unicode.
#[cfg(not(unix))]
pub(crate) fn argument_bytes(argument: &OsStr) -> Result<Cow<'_, [u8]>, Failure> {
    match argument.to_str() {
        Some(text) => Ok(Cow::Borrowed(text.as_bytes())),
        None => Err(Failure::Refused(format!(
            "the argument `{}` is not valid Unicode",
            argument.to_string_lossy()
        ))),
    }
}
