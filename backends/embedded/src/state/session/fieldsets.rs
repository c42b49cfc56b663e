use crate::state::keyspace::SmallBytes;

/// Fields that the client has named in advance: `HIMPORT PREPARE`.
#[derive(Debug, Default)]
pub(crate) struct Fieldsets(Vec<(SmallBytes, Vec<SmallBytes>)>);

impl Fieldsets {
    /// Sets the fields of a name, whatever they were.
    pub(crate) fn set<'a>(&mut self, name: &[u8], fields: impl Iterator<Item = &'a [u8]>) {
        self.remove(name);
        self.0.push((name.into(), fields.map(SmallBytes::new).collect()));
    }

    pub(crate) fn find(&self, name: &[u8]) -> Option<&[SmallBytes]> {
        self.0.iter().find(|(known, _)| **known == *name).map(|(_, fields)| &**fields)
    }

    /// Removes a name; false if it was not there.
    pub(crate) fn remove(&mut self, name: &[u8]) -> bool {
        let before = self.0.len();
        self.0.retain(|(known, _)| **known != *name);
        self.0.len() < before
    }

    /// Removes all names, and returns their number.
    pub(crate) fn clear(&mut self) -> usize {
        std::mem::take(&mut self.0).len()
    }
}
