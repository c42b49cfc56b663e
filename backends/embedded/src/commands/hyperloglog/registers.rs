//! The bytes of a HyperLogLog: a header, and the registers in one of two encodings.
//!
//! ```text
//! "HYLL"  encoding (0 dense, 1 sparse)  three zeros  the last count, 8 bytes, the lowest first
//! ```
//!
//! The highest bit of the last count says that it is out of date. Dense registers have six bits each,
//! the lowest first; sparse ones are runs (see [`super::sparse`]).

use super::estimate::{COUNT, Histogram, INDEX_BITS};
use super::sparse::{self, Run};

const HEADER: usize = 16;
const ENCODING: usize = 4;
const DENSE_LEN: usize = HEADER + COUNT * 6 / 8;
const OUT_OF_DATE: u64 = 1 << 63;

/// The registers make no sense.
#[derive(Debug)]
pub(super) struct Corrupted;

/// A HyperLogLog in the bytes of a string.
pub(super) struct Registers<B>(B);

impl<B: AsRef<[u8]>> Registers<B> {
    /// The registers in a string; `None` if it is something else.
    pub(super) fn of(bytes: B) -> Option<Self> {
        let all = bytes.as_ref();
        let is_valid = all.len() >= HEADER
            && all.starts_with(b"HYLL")
            && (all[ENCODING] == 1 || (all[ENCODING] == 0 && all.len() == DENSE_LEN));
        is_valid.then_some(Self(bytes))
    }

    pub(super) fn is_dense(&self) -> bool {
        self.0.as_ref()[ENCODING] == 0
    }

    /// The last count, if nothing has changed since.
    pub(super) fn last_count(&self) -> Option<u64> {
        let count = self.0.as_ref()[ENCODING + 4..HEADER].iter().rev();
        let count = count.fold(0, |count, byte| count << 8 | u64::from(*byte));
        (count & OUT_OF_DATE == 0).then_some(count)
    }

    /// The runs of sparse registers.
    pub(super) fn runs(&self) -> impl Iterator<Item = Run> {
        sparse::runs(&self.0.as_ref()[HEADER..])
    }

    /// The value of every register.
    pub(super) fn values(&self) -> Result<Vec<u8>, Corrupted> {
        if self.is_dense() {
            let packed = &self.0.as_ref()[HEADER..];
            return Ok((0..COUNT).map(|index| dense_value(packed, index)).collect());
        }
        let mut values = Vec::with_capacity(COUNT);
        for run in self.runs() {
            if values.len() + run.len > COUNT {
                return Err(Corrupted);
            }
            values.resize(values.len() + run.len, run.value);
        }
        if values.len() == COUNT { Ok(values) } else { Err(Corrupted) }
    }

    /// The estimated number of elements.
    pub(super) fn count(&self) -> Result<u64, Corrupted> {
        let mut histogram = Histogram::EMPTY;
        if self.is_dense() {
            self.values()?.iter().for_each(|value| histogram.add(*value, 1));
            return Ok(histogram.estimate());
        }
        let mut registers = 0;
        for run in self.runs() {
            registers += run.len;
            if registers > COUNT {
                return Err(Corrupted);
            }
            histogram.add(run.value, run.len);
        }
        if registers == COUNT { Ok(histogram.estimate()) } else { Err(Corrupted) }
    }
}

impl Registers<&mut Vec<u8>> {
    /// Makes the bytes those of a HyperLogLog without elements.
    pub(super) fn create(bytes: &mut Vec<u8>) -> Registers<&mut Vec<u8>> {
        bytes.clear();
        bytes.extend_from_slice(b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0");
        Run { value: 0, len: COUNT }.write(bytes);
        Registers(bytes)
    }

    /// Remembers a count.
    pub(super) fn set_last_count(&mut self, count: u64) {
        self.0[ENCODING + 4..HEADER].copy_from_slice(&count.to_le_bytes());
    }

    /// Marks the last count as out of date.
    pub(super) fn forget_count(&mut self) {
        self.0[HEADER - 1] |= 0x80;
    }

    /// Adds an element; true if that changes a register.
    pub(super) fn add(&mut self, element: &[u8], most_sparse: usize) -> Result<bool, Corrupted> {
        let hash = hash(element);
        let index = (hash & (COUNT as u64 - 1)) as usize;
        let rank = (hash >> INDEX_BITS | 1 << (u64::BITS - INDEX_BITS)).trailing_zeros() + 1;
        self.raise(index, rank as u8, most_sparse)
    }

    /// Raises a register to a value; true if it was lower. Sparse registers of more than so many bytes
    /// become dense.
    pub(super) fn raise(
        &mut self,
        index: usize,
        value: u8,
        most_sparse: usize,
    ) -> Result<bool, Corrupted> {
        if !self.is_dense() {
            let most = most_sparse.saturating_sub(HEADER);
            match sparse::raise(self.0, HEADER, index, value, most) {
                sparse::Raised::No => return Ok(false),
                sparse::Raised::Yes => return Ok(true),
                sparse::Raised::Corrupted => return Err(Corrupted),
                sparse::Raised::TooLarge => self.make_dense()?,
            }
        }
        let packed = &mut self.0[HEADER..];
        let is_higher = value > dense_value(packed, index);
        if is_higher {
            set_dense_value(packed, index, value);
        }
        Ok(is_higher)
    }

    /// Makes sparse registers dense.
    pub(super) fn make_dense(&mut self) -> Result<(), Corrupted> {
        let values = self.values()?;
        self.0[ENCODING] = 0;
        self.0.truncate(HEADER);
        self.0.resize(DENSE_LEN, 0);
        for (index, value) in values.into_iter().enumerate() {
            set_dense_value(&mut self.0[HEADER..], index, value);
        }
        Ok(())
    }
}

/// The two bytes that a dense register begins in; the second may be behind the end.
fn dense_bytes(packed: &[u8], index: usize) -> u16 {
    let byte = index * 6 / 8;
    u16::from_le_bytes([packed[byte], packed.get(byte + 1).copied().unwrap_or(0)])
}

fn dense_value(packed: &[u8], index: usize) -> u8 {
    (dense_bytes(packed, index) >> (index * 6 % 8) & 63) as u8
}

fn set_dense_value(packed: &mut [u8], index: usize, value: u8) {
    let (byte, shift) = (index * 6 / 8, index * 6 % 8);
    let bytes = dense_bytes(packed, index) & !(63 << shift) | u16::from(value) << shift;
    let [low, high] = bytes.to_le_bytes();
    packed[byte] = low;
    if let Some(next) = packed.get_mut(byte + 1) {
        *next = high;
    }
}

/// MurmurHash64A with the seed that all servers use, so that they agree on the registers.
fn hash(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0xadc8_3b19;
    const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;
    const SHIFT: u32 = 47;
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(FACTOR);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let mut word = u64::from_le_bytes(*word).wrapping_mul(FACTOR);
        word ^= word >> SHIFT;
        hash = (hash ^ word.wrapping_mul(FACTOR)).wrapping_mul(FACTOR);
    }
    if !rest.is_empty() {
        let rest = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        hash = (hash ^ rest).wrapping_mul(FACTOR);
    }
    hash = (hash ^ hash >> SHIFT).wrapping_mul(FACTOR);
    hash ^ hash >> SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_refuse_more_registers_than_there_are_without_listing_them() {
        let mut bytes = Vec::new();
        Registers::create(&mut bytes);
        bytes.extend([0x7f, 0xff].repeat(1_000_000));
        let registers = Registers(&bytes[..]);
        assert!(registers.values().is_err());
        assert!(registers.count().is_err());
    }
}
