//! Generates conversations for property tests, with everything that the model can express.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::wire::arbitrary::{bytes, frame};

pub(crate) fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        3 => frame().prop_map(Shape::Exact),
        1 => Just(Shape::Integer),
        1 => Just(Shape::Anything),
        2 => template(),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let items = vec(inner.clone(), 0..4);
        let pairs = vec((inner.clone(), inner), 0..4);
        prop_oneof![
            items.clone().prop_map(Shape::array),
            items.clone().prop_map(Shape::push),
            items.clone().prop_map(Shape::set),
            items.prop_map(Shape::any_array),
            pairs.clone().prop_map(Shape::map),
            pairs.clone().prop_map(Shape::any_pairs),
            pairs.prop_map(Shape::any_map),
        ]
    })
}

fn template() -> impl Strategy<Value = Shape> {
    let text = select(vec![Text::Simple, Text::Error, Text::Bulk, Text::Verbatim]);
    let piece = prop_oneof![
        bytes().prop_map(Piece::Literal),
        select(Mask::ALL.to_vec()).prop_map(|(_, mask)| Piece::Hole(mask)),
    ];
    (text, vec(piece, 0..5), any::<bool>()).prop_map(|(text, pieces, in_order)| match in_order {
        true => Shape::template(text, pieces),
        false => Shape::any_lines(text, pieces),
    })
}

fn name() -> impl Strategy<Value = Name> {
    "alice|pub|sub#2|any|on|end|wait|b-c\\.d_1".prop_map(|name| Name::new(&name))
}

fn line() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9#:<>\"'é ]{0,20}".prop_map(|line| line.trim().to_owned())
}

fn action() -> impl Strategy<Value = ClientAction> {
    prop_oneof![
        Just(ClientAction::Open),
        Just(ClientAction::StopReading),
        Just(ClientAction::StartReading),
        Just(ClientAction::HalfClose),
        Just(ClientAction::Close),
        bytes().prop_map(ClientAction::Raw),
        vec(bytes(), 0..4).prop_map(ClientAction::Request),
        (vec(bytes(), 0..3), name(), vec(bytes(), 0..2)).prop_map(|(before, name, after)| {
            let before = before.into_iter().map(Word::Bytes);
            let words = before.chain([Word::IdOf(name)]);
            ClientAction::RequestWithIds(words.chain(after.into_iter().map(Word::Bytes)).collect())
        }),
        select(vec![
            "open",
            "close",
            "raw",
            "[]",
            "..",
            "half-close",
            "stop-reading",
            "OPEN",
            "<id"
        ])
        .prop_map(|word| ClientAction::Request(vec![word.into()])),
    ]
}

fn server_step() -> impl Strategy<Value = ServerStep> {
    let event = prop_oneof![
        6 => shape().prop_map(ServerEvent::Frame),
        1 => bytes().prop_map(ServerEvent::Raw),
        1 => Just(ServerEvent::Closed),
    ];
    (name(), event).prop_map(|(connection, event)| ServerStep {
        connection,
        place: Place::default(),
        event,
    })
}

fn answer() -> impl Strategy<Value = Answer> {
    let expectation = prop_oneof![
        4 => server_step().prop_map(Expectation::One),
        1 => vec(server_step(), 0..3).prop_map(Expectation::AnyOrder),
        1 => vec(server_step(), 0..3).prop_map(Expectation::AnyNames),
    ];
    vec(expectation, 0..3)
}

fn variants() -> impl Strategy<Value = Vec<Variant>> {
    let other = || (vec(line(), 0..2), answer());
    (option::of(other()), option::of(other())).prop_map(|(one, two)| {
        let variant = |servers: &[&str], (remark, answer)| Variant {
            remark,
            servers: servers.iter().map(|server| ServerName::new(server)).collect(),
            answer,
        };
        let one = one.map(|other| variant(&["redis-7.0"], other));
        let two = two.map(|other| variant(&["valkey-8.1", "valkey-9.0"], other));
        one.into_iter().chain(two).collect()
    })
}

fn turn() -> impl Strategy<Value = Turn> {
    let client_steps = vec((name(), action()), 0..3).prop_map(|client_steps| {
        let client_step =
            |(connection, action)| ClientStep { connection, place: Place::default(), action };
        client_steps.into_iter().map(client_step).collect()
    });
    let wait = prop_oneof![3 => Just(0), 1 => 1_u64..=60_000].prop_map(Duration::from_millis);
    (vec(line(), 0..2), wait, client_steps, answer(), variants())
        .prop_map(|(remark, wait, client_steps, answer, variants)| Turn {
            remark,
            wait,
            client_steps,
            answer,
            variants,
        })
        .prop_filter("the turn is not empty", |turn| {
            // The parser gives a remark directly above a variant to the variant.
            let has_steps =
                !turn.wait.is_zero() || !turn.client_steps.is_empty() || !turn.answer.is_empty();
            *turn != Turn::default() && (has_steps || turn.variants.is_empty())
        })
}

fn setup() -> impl Strategy<Value = Setup> {
    let node =
        prop_oneof![Just(Node::Here), "10\\.0\\.0\\.[1-9]:[1-9][0-9]{3}".prop_map(Node::At),];
    let parameter = ("[a-z]{1,5}-[a-z]{1,5}", any::<String>())
        .prop_map(|(name, value)| Setting::Parameter { name, value });
    let slots = (0..SLOTS, 0..SLOTS, node).prop_map(|(one, other, node)| Setting::Slots {
        range: one.min(other)..=one.max(other),
        node,
    });
    vec(prop_oneof![parameter, slots], 0..3).prop_map(|settings| Setup { settings })
}

pub(crate) fn conversation() -> impl Strategy<Value = Conversation> {
    let remark = vec(line(), 0..2);
    let servers = vec("(redis|valkey) [0-9]\\.[0-9]\\.[0-9]", 0..3);
    (line(), remark, servers, setup(), vec(turn(), 0..4)).prop_map(
        |(title, remark, recorded_from, setup, turns)| Conversation {
            title,
            remark,
            recorded_from,
            setup,
            turns,
        },
    )
}
