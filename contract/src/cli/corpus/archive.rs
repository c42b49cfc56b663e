//! Many small text files in one compressed block. The build script packs the corpus into it, and the
//! command unpacks it.

#![allow(dead_code, reason = "the build script unpacks nothing, and the command packs nothing")]

use std::fs;
use std::io;
use std::path::Path;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec;

/// Deflate's default. The build script is not optimised, so more would take seconds for little.
const LEVEL: u8 = 6;

/// Ends every name and every text.
const END: char = '\0';

/// A file of the corpus: its path below the folder of the corpus, and its text.
pub(crate) type TextFile = (String, String);

/// The files of a folder and of the folders in it, in the order of their names, folder by folder.
pub(crate) fn read(folder: &Path) -> io::Result<Vec<TextFile>> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    Ok(files)
}

fn collect(path: &Path, name: &str, files: &mut Vec<TextFile>) -> io::Result<()> {
    let context = |error: io::Error| {
        io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display()))
    };
    if !path.is_dir() {
        let text = fs::read_to_string(path).map_err(context)?;
        if text.contains(END) {
            return Err(context(io::Error::other("it contains a NUL, so it is not a text")));
        }
        files.push((name.to_owned(), text));
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(context)?.map(|entry| entry.map(|it| it.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>().map_err(context)?;
    entries.sort();
    for entry in entries {
        let Some(last) = entry.file_name().and_then(|last| last.to_str()) else { continue };
        let name = if name.is_empty() { last.to_owned() } else { format!("{name}/{last}") };
        collect(&entry, &name, files)?;
    }
    Ok(())
}

/// The files in one block.
pub(crate) fn pack(files: &[TextFile]) -> Vec<u8> {
    let plain: String = files.iter().flat_map(|(name, text)| [name, "\0", text, "\0"]).collect();
    compress_to_vec(plain.as_bytes(), LEVEL)
}

/// The files of a block, or `None` if it is damaged.
pub(crate) fn unpack(block: &[u8]) -> Option<Vec<TextFile>> {
    let plain = String::from_utf8(decompress_to_vec(block).ok()?).ok()?;
    let mut parts = plain.split_terminator(END).map(str::to_owned);
    let mut files = Vec::new();
    while let Some(name) = parts.next() {
        files.push((name, parts.next()?));
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_unpack_what_was_packed() {
        let corpus = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).unwrap();
        let names: Vec<&str> = corpus.iter().map(|(name, _)| &**name).collect();
        assert!(names.contains(&"ledger"), "{names:?}");
        let conversation = "conversations/patterns/should_deliver_once_per_matching_pattern.twin";
        assert!(names.contains(&conversation), "{names:?}");
        let block = pack(&corpus);
        let size: usize = corpus.iter().map(|(_, text)| text.len()).sum();
        assert!(block.len() * 5 < size, "{} of {size} bytes", block.len());
        assert!(unpack(&block) == Some(corpus));

        let files = [("a".to_owned(), String::new()), ("b/c".to_owned(), "é\n".to_owned())];
        assert_eq!(unpack(&pack(&files)).as_deref(), Some(&files[..]));
        assert_eq!(unpack(&block[..block.len() / 2]), None);
    }

    #[test]
    fn should_refuse_what_it_could_not_unpack() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("binary.twin"), "a\0b").unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("binary.twin") && error.contains("NUL"), "{error}");
    }
}
