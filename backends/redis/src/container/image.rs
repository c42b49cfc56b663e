use std::{convert::Infallible, env, fmt, str::FromStr};

use crate::env::IMAGE_ENV;

/// The name and tag of an image. They are never used to guess the server's version: the server in
/// the container is asked.
///
/// ```
/// use twincast_redis::container::Image;
///
/// let image: Image = "registry.example:5000/valkey/valkey:8.1".parse()?;
/// assert_eq!((image.name(), image.tag()), ("registry.example:5000/valkey/valkey", "8.1"));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Image {
    name: String,
    tag: String,
}

impl Image {
    /// The image that `TWINCAST_REDIS_IMAGE` names, else `redis:8.10`.
    #[must_use]
    pub fn from_env() -> Self {
        let named = env::var(IMAGE_ENV).unwrap_or_default();
        split(if named.is_empty() { "redis:8.10" } else { &named })
    }

    /// The name without the tag, including the registry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tag; `latest` by default, as everywhere in Docker.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }
}

impl FromStr for Image {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(split(text))
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.tag)
    }
}

/// The last colon starts the tag, unless a slash follows it: then it starts the registry's port.
fn split(text: &str) -> Image {
    let (name, tag) = match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (text, "latest"),
    };
    Image { name: name.to_owned(), tag: tag.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_split_name_and_tag_and_print_them_again() {
        for (text, name, tag) in [
            ("redis:8.0", "redis", "8.0"),
            ("valkey/valkey", "valkey/valkey", "latest"),
            ("localhost:5000/redis", "localhost:5000/redis", "latest"),
            ("localhost:5000/redis:7", "localhost:5000/redis", "7"),
        ] {
            let image = split(text);
            assert_eq!((image.name(), image.tag()), (name, tag), "{text}");
            assert_eq!(image.to_string(), format!("{name}:{tag}"));
        }
    }
}
