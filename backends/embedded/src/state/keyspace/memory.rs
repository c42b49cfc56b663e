//! How much memory a key takes, approximately.

use super::{Entry, SmallBytes, Value};
use crate::state::keyspace::StringValue;

/// The memory of an element beside its bytes: its place in a table, its length, its pointer.
const ELEMENT: usize = 16;

impl Entry {
    /// The bytes that the key and its value take. Of a collection, so many elements are measured.
    pub(crate) fn memory(&self, key: &SmallBytes, samples: usize) -> usize {
        size_of::<Self>() + size_of::<SmallBytes>() + key.len() + self.value.memory(samples)
    }
}

impl Value {
    fn memory(&self, samples: usize) -> usize {
        match self {
            Self::String(StringValue::Integer(_)) => 0,
            Self::String(string) => string.bytes().len(),
            Self::List(list) => sampled(list.iter().map(|it| it.len()), list.len(), samples),
            Self::Hash(hash) => {
                let pairs = hash.iter().map(|(field, value)| ELEMENT + field.len() + value.len());
                sampled(pairs, hash.len(), samples)
            }
            Self::Set(set) => {
                let members = (0..set.len()).filter_map(|place| Some(set.at(place)?.len()));
                sampled(members, set.len(), samples)
            }
            Self::SortedSet(set) => {
                let members = set.iter().map(|(member, _)| size_of::<f64>() + member.len());
                sampled(members, set.len(), samples)
            }
            Self::Stream(stream) => {
                let bytes =
                    |fields: &[SmallBytes]| fields.iter().map(|it| ELEMENT + it.len()).sum();
                let entries = stream.range(..).map(|(_, fields)| bytes(fields));
                sampled(entries, stream.len(), samples)
            }
            Self::Array(array) => {
                let values = array.range(0..=u64::MAX);
                let values = values.map(|(_, value)| size_of::<u64>() + value.len());
                sampled(values, array.len(), samples)
            }
        }
    }
}

/// The bytes of so many elements, according to the first of them.
fn sampled(sizes: impl Iterator<Item = usize>, elements: usize, samples: usize) -> usize {
    let measured = elements.min(samples).max(1);
    let sum: usize = sizes.take(measured).map(|size| ELEMENT + size).sum();
    (sum as f64 / measured as f64 * elements as f64) as usize
}
