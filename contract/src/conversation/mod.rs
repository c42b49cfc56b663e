//! The text format of conversations: every request and every frame of every connection.
//!
//! A [`Conversation`] is a list of turns. In a turn the clients act, then the server answers. The
//! default answer is taken from the reference; servers that differ have variants.
//! [`Conversation::parse`] reads the text and `Display` prints it; neither loses anything.
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
//! | in the head | |
//! | --- | --- |
//! | `with maxclients 5` | a parameter with which the server must have been started |
//! | `with slots 0-99 here` | cluster slots that the server itself serves |
//! | `with slots 100-16383 at 127.0.0.1:7000` | cluster slots of another node |
//!
//! | a client | |
//! | --- | --- |
//! | `sub> PUBLISH a "two words"` | a request: bare words, or strings |
//! | `pub> CLIENT KILL ID <id of sub>` | a request with the client ID of `sub` |
//! | `sub> XDEL orders "<entry 1>"` | a request with the first ID of a stream entry that the server made |
//! | `sub> raw "PING\r\n"` | raw bytes |
//! | `sub> open`, `half-close`, `close` | opens or closes the connection |
//! | `sub> stop-reading`, `start-reading` | a slow client: the server's output waits for it |
//!
//! | time | |
//! | --- | --- |
//! | `wait 1500ms`, `wait 2s` | lets time pass, before the other steps of its turn |
//!
//! | a server | |
//! | --- | --- |
//! | `+OK`, `-ERR no`, `5`, `"bulk"`, `'"json"'` | simple string, error, integer, bulk string |
//! | `$-1`, `*-1`, `_`, `#t`, `#f`, `,1.5`, `(123` | nulls, booleans, double, big number |
//! | `!"…"`, `="txt:…"` | bulk error, verbatim string |
//! | `[…]`, `>[…]`, `~[…]`, `{"k": 1}`, `\|{"k": 1} 2` | array, push, set, map, attribute |
//! | `any[…]`, `any["k": 1]`, `any{"k": 1}` | array, array of pairs, map: in any order |
//! | `<int>`, `<any>` | any integer, any frame |
//! | `` `id=<int> addr=<address>` `` | a string with masks; also `<version>`, `<hash>`, `<listeners>`, `<any>` |
//! | ``any`a\nb:<int>\n` `` | a string whose lines come in any order |
//! | `raw "…"`, `closed` | bytes that are not a frame; the end of the stream |
//!
//! `<entry 1>`, `<uuid 1>` and `<ulid 1>` in a string stand for values that are new in every run: equal
//! values have equal names. Recordings of scenarios have them for values that clients make too, and
//! `<time>` for each time that a client sent.
//!
//! Simple strings and errors run to the end of the line, or are quoted: `+"…"`, `-"…"`. Other
//! strings are quoted and hold any byte. Escapes are `\r \n \t \\ \xHH`, and a backslash before the
//! quote itself. `"x"*1024` repeats a string, and ` .. ` joins two: `"head:" .. "x"*1024`.

#[cfg(test)]
pub(crate) mod arbitrary;
mod contrast;
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

pub(crate) use contrast::Contrast;
pub use model::{
    Answer, ClientAction, ClientStep, Conversation, Expectation, ONLY_AS_A_SCENARIO, ServerEvent,
    ServerStep, Turn, Variant, Word,
};
pub use name::{Name, Place, ServerName};
pub use parse::{LoadError, ParseError};
pub use setup::{Node, SLOTS, Setting, Setup};
pub use shape::{Mask, Piece, Shape, Text};
