//! The limits of small collections: above them, a server stores a collection in another encoding.

use super::Config;
use super::parameter::{Change, Parameter, decimal};

/// The values of the limits. Older names of a limit set the same value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodingLimits {
    /// `list-max-listpack-size`: a number of elements, or a size from -1 to -5
    pub(crate) list_size: i64,
    /// `hash-max-listpack-entries`
    pub(crate) hash_entries: usize,
    /// `hash-max-listpack-value`
    pub(crate) hash_value: usize,
    /// `set-max-intset-entries`
    pub(crate) integer_set_entries: usize,
    /// `set-max-listpack-entries`
    pub(crate) set_entries: usize,
    /// `set-max-listpack-value`
    pub(crate) set_value: usize,
    /// `zset-max-listpack-entries`
    pub(crate) sorted_set_entries: usize,
    /// `zset-max-listpack-value`
    pub(crate) sorted_set_value: usize,
    /// `stream-node-max-entries`
    pub(crate) stream_entries: usize,
    /// `stream-node-max-bytes`
    pub(crate) stream_bytes: usize,
    /// `list-compress-depth`, which only `DEBUG OBJECT` shows
    pub(crate) list_compress_depth: i64,
    /// `hll-sparse-max-bytes`, with the header
    pub(crate) hyperloglog_bytes: usize,
    /// `array-slice-size`, a power of two
    pub(crate) array_slice_size: u64,
    /// `array-sparse-kmax`: the most values of a sparse slice; 0 for no sparse slices
    pub(crate) array_sparse_most: usize,
    /// `array-sparse-kmin`: a dense slice with no more values becomes sparse
    pub(crate) array_dense_least: usize,
}

impl Default for EncodingLimits {
    fn default() -> Self {
        Self {
            list_size: -2,
            hash_entries: 512,
            hash_value: 64,
            integer_set_entries: 512,
            set_entries: 128,
            set_value: 64,
            sorted_set_entries: 128,
            sorted_set_value: 64,
            stream_entries: 100,
            stream_bytes: 4096,
            list_compress_depth: 0,
            hyperloglog_bytes: 3000,
            array_slice_size: 4096,
            array_sparse_most: 10,
            array_dense_least: 5,
        }
    }
}

