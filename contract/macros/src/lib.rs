//! The test attributes of `twincast`, which re-exports them.
//!
//! An attribute leaves its function as it is, and adds a module of the same name with one test for
//! each row: `should_tell_everybody::embedded`, `should_tell_everybody::redis`. `templates` lists
//! the rows, `case` finds the parts of the function, and `expand` writes the tests.

mod case;
mod expand;
mod templates;

use proc_macro::TokenStream;

/// Runs a case on the embedded server and on a real one. Each case has a server to itself.
///
/// Only such a case may use `Scene::url`, restart its server or change its configuration.
#[proc_macro_attribute]
pub fn every_server(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::tests(&templates::EVERY_SERVER, arguments, item)
}

/// Runs a case on the embedded server and on a real one that other cases use at the same time, with
/// one kind of client: the case is about the server only.
#[proc_macro_attribute]
pub fn every_shared_server(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::tests(&templates::EVERY_SHARED_SERVER, arguments, item)
}

/// Runs a case on the embedded server and on a real one that other cases use at the same time, with
/// each kind of client of redis-rs.
#[proc_macro_attribute]
pub fn every_client(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::tests(&templates::EVERY_CLIENT, arguments, item)
}

/// Runs a case like `every_client`, without the blocking client, which has no task that could be
/// cancelled.
#[proc_macro_attribute]
pub fn every_async_client(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::tests(&templates::EVERY_ASYNC_CLIENT, arguments, item)
}
