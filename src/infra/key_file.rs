//! Keys that an installation makes for itself: 32 random bytes, in a file that only its user can read.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The key called `name` in `folder`. The first who asks makes it; all others get the same.
pub fn read_or_make_key(folder: &Path, name: &str) -> anyhow::Result<[u8; 32]> {
    let file = folder.join(name);
    if !file.exists() {
        make_key(folder, name)?;
    }
    read_key(&file)
}

/// Makes a key called `name` in `folder`. False if there is one already.
pub fn make_key(folder: &Path, name: &str) -> anyhow::Result<bool> {
    fs::create_dir_all(folder)?;
    // Written under another name first, so that whoever finds the key finds all of it.
    let draft = folder.join(format!(".{name}-{}", uuid::Uuid::now_v7()));
    let fresh: [u8; 32] = rand::random();
    let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    made.write_all(hex::encode(fresh).as_bytes())?;
    made.sync_all()?;
    let placed = fs::hard_link(&draft, folder.join(name));
    fs::remove_file(&draft)?;
    match placed {
        Ok(()) => {
            File::open(folder)?.sync_all()?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The key in a file.
pub fn read_key(file: &Path) -> anyhow::Result<[u8; 32]> {
    let mut key = [0; 32];
    hex::decode_to_slice(fs::read_to_string(file)?.trim(), &mut key)
        .map_err(|error| anyhow::anyhow!("{} is not a key: {error}", file.display()))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use super::*;

    #[test]
    fn all_who_ask_at_once_get_the_same_key_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");

        let asking: Vec<_> = (0..8)
            .map(|_| {
                let keys = keys.clone();
                thread::spawn(move || read_or_make_key(&keys, "a.key").unwrap())
            })
            .collect();
        let got: HashSet<_> = asking.into_iter().map(|asks| asks.join().unwrap()).collect();

        assert_eq!(got.len(), 1);
        assert!(!got.contains(&read_or_make_key(&keys, "b.key").unwrap()));
        let mode = keys.join("a.key").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 2, "no drafts are left");
    }
}
