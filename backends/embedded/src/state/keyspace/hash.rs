use std::cmp::Ordering;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::field_expiries::FieldExpiries;
use super::{Expiry, SmallBytes};
use crate::profile::encodings::EncodingBehaviour;
use crate::state::config::EncodingLimits;

/// A value of the type hash.
///
/// A small hash keeps its fields in the order of their arrival. The fields of a large one have
/// places, as the keys of a database: when a field is removed, the last one moves into its place.
/// A template keeps its fields sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hash {
    fields: IndexMap<SmallBytes, SmallBytes, RandomState>,
    layout: Layout,
    /// The length of the longest text that was written since the encoding was last chosen.
    longest_new: Option<usize>,
    /// When fields expire. It is there as soon as one could, even if none does any more.
    expiries: Option<Box<FieldExpiries>>,
}

/// How a server stores the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Layout {
    #[default]
    Packed,
    Table,
    /// Apart from the values: several hashes may have the same fields.
    Template {
        is_array: bool,
    },
}

impl Hash {
    /// A hash of different fields that stay sorted, by length and then by their bytes.
    pub(crate) fn from_template<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut hash = Self { layout: Layout::Template { is_array: false }, ..Self::default() };
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable_by(|(one, _), (other, _)| template_order(one, other));
        pairs.iter().for_each(|(field, value)| _ = hash.update(field, value, true));
        hash
    }

    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether the server stores the fields in a hash table, so that their order means nothing.
    pub(crate) fn is_table(&self) -> bool {
        self.layout == Layout::Table
    }

    fn is_template(&self) -> bool {
        self.template().is_some()
    }

    /// Whether a template keeps its values in an array; `None` if the hash is no template.
    pub(super) fn template(&self) -> Option<bool> {
        match self.layout {
            Layout::Template { is_array } => Some(is_array),
            Layout::Packed | Layout::Table => None,
        }
    }

    /// Whether it is stored so that fields can expire, even if none does.
    pub(super) fn may_expire(&self) -> bool {
        self.next_expiry().is_some() || self.layout == Layout::Packed && self.expiries.is_some()
    }

    pub(crate) fn get(&self, field: &[u8]) -> Option<&SmallBytes> {
        self.fields.get(field)
    }

    /// Sets a field, which then does not expire; true if it is new.
    pub(crate) fn set(&mut self, field: &[u8], value: &[u8]) -> bool {
        self.persist(field);
        self.update(field, value, true)
    }

    /// Sets a field, which keeps its expiry; true if it is new. Only if the text `is_measured`, its
    /// length can change the encoding.
    pub(crate) fn update(&mut self, field: &[u8], value: &[u8], is_measured: bool) -> bool {
        let field_length = if self.is_template() { 0 } else { field.len() };
        let length = if is_measured { field_length.max(value.len()) } else { 0 };
        self.longest_new = self.longest_new.max(Some(length));
        if let Some(place) = self.fields.get_mut(field) {
            *place = value.into();
            return false;
        }
        let (place, _) = self.fields.insert_full(field.into(), value.into());
        if self.is_template() {
            self.fields.move_index(place, self.sorted_place(field));
        }
        true
    }

    /// The place of a new field, which is still the last one, among the others of a template.
    fn sorted_place(&self, field: &[u8]) -> usize {
        let others = self.fields.get_range(..self.len() - 1);
        others.map_or(0, |others| {
            others.partition_point(|other, _| template_order(other, field).is_lt())
        })
    }

    /// Removes a field; false if it was not there.
    pub(crate) fn remove(&mut self, field: &[u8]) -> Option<SmallBytes> {
        if let Some(expiries) = &mut self.expiries {
            expiries.set(field, None);
        }
        match self.is_table() {
            true => self.fields.swap_remove(field),
            false => self.fields.shift_remove(field),
        }
    }

    /// The field at a place, with its value.
    pub(crate) fn at(&self, place: usize) -> Option<(&SmallBytes, &SmallBytes)> {
        self.fields.get_index(place)
    }

    pub(crate) fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (&SmallBytes, &SmallBytes)> + DoubleEndedIterator {
        self.fields.iter()
    }

    /// When a field expires.
    pub(crate) fn expiry(&self, field: &[u8]) -> Option<Expiry> {
        self.expiries.as_ref()?.of(field)
    }

    /// When the next field expires.
    pub(crate) fn next_expiry(&self) -> Option<Expiry> {
        self.expiries.as_ref()?.next()
    }

    /// Lets a field expire. A small hash keeps the fields that expire first, the soonest at the
    /// beginning; of several with one time, that which was set last comes first.
    pub(crate) fn set_expiry(&mut self, field: &[u8], expiry: Expiry) {
        self.leave_template();
        let Some(place) = self.fields.get_index_of(field) else { return };
        let is_table = self.is_table();
        let expiries = self.expiries.get_or_insert_default();
        expiries.set(field, None);
        if !is_table {
            self.fields.move_index(place, expiries.before(expiry));
        }
        expiries.set(field, Some(expiry));
    }

    /// Stores the fields so that they can expire.
    pub(crate) fn prepare_expiries(&mut self, limits: &EncodingLimits) {
        self.expiries.get_or_insert_default();
        self.leave_template();
        self.choose_encoding(limits);
    }

    /// A template has no fields that expire: all texts are measured again.
    fn leave_template(&mut self) {
        if self.is_template() {
            self.layout = Layout::Packed;
            let lengths = self.fields.iter().map(|(field, value)| field.len().max(value.len()));
            self.longest_new = lengths.max();
        }
    }

    /// Lets a field stay; false if it did not expire. In a small hash it becomes the last one.
    pub(crate) fn persist(&mut self, field: &[u8]) -> bool {
        let is_table = self.is_table();
        let Some(expiries) = &mut self.expiries else { return false };
        let expired = expiries.set(field, None);
        if expired
            && !is_table
            && let Some(place) = self.fields.get_index_of(field)
        {
            self.fields.move_index(place, self.fields.len() - 1);
        }
        expired
    }

    /// Removes the fields that have expired, and returns them: those of a small hash in its order.
    pub(crate) fn expire(&mut self, now: Expiry) -> Vec<SmallBytes> {
        let Some(expiries) = &self.expiries else { return Vec::new() };
        let over = expiries.over(now);
        let expired: Vec<_> = match self.is_table() {
            true => over.cloned().collect(),
            false => self.fields.keys().take(over.count()).cloned().collect(),
        };
        expired.iter().for_each(|field| _ = self.remove(field));
        expired
    }

    /// Stores the fields in a hash table, whatever their number.
    pub(crate) fn become_table(&mut self) {
        self.layout = Layout::Table;
    }

    /// A hash that has become a table stays one. Only what is written is measured.
    pub(super) fn choose_encoding(&mut self, limits: &EncodingLimits) {
        let Some(longest) = self.longest_new.take() else { return };
        if longest > limits.hash_value || self.len() > limits.hash_entries {
            self.layout = match self.layout {
                Layout::Template { .. } => Layout::Template { is_array: true },
                Layout::Packed | Layout::Table => Layout::Table,
            };
        }
    }

    pub(super) fn encoding(&self, behaviour: &EncodingBehaviour) -> &'static str {
        match (self.layout, &self.expiries) {
            (Layout::Table, _) => "hashtable",
            (Layout::Template { is_array: true }, _) => "template-array",
            (Layout::Template { is_array: false }, _) => "template-listpack",
            (Layout::Packed, Some(_)) => "listpackex",
            (Layout::Packed, None) => behaviour.packed,
        }
    }
}

