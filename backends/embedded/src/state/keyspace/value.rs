use super::array::Array;
use super::hash::Hash;
use super::list::List;
use super::set::Set;
use super::sorted_set::SortedSet;
use super::stream::Stream;
use super::string::StringValue;
use crate::profile::encodings::EncodingBehaviour;
use crate::state::config::{EncodingLimits, Events};

/// The value of a key, of any type.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    String(StringValue),
    List(Box<List>),
    Hash(Box<Hash>),
    Set(Box<Set>),
    SortedSet(Box<SortedSet>),
    Stream(Box<Stream>),
    Array(Box<Array>),
}

/// A type of values. Commands name it to say which values they work on.
pub(crate) trait DataType: Sized {
    /// The name of the type, as `TYPE` shows it.
    const NAME: &'static str;
    /// The class of its events.
    const CLASS: Events;

    /// The value, if it has this type.
    fn of(value: &Value) -> Option<&Self>;

    /// The same, to be changed.
    fn of_mut(value: &mut Value) -> Option<&mut Self>;

    fn into_value(self) -> Value;

    /// Whether nothing is left of the value, so that its key must be removed. A string stays even
    /// if it is empty.
    fn is_over(&self) -> bool;

    /// Chooses the encoding after a change.
    fn encode(&mut self, limits: &EncodingLimits);
}

impl Value {
    /// The names of the types that all servers have.
    pub(crate) const TYPE_NAMES: &[&str] = &["string", "list", "set", "zset", "hash", "stream"];

    /// Whether it is an integer of those that Redis stores once for all keys.
    pub(crate) fn is_small_integer(&self) -> bool {
        matches!(self, Self::String(StringValue::Integer(0..10_000)))
    }

    /// The name of its type, as `TYPE` shows it.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::String(_) => StringValue::NAME,
            Self::List(_) => List::NAME,
            Self::Hash(_) => Hash::NAME,
            Self::Set(_) => Set::NAME,
            Self::SortedSet(_) => SortedSet::NAME,
            Self::Stream(_) => Stream::NAME,
            Self::Array(_) => Array::NAME,
        }
    }

    /// The number of its elements, or of its bytes if it is a string.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::String(string) => string.bytes().len(),
            Self::List(list) => list.len(),
            Self::Hash(hash) => hash.len(),
            Self::Set(set) => set.len(),
            Self::SortedSet(set) => set.len(),
            Self::Stream(stream) => stream.len(),
            Self::Array(array) => array.len(),
        }
    }

    /// Whether a real server takes a while to free it.
    pub(crate) fn is_large(&self) -> bool {
        const MOST_ELEMENTS: usize = 64;
        match self {
            Self::String(_) | Self::List(_) => false,
            Self::Hash(hash) => hash.is_table() && hash.len() > MOST_ELEMENTS,
            Self::Set(set) => set.is_table() && set.len() > MOST_ELEMENTS,
            Self::SortedSet(set) => set.is_skiplist() && set.len() > MOST_ELEMENTS,
            Self::Stream(stream) => stream.node_count() + stream.groups.len() > MOST_ELEMENTS,
            Self::Array(array) => array.len() > MOST_ELEMENTS,
        }
    }

    /// The name of its encoding, as `OBJECT ENCODING` shows it. `embeds` is for strings.
    pub(super) fn encoding(
        &self,
        behaviour: &EncodingBehaviour,
        embeds: impl Fn(usize) -> bool,
    ) -> &'static str {
        match self {
            Self::String(string) => string.encoding(embeds),
            Self::List(list) => list.encoding(behaviour),
            Self::Hash(hash) => hash.encoding(behaviour),
            Self::Set(set) => set.encoding(behaviour),
            Self::SortedSet(set) => set.encoding(behaviour),
            Self::Stream(_) => "stream",
            Self::Array(_) => "sliced-array",
        }
    }
}

impl DataType for StringValue {
    const NAME: &'static str = "string";
    const CLASS: Events = Events::STRING;

    fn of(value: &Value) -> Option<&Self> {
        match value {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    fn of_mut(value: &mut Value) -> Option<&mut Self> {
        match value {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    fn into_value(self) -> Value {
        Value::String(self)
    }

    fn is_over(&self) -> bool {
        false
    }

    fn encode(&mut self, _limits: &EncodingLimits) {}
}

/// Implements [`DataType`] for a collection, which may end with its last element.
macro_rules! collection {
    ($type:ident, $name:literal, $class:expr, ends: $ends:literal) => {
        impl DataType for $type {
            const NAME: &'static str = $name;
            const CLASS: Events = $class;

            fn of(value: &Value) -> Option<&Self> {
                match value {
                    Value::$type(collection) => Some(collection),
                    _ => None,
                }
            }

            fn of_mut(value: &mut Value) -> Option<&mut Self> {
                match value {
                    Value::$type(collection) => Some(collection),
                    _ => None,
                }
            }

            fn into_value(self) -> Value {
                Value::$type(Box::new(self))
            }

            fn is_over(&self) -> bool {
                $ends && self.len() == 0
            }

            fn encode(&mut self, limits: &EncodingLimits) {
                self.choose_encoding(limits);
            }
        }
    };
}

collection!(Hash, "hash", Events::HASH, ends: true);
collection!(Set, "set", Events::SET, ends: true);
collection!(SortedSet, "zset", Events::SORTED_SET, ends: true);
collection!(List, "list", Events::LIST, ends: true);
collection!(Stream, "stream", Events::STREAM, ends: false);
collection!(Array, "array", Events::ARRAY, ends: true);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_three_words() {
        assert_eq!(size_of::<Value>(), 24);
    }
}
