//! Reads a conversation from text. The mirror of `print`: both change together.

mod cursor;
mod error;
mod paragraph;
mod setup;
mod step;
mod string;
mod value;
mod wait;

use std::path::Path;
use std::sync::Arc;

use super::Conversation;
use cursor::Cursor;
pub use error::{LoadError, ParseError};
use paragraph::Paragraphs;

impl Conversation {
    /// Reads a conversation from text. `file` is the path that its places and errors name.
    pub fn parse(text: &str, file: &str) -> Result<Self, ParseError> {
        let file: Arc<str> = file.into();
        let mut conversation = Conversation::default();
        let mut lines = (1..).zip(text.lines()).peekable();
        while lines.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
        match lines.next_if(|(_, line)| line.trim_start().starts_with('#')) {
            Some((_, line)) => conversation.title = comment(line).unwrap_or_default().to_owned(),
            None => {
                let (number, line) = lines.peek().copied().unwrap_or((1, ""));
                let cursor = Cursor::new(&file, number, line);
                return Err(cursor.error("a title: `# Should …`"));
            }
        }
        while let Some((_, line)) = lines.next_if(|(_, line)| comment(line).is_some()) {
            let text = comment(line).unwrap_or_default();
            match text.strip_prefix("recorded from ") {
                Some(servers) => {
                    let servers = servers.split(',').map(|server| server.trim().to_owned());
                    conversation.recorded_from.extend(servers);
                }
                None => conversation.remark.push(text.to_owned()),
            }
        }
        while lines.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
        while let Some((number, line)) = lines.next_if(|(_, line)| setup::is_setting(line)) {
            let setting = setup::setting(&mut Cursor::new(&file, number, line))?;
            conversation.setup.settings.push(setting);
        }
        let mut paragraphs = Paragraphs::default();
        let mut last = 1;
        for (number, line) in lines {
            last = number;
            paragraphs.read(&mut Cursor::new(&file, number, line))?;
        }
        conversation.turns = paragraphs.finish(&Cursor::new(&file, last, ""))?;
        Ok(conversation)
    }

    /// Reads a conversation from a file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|reason| LoadError::Read { file: file.clone(), reason })?;
        Ok(Self::parse(&text, &file)?)
    }
}

/// The text of a remark line, without `#`.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim().strip_prefix('#')?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}