/// The order of the fields of a template.
fn template_order(one: &[u8], other: &[u8]) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(hash: &Hash) -> Vec<String> {
        hash.iter().map(|(field, _)| field.escape_ascii().to_string()).collect()
    }

    fn hash(limits: &EncodingLimits, of: &[&str]) -> Hash {
        let mut hash = Hash::default();
        of.iter().for_each(|field| _ = hash.set(field.as_bytes(), b"v"));
        hash.choose_encoding(limits);
        hash
    }

    #[test]
    fn a_small_hash_keeps_the_order_of_arrival() {
        let limits = EncodingLimits::default();
        let mut hash = hash(&limits, &["c", "a", "b", "d"]);
        hash.remove(b"a");
        hash.set(b"c", b"again");
        hash.set(b"a", b"new");
        assert_eq!(fields(&hash), ["c", "b", "d", "a"]);
        assert!(!hash.is_table());
    }

    #[test]
    fn fields_that_expire_come_first() {
        let mut hash = hash(&EncodingLimits::default(), &["a", "b", "c"]);
        hash.set_expiry(b"b", 1000);
        assert_eq!(fields(&hash), ["b", "a", "c"]);
        hash.set_expiry(b"c", 500);
        hash.set_expiry(b"a", 1000);
        assert_eq!(fields(&hash), ["c", "a", "b"]);
        assert_eq!((hash.next_expiry(), hash.expiry(b"a")), (Some(500), Some(1000)));
        assert!(hash.persist(b"c") && !hash.persist(b"c"));
        hash.update(b"a", b"new", true);
        hash.set(b"b", b"new");
        assert_eq!(fields(&hash), ["a", "c", "b"]);
        assert_eq!((hash.expire(999).len(), hash.expire(1000).len()), (0, 1));
        assert_eq!((fields(&hash), hash.next_expiry()), (vec!["c".into(), "b".into()], None));
    }

    #[test]
    fn a_hash_becomes_a_table_by_its_number_of_fields_and_by_a_long_text() {
        let limits = EncodingLimits { hash_entries: 2, hash_value: 4, ..EncodingLimits::default() };
        assert!(!hash(&limits, &["a", "b"]).is_table());
        assert!(hash(&limits, &["a", "b", "c"]).is_table());
        assert!(!hash(&limits, &["1234"]).is_table());
        assert!(hash(&limits, &["12345"]).is_table());
    }

    #[test]
    fn a_table_stays_a_table() {
        let limits = EncodingLimits { hash_entries: 1, ..EncodingLimits::default() };
        let mut hash = hash(&limits, &["a", "b"]);
        hash.remove(b"a");
        hash.choose_encoding(&limits);
        assert!(hash.is_table());
    }

    #[test]
    fn a_lower_limit_counts_from_the_next_write_on() {
        let limits = EncodingLimits::default();
        let mut hash = hash(&limits, &["a", "b", "c"]);
        let lower = EncodingLimits { hash_entries: 1, ..limits };
        hash.remove(b"a");
        hash.choose_encoding(&lower);
        assert!(!hash.is_table());
        hash.set(b"b", b"v");
        hash.choose_encoding(&lower);
        assert!(hash.is_table());
    }
}
