//! What was said: every request and every frame of every connection, in one text format.
//!
//! A [`Conversation`] is a list of turns. In a turn the clients speak, then the server answers; the
//! answer has a default, taken from the reference, and may differ by server. Text and model are
//! inverse: [`Conversation::parse`] and `Display`.
//!
//! ```text
//! # Should deliver once per matching pattern
//! # recorded from redis 8.0.2, valkey 8.1.1
//!
//! # A paragraph is a turn. This remark is about it.
//! sub> PSUBSCRIBE workflow:* work*
//! sub< ["psubscribe" "workflow:*" 1]
//! sub< ["psubscribe" "work*" 2]
//!
//! pub> PUBLISH workflow:123 '{"seq":1}'
//! pub< 2
//! any order
//!   sub< ["pmessage" "workflow:*" "workflow:123" '{"seq":1}']
//!   sub< ["pmessage" "work*" "workflow:123" '{"seq":1}']
//! end
//! on valkey-8.1
//!   pub< -ERR something else
//! end
//!
//! sub> CLIENT ID
//! sub< <int>
//! ```
//!
//! | the head may go on with | |
//! | --- | --- |
//! | `with maxclients 5` | a parameter that the server must have been started with |
//! | `with slots 0-99 here` | slots of a cluster that the server serves itself |
//! | `with slots 100-16383 at 127.0.0.1:7000` | slots that it believes another node to serve |
//!
//! | a client | |
//! | --- | --- |
//! | `sub> PUBLISH a "two words"` | a request: bare words, or strings |
//! | `pub> CLIENT KILL ID <id of sub>` | the same, with what `CLIENT ID` answered `sub` before |
//! | `sub> raw "PING\r\n"` | bytes as they are |
//! | `sub> open`, `half-close`, `close` | what it does to its connection |
//!
//! | a server | |
//! | --- | --- |
//! | `+OK`, `-ERR no`, `5`, `"bulk"`, `'"json"'` | to the end of the line, or `+"…"`, `-"…"` |
//! | `$-1`, `*-1`, `_`, `#t`, `#f`, `,1.5`, `(123` | nothing, three ways; booleans, doubles, big numbers |
//! | `!"…"`, `="txt:…"` | bulk error, verbatim string |
//! | `[…]`, `>[…]`, `~[…]`, `{"k": 1}`, `\|{"k": 1} 2` | array, push, set, map, attribute |
//! | `any[…]`, `any["k": 1]`, `any{"k": 1}` | array, array of pairs, map: in any order |
//! | `<int>`, `<any>` | some integer, some frame |
//! | `` `id=<int> addr=<address>` `` | a string with holes; `<version>`, `<hash>` and `<any>` too |
//! | ``any`a\nb:<int>\n` `` | a string whose lines come in any order |
//! | `raw "…"`, `closed` | bytes that are no frame; the end of the stream |
//!
//! Strings hold any byte: `\r \n \t \\ \xHH`, and the quote itself behind a backslash. Long
//! repetitions are counted, `"x"*1024`, and ` .. ` joins: `'{"fill":"' .. "x"*1024 .. '"}'`.

#[cfg(test)]
pub(crate) mod arbitrary;
mod fits;
mod model;
mod name;
mod parse;
mod print;
mod query;
mod setup;
mod shape;
#[cfg(test)]
mod tests;

pub use model::{
    Answer, ClientAction, ClientStep, Conversation, Expectation, ServerEvent, ServerStep, Turn,
    Variant, Word,
};
pub use name::{Name, Place, ServerName};
pub use parse::{LoadError, ParseError};
pub use setup::{Node, SLOTS, Setting, Setup};
pub use shape::{Mask, Piece, Shape, Text};
