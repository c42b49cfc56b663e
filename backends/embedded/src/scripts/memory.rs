//! The limit of memory, which holds while code of a script runs.

use mlua::Lua;

/// The most memory that all scripts of a server may use.
const MOST: usize = 1024 * 1024 * 1024;

/// Sets the limit until this is dropped.
///
/// Under a limit, the binding protects each small allocation of ours by a call of its own, which
/// costs more than the allocation. So there is none while our code reads words and replies, whose
/// size the server bounds anyway.
pub(super) struct Limit<'a> {
    lua: &'a Lua,
    before: usize,
}

impl<'a> Limit<'a> {
    pub(super) fn set(lua: &'a Lua) -> Self {
        Self::change(lua, MOST)
    }

    pub(super) fn lift(lua: &'a Lua) -> Self {
        Self::change(lua, 0)
    }

    fn change(lua: &'a Lua, limit: usize) -> Self {
        // Only an interpreter with an allocator of somebody else refuses a limit.
        Self { lua, before: lua.set_memory_limit(limit).unwrap_or_default() }
    }
}

impl Drop for Limit<'_> {
    fn drop(&mut self) {
        let _ = self.lua.set_memory_limit(self.before);
    }
}
