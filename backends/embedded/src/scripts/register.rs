//! `register_function`: what a library tells of a function.

use mlua::{Function, Lua, MultiValue, Table, Value};

use super::Callable;

/// A function that a library registers while it loads.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) name: Vec<u8>,
    pub(crate) callback: Callable,
    pub(crate) flags: ScriptFlags,
    pub(crate) description: Option<Vec<u8>>,
}

/// The flags of a script or a function, by name, in the order of the servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScriptFlags(Vec<&'static str>);

impl ScriptFlags {
    const NAMES: [&str; 5] =
        ["no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"];

    /// Adds a flag by its name; false if there is none of this name.
    pub(crate) fn add(&mut self, name: &[u8]) -> bool {
        let known = Self::NAMES.iter().find(|known| known.as_bytes() == name);
        if let Some(name) = known
            && !self.contains(name)
        {
            self.0.push(name);
            self.0.sort_by_key(|name| Self::NAMES.iter().position(|known| known == name));
        }
        known.is_some()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    pub(crate) fn names(&self) -> &[&'static str] {
        &self.0
    }
}

impl Registration {
    /// Reads the arguments of `register_function`. The error is its text.
    pub(super) fn of(
        lua: &Lua,
        library: &str,
        arguments: &MultiValue,
        checks: bool,
    ) -> Result<Self, String> {
        let mut given = arguments.iter();
        match (given.next(), given.next(), given.next()) {
            (Some(Value::Table(named)), None, _) => Self::named(lua, library, named, checks),
            (Some(_), None, _) => Err(format!(
                "calling {library}.register_function with a single argument is only applicable to \
                 Lua table (representing named arguments)."
            )),
            (Some(name), Some(callback), None) => {
                let name = text(name).ok_or_else(|| {
                    format!("first argument to {library}.register_function must be a string")
                })?;
                let Value::Function(callback) = callback else {
                    let text = "second argument to";
                    return Err(format!("{text} {library}.register_function must be a function"));
                };
                let callback = callable(lua, callback)?;
                Self { name, callback, flags: ScriptFlags::default(), description: None }
                    .checked(checks)
            }
            _ => Err(format!("wrong number of arguments to {library}.register_function")),
        }
    }

    fn named(lua: &Lua, library: &str, arguments: &Table, checks: bool) -> Result<Self, String> {
        let (mut name, mut callback, mut description) = (None, None, None);
        let mut flags = ScriptFlags::default();
        for (key, value) in arguments.pairs::<Value, Value>().filter_map(Result::ok) {
            let key = text(&key)
                .ok_or_else(|| "named argument key given to register is not a string".to_owned())?;
            match key.as_slice() {
                b"function_name" => {
                    let text = text(&value).ok_or_else(|| {
                        let what = "function_name argument given to";
                        format!("{what} {library}.register_function must be a string")
                    })?;
                    name = Some(text);
                }
                b"description" => {
                    let text = text(&value).ok_or_else(|| {
                        let what = "description argument given to";
                        format!("{what} {library}.register_function must be a string")
                    })?;
                    description = Some(text);
                }
                b"callback" => {
                    let Value::Function(function) = value else {
                        let what = "callback argument given to";
                        return Err(format!(
                            "{what} {library}.register_function must be a function"
                        ));
                    };
                    callback = Some(callable(lua, &function)?);
                }
                b"flags" => {
                    let Value::Table(names) = value else {
                        return Err(format!(
                            "flags argument to {library}.register_function must be a table \
                             representing function flags"
                        ));
                    };
                    let names = names.sequence_values::<Value>().filter_map(Result::ok);
                    for name in names {
                        if !text(&name).is_some_and(|name| flags.add(&name)) {
                            return Err("unknown flag given".to_owned());
                        }
                    }
                }
                _ => return Err(format!("unknown argument given to {library}.register_function")),
            }
        }
        let missing = |what| format!("{library}.register_function must get a {what} argument");
        let name = name.ok_or_else(|| missing("function name"))?;
        let callback = callback.ok_or_else(|| missing("callback"))?;
        Self { name, callback, flags, description }.checked(checks)
    }

    fn checked(self, checks: bool) -> Result<Self, String> {
        match !checks || is_name(&self.name) {
            true => Ok(self),
            false => Err(format!("Library names {NAME_RULE}")),
        }
    }
}

/// The rule for names of libraries and functions, as errors say it.
pub(crate) const NAME_RULE: &str =
    "can only contain letters, numbers, or underscores(_) and must be at least one character long";

/// Whether a library or a function may have this name.
pub(crate) fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn callable(lua: &Lua, function: &Function) -> Result<Callable, String> {
    Callable::new(lua, function).map_err(|error| error.to_string())
}

/// A text; numbers are texts too.
fn text(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.as_bytes().to_vec()),
        Value::Integer(_) | Value::Number(_) => Some(value.to_string().ok()?.into_bytes()),
        _ => None,
    }
}