pub(super) static PARAMETERS: &[Parameter] = &[
    list_size("list-max-listpack-size"),
    list_size("list-max-ziplist-size"),
    limit(
        "hash-max-listpack-entries",
        |config| decimal(config.encodings.hash_entries),
        |config, limit| config.encodings.hash_entries = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "hash-max-ziplist-entries",
        |config| decimal(config.encodings.hash_entries),
        |config, limit| config.encodings.hash_entries = usize::try_from(limit).unwrap_or(0),
    ),
    memory(
        "hash-max-listpack-value",
        |config| decimal(config.encodings.hash_value),
        |config, limit| config.encodings.hash_value = usize::try_from(limit).unwrap_or(0),
    ),
    memory(
        "hash-max-ziplist-value",
        |config| decimal(config.encodings.hash_value),
        |config, limit| config.encodings.hash_value = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "set-max-intset-entries",
        |config| decimal(config.encodings.integer_set_entries),
        |config, limit| config.encodings.integer_set_entries = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "set-max-listpack-entries",
        |config| decimal(config.encodings.set_entries),
        |config, limit| config.encodings.set_entries = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "set-max-listpack-value",
        |config| decimal(config.encodings.set_value),
        |config, limit| config.encodings.set_value = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "zset-max-listpack-entries",
        |config| decimal(config.encodings.sorted_set_entries),
        |config, limit| config.encodings.sorted_set_entries = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "zset-max-ziplist-entries",
        |config| decimal(config.encodings.sorted_set_entries),
        |config, limit| config.encodings.sorted_set_entries = usize::try_from(limit).unwrap_or(0),
    ),
    memory(
        "zset-max-listpack-value",
        |config| decimal(config.encodings.sorted_set_value),
        |config, limit| config.encodings.sorted_set_value = usize::try_from(limit).unwrap_or(0),
    ),
    memory(
        "zset-max-ziplist-value",
        |config| decimal(config.encodings.sorted_set_value),
        |config, limit| config.encodings.sorted_set_value = usize::try_from(limit).unwrap_or(0),
    ),
    limit(
        "stream-node-max-entries",
        |config| decimal(config.encodings.stream_entries),
        |config, limit| config.encodings.stream_entries = usize::try_from(limit).unwrap_or(0),
    ),
    Parameter {
        name: "list-compress-depth",
        shown: |config| decimal(config.encodings.list_compress_depth),
        change: Change::Integer {
            min: 0,
            max: i32::MAX as i64,
            set: |config, depth| config.encodings.list_compress_depth = depth,
        },
    },
    memory(
        "stream-node-max-bytes",
        |config| decimal(config.encodings.stream_bytes),
        |config, limit| config.encodings.stream_bytes = usize::try_from(limit).unwrap_or(0),
    ),
    memory(
        "hll-sparse-max-bytes",
        |config| decimal(config.encodings.hyperloglog_bytes),
        |config, limit| config.encodings.hyperloglog_bytes = usize::try_from(limit).unwrap_or(0),
    ),
    Parameter {
        name: "array-slice-size",
        shown: |config| decimal(config.encodings.array_slice_size),
        change: Change::Checked {
            min: 256,
            max: 65_536,
            set: |config, size| {
                let size = u64::try_from(size).ok().filter(|size| size.is_power_of_two());
                config.encodings.array_slice_size =
                    size.ok_or("array-slice-size must be a power of two")?;
                Ok(())
            },
        },
    },
    Parameter {
        name: "array-sparse-kmax",
        shown: |config| decimal(config.encodings.array_sparse_most),
        change: Change::Checked {
            min: 0,
            max: MOST_IN_SPARSE_SLICE,
            set: |config, most| {
                config.encodings.array_sparse_most = usize::try_from(most).unwrap_or(0);
                check_sparse_slices(
                    config,
                    "array-sparse-kmax must be greater than array-sparse-kmin when \
                                non-zero",
                )
            },
        },
    },
    Parameter {
        name: "array-sparse-kmin",
        shown: |config| decimal(config.encodings.array_dense_least),
        change: Change::Checked {
            min: 0,
            max: MOST_IN_SPARSE_SLICE,
            set: |config, least| {
                config.encodings.array_dense_least = usize::try_from(least).unwrap_or(0);
                check_sparse_slices(config, "array-sparse-kmin must be less than array-sparse-kmax")
            },
        },
    },
];

/// The most values of a sparse slice of an array that can be configured.
const MOST_IN_SPARSE_SLICE: i64 = 256;

/// A limit in bytes, with or without a unit.
const fn memory(
    name: &'static str,
    shown: fn(&Config) -> Vec<u8>,
    set: fn(&mut Config, u64),
) -> Parameter {
    Parameter { name, shown, change: Change::Memory { min: 0, set } }
}

/// The size of a list's node: elements, or a negative code for bytes.
const fn list_size(name: &'static str) -> Parameter {
    Parameter {
        name,
        shown: |config| decimal(config.encodings.list_size),
        change: Change::Integer {
            min: i32::MIN as i64,
            max: i32::MAX as i64,
            set: |config, limit| config.encodings.list_size = limit,
        },
    }
}

const fn limit(
    name: &'static str,
    shown: fn(&Config) -> Vec<u8>,
    set: fn(&mut Config, i64),
) -> Parameter {
    Parameter { name, shown, change: Change::Unsigned { min: 0, max: i64::MAX, set } }
}

/// Refuses limits of sparse slices that contradict each other.
fn check_sparse_slices(config: &Config, refusal: &'static str) -> Result<(), &'static str> {
    let EncodingLimits { array_sparse_most, array_dense_least, .. } = &config.encodings;
    match (1..=*array_dense_least).contains(array_sparse_most) {
        true => Err(refusal),
        false => Ok(()),
    }
}
