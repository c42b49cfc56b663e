use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The file of a report. It is created by the first write, so that a run without a server leaves an
/// older report alone.
///
/// A report that ends with a tail is complete at any moment, even if the run is cut off: the tail
/// says what is still missing, and the next part of the report overwrites it.
pub(super) struct ReportFile {
    path: PathBuf,
    file: Option<File>,
    /// The end of the part that is final.
    end: u64,
    /// The end of the file.
    length: u64,
    /// Whether parts can be overwritten, unlike in a pipe.
    is_regular: bool,
}

impl ReportFile {
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), file: None, end: 0, length: 0, is_regular: true }
    }

    /// Replaces the tail with this text and this tail.
    pub(super) fn append(&mut self, text: &str, tail: &str) -> io::Result<()> {
        self.try_append(text, tail).map_err(|error| self.named(&error))
    }

    /// Overwrites the beginning of the file, which must be of the same length each time.
    pub(super) fn begin(&mut self, text: &str) -> io::Result<()> {
        self.try_begin(text).map_err(|error| self.named(&error))
    }

    fn try_append(&mut self, text: &str, tail: &str) -> io::Result<()> {
        self.create()?;
        let Some(file) = &mut self.file else { return Ok(()) };
        if !self.is_regular {
            return file.write_all(text.as_bytes());
        }
        // One write, and only then a shorter file: blanks cover what is left of the old tail.
        let mut bytes = [text, tail].concat().into_bytes();
        let length = self.end + bytes.len() as u64;
        let rest = self.length.saturating_sub(length);
        bytes.resize(bytes.len() + usize::try_from(rest).unwrap_or(0), b' ');
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(&bytes)?;
        if rest > 0 {
            file.set_len(length)?;
        }
        (self.end, self.length) = (self.end + text.len() as u64, length);
        Ok(())
    }

    fn try_begin(&mut self, text: &str) -> io::Result<()> {
        self.create()?;
        let Some(file) = &mut self.file else { return Ok(()) };
        if !self.is_regular {
            let message = "this format is written to regular files only";
            return Err(io::Error::new(io::ErrorKind::NotSeekable, message));
        }
        file.seek(SeekFrom::Start(0))?;
        file.write_all(text.as_bytes())?;
        self.end = self.end.max(text.len() as u64);
        self.length = self.length.max(self.end);
        Ok(())
    }

    fn create(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = File::create(&self.path)?;
            self.is_regular = file.metadata()?.is_file();
            self.file = Some(file);
        }
        Ok(())
    }

    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(
            error.kind(),
            format!("cannot write {}: {error}; choose another path", self.path.display()),
        )
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn should_overwrite_the_tail_only() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("new/report");
        let mut file = ReportFile::at(&path);
        assert!(!path.exists(), "nothing was written yet");
        let read = || fs::read_to_string(&path).unwrap();
        file.begin("head 0\n").unwrap();
        file.append("", "a long tail").unwrap();
        assert_eq!(read(), "head 0\na long tail");
        file.begin("head 1\n").unwrap();
        file.append("one\n", "tail").unwrap();
        assert_eq!(read(), "head 1\none\ntail");
        file.append("two\n", "").unwrap();
        assert_eq!(read(), "head 1\none\ntwo\n");
    }

    #[test]
    fn should_name_the_file_that_cannot_be_written() {
        let folder = TempDir::new().unwrap();
        let error = ReportFile::at(folder.path()).append("x", "").unwrap_err().to_string();
        let start = format!("cannot write {}: ", folder.path().display());
        assert!(error.starts_with(&start), "{error}");
    }
}
