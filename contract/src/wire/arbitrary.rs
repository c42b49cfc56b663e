//! Generates frames for property tests.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::Frame;

/// Any bytes, often those that have a meaning in the protocol or the text format.
pub(crate) fn bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        4 => "[a-z0-9:*.<>`'\"\\\\ #+-]{0,8}".prop_map(Bytes::from),
        2 => vec(any::<u8>(), 0..12).prop_map(Bytes::from),
        1 => "\\PC{0,6}".prop_map(Bytes::from),
        1 => (vec(any::<u8>(), 0..5), 1..90usize, vec(any::<u8>(), 0..5))
            .prop_map(|(unit, times, tail)| Bytes::from([unit.repeat(times), tail].concat())),
    ]
}

/// Bytes without CR and LF, which fit on a line of the protocol.
fn line() -> impl Strategy<Value = Bytes> {
    bytes().prop_map(|bytes| bytes.into_iter().filter(|byte| !b"\r\n".contains(byte)).collect())
}

/// A frame of any type that can be encoded.
pub(crate) fn frame() -> impl Strategy<Value = Frame> {
    let leaf = prop_oneof![
        line().prop_map(Frame::Simple),
        line().prop_map(Frame::Error),
        any::<i64>().prop_map(Frame::Integer),
        bytes().prop_map(Frame::Bulk),
        Just(Frame::NullBulk),
        Just(Frame::NullArray),
        Just(Frame::Null),
        any::<bool>().prop_map(Frame::Boolean),
        "-?[0-9]{1,3}\\.[0-9]|-?inf|nan|[0-9]e-?[0-9]".prop_map(|text| Frame::Double(text.into())),
        "-?[0-9]{1,30}".prop_map(|text| Frame::BigNumber(text.into())),
        bytes().prop_map(Frame::BulkError),
        ("[a-z]{3}", bytes())
            .prop_map(|(format, text)| [format.as_bytes(), b":", &text[..]].concat())
            .prop_map(|text| Frame::Verbatim(text.into())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let pairs = vec((inner.clone(), inner.clone()), 0..4);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Frame::Array),
            vec(inner.clone(), 0..4).prop_map(Frame::Set),
            vec(inner.clone(), 0..4).prop_map(Frame::Push),
            pairs.clone().prop_map(Frame::Map),
            (pairs, inner).prop_map(|(pairs, value)| Frame::Attribute(pairs, Box::new(value))),
        ]
    })
}
