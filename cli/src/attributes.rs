//! What a file has besides its bytes, and the one that is put in its place must have as well.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt as _, chown},
    path::Path,
};

/// Gives a file mode, owner and extended attributes of another one; access control lists are among these.
///
/// Owner first: changing it takes some bits of the mode away.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let (old, new) = (fs::metadata(from)?, fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        chown(to, Some(old.uid()), Some(old.gid()))?;
    }
    fs::set_permissions(to, old.permissions())?;
    for name in where_supported(xattr::list(from))?.into_iter().flatten() {
        if let Some(value) = xattr::get(from, &name)?
            && xattr::get(to, &name)?.as_deref() != Some(&value)
        {
            xattr::set(to, &name, &value)?;
        }
    }
    Ok(())
}

/// None where the file system, or all of the system, has nothing of the kind: then there is nothing to keep.
fn where_supported<T>(asked: io::Result<T>) -> io::Result<Option<T>> {
    match asked {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        asked => asked.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn mode_owner_and_attributes_of_a_file_go_over_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::File::create(&old).unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o2750)).unwrap();
        // Only root may give files away, and not every file system has attributes.
        let is_given = chown(&old, Some(12_345), Some(54_321)).is_ok();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o2750)).unwrap();
        let has_attributes = xattr::set(&old, "user.sesam", b"yes \xff").is_ok();
        fs::File::create(&new).unwrap();
        copy(&old, &new).unwrap();
        let facts = |path: &Path| {
            let found = fs::metadata(path).unwrap();
            (found.mode(), found.uid(), found.gid(), xattr::get(path, "user.sesam").unwrap_or(None))
        };
        assert_eq!(facts(&new), facts(&old));
        println!("given away: {is_given}, extended attributes: {has_attributes}");
    }

    #[test]
    fn a_file_system_without_attributes_has_none_to_keep() {
        // What file systems say, at least on Linux.
        let says = |number| where_supported::<()>(Err(io::Error::from_raw_os_error(number)));
        let (not_supported, no_such_call, not_permitted) = (95, 38, 1);
        if cfg!(target_os = "linux") {
            assert!(says(not_supported).unwrap().is_none());
            assert!(says(no_such_call).unwrap().is_none());
        }
        assert!(says(not_permitted).is_err());
        assert_eq!(where_supported(Ok(1)).unwrap(), Some(1));
    }
}
