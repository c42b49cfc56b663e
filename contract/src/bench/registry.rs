use super::{
    BenchError,
    load::{Flow, Idle, Load, Shape, SubscriptionKind, Unit},
};

const fn flow(name: &'static str, what: &'static str, flow: Flow) -> Load {
    Load { name, what, unit: Unit::Delivery, shape: Shape::Flow(flow) }
}

const KIB: usize = 1024;
const PLAIN: Flow = Flow::PLAIN;

/// Every load, in the order of the tables. A new load needs only a row here.
#[rustfmt::skip]
pub const LOADS: &[Load] = &[
    flow("fan-1", "1 → 1, pipeline 64", PLAIN),
    flow("fan-10", "1 → 10, pipeline 64", Flow { subscribers: 10, ..PLAIN }),
    flow("fan-100", "1 → 100, pipeline 64", Flow { subscribers: 100, ..PLAIN }),
    flow("fan-100-resp3", "1 → 100, RESP3 pushes", Flow { subscribers: 100, resp3: true, ..PLAIN }),
    flow("fan-1000", "1 → 1000, pipeline 16", Flow { subscribers: 1000, pipeline: 16, ..PLAIN }),
    flow("fan-100-singly", "1 → 100, one at a time", Flow { subscribers: 100, pipeline: 1, ..PLAIN }),
    flow("channels-8x8", "8 → 8 channels × 8", Flow { channels: 8, subscribers: 8, ..PLAIN }),
    flow("channels-100000", "1 → 1, 100,000 idle channels", Flow { idle: Idle::Channels(100_000), ..PLAIN }),
    flow("patterns-1000", "1 match, 1,000 idle patterns", Flow { subscription: SubscriptionKind::Pattern, idle: Idle::Patterns(1000), ..PLAIN }),
    flow("patterns-10000", "1 match, 10,000 idle patterns", Flow { subscription: SubscriptionKind::Pattern, idle: Idle::Patterns(10_000), pipeline: 16, ..PLAIN }),
    flow("payload-64k", "1 → 10, 64 KiB", Flow { subscribers: 10, payload: 64 * KIB, pipeline: 4, ..PLAIN }),
    flow("payload-1m", "1 → 4, 1 MiB", Flow { subscribers: 4, payload: 1024 * KIB, pipeline: 1, ..PLAIN }),
    Load { name: "nobody", what: "PUBLISH to nobody, pipeline 64", unit: Unit::Publish, shape: Shape::Flow(Flow { subscribers: 0, ..PLAIN }) },
    Load { name: "connect", what: "connect, SUBSCRIBE, close", unit: Unit::Connection, shape: Shape::Connect },
    flow("latency", "publish → receive, one in flight", Flow { pipeline: 1, timed: true, ..PLAIN }),
];

/// The loads that match these filters; all loads if there is no filter. A filter is the name of one
/// load, or a part of several names.
pub(super) fn choose(filters: &[String]) -> Result<Vec<&'static Load>, BenchError> {
    for filter in filters {
        if !LOADS.iter().any(|load| load.name.contains(filter.as_str())) {
            let known = LOADS.iter().map(|load| load.name).collect::<Vec<_>>().join(", ");
            return Err(BenchError::NoSuchLoad { filter: filter.clone(), known });
        }
    }
    let named = |filter: &String| LOADS.iter().any(|load| load.name == filter);
    let chosen = |load: &&Load| {
        filters.is_empty()
            || filters.iter().any(|filter| match named(filter) {
                true => load.name == filter,
                false => load.name.contains(filter.as_str()),
            })
    };
    Ok(LOADS.iter().filter(chosen).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn should_have_unique_names_that_need_no_quotes_in_a_shell() {
        let names: HashSet<_> = LOADS.iter().map(|load| load.name).collect();
        assert_eq!(names.len(), LOADS.len());
        for name in names {
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{name}");
        }
    }

    #[test]
    fn should_count_the_unit_of_its_shape() {
        for Load { name, unit, shape, .. } in LOADS {
            let expected = match shape {
                Shape::Connect => Unit::Connection,
                Shape::Flow(Flow { subscribers: 0, .. }) => Unit::Publish,
                Shape::Flow(_) => Unit::Delivery,
            };
            assert_eq!(*unit, expected, "{name}");
        }
    }

    #[test]
    fn should_time_only_loads_with_one_message_in_flight() {
        for load in LOADS {
            if let Shape::Flow(flow @ Flow { timed: true, .. }) = load.shape {
                assert_eq!((flow.pipeline, flow.channels), (1, 1), "{}", load.name);
            }
        }
    }

    #[test]
    fn should_choose_by_whole_name_before_parts_of_names() {
        let names = |filters: &[&str]| -> Vec<_> {
            let filters: Vec<_> = filters.iter().map(ToString::to_string).collect();
            choose(&filters).unwrap().iter().map(|load| load.name).collect()
        };
        assert_eq!(names(&[]).len(), LOADS.len());
        assert_eq!(names(&["fan-1"]), ["fan-1"]);
        assert_eq!(names(&["payload", "connect"]), ["payload-64k", "payload-1m", "connect"]);
    }

    #[test]
    fn should_refuse_a_filter_that_chooses_nothing() {
        let error = choose(&["fan-7".to_owned()]).unwrap_err().to_string();
        assert!(
            error.starts_with("no load has 'fan-7' in its name: choose from fan-1, fan-10"),
            "{error}"
        );
    }
}
