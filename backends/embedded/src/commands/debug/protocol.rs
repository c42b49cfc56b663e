//! DEBUG PROTOCOL: a reply of each kind.

use crate::commands::{Context, Outcome};
use crate::wire::{Args, Protocol};

/// Writes a value that every server writes for the kind.
pub(super) fn protocol(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    const ITEMS: usize = 3;
    let profile = ctx.state.profile;
    let is_resp3 = ctx.client().session.protocol == Protocol::Resp3;
    let mut reply = ctx.reply();
    match args[2].to_ascii_lowercase().as_slice() {
        b"string" => _ = reply.bulk("Hello World"),
        b"integer" => _ = reply.integer(12_345),
        b"double" => _ = reply.decimal(profile.debug.double),
        b"null" => _ = reply.null(),
        b"array" => {
            reply.array(ITEMS);
            (0..ITEMS).for_each(|item| _ = reply.count(item));
        }
        b"set" => {
            reply.set(ITEMS);
            (0..ITEMS).for_each(|item| _ = reply.count(item));
        }
        b"map" => {
            reply.map(ITEMS);
            (0..ITEMS).for_each(|item| _ = reply.count(item).boolean(item == 1));
        }
        b"attrib" => {
            if is_resp3 {
                reply.raw(b"|1\r\n").bulk("key-popularity");
                reply.array(2).bulk("key:123").integer(90);
            }
            reply.bulk("Some real reply following the attribute");
        }
        b"push" if !is_resp3 => return Err("ERR RESP2 is not supported by this command".into()),
        b"push" => {
            const BESIDES: &str = "Some real reply following the push reply";
            if profile.pushes_before_reply {
                reply.push(2).bulk("server-cpu-usage").integer(42).bulk(BESIDES);
            } else {
                reply.bulk(BESIDES).push(2).bulk("server-cpu-usage").integer(42);
            }
        }
        b"verbatim" => _ = reply.verbatim("This is a verbatim\nstring"),
        b"true" => _ = reply.boolean(true),
        b"false" => _ = reply.boolean(false),
        b"bignum" => _ = reply.big_number(b"1234567999999999999999999999999999999"),
        _ => {
            return Err("ERR Wrong protocol type name. Please use one of the following: \
                        string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|\
                        false"
                .into());
        }
    }
    Ok(())
}
