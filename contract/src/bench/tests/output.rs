use serde_json::json;

use crate::bench::{
    outcome::{Outcome, Row},
    plot,
    registry::LOADS,
    sample::{Latency, Sample},
    table,
};

fn samples(units: u64, latency: Option<Latency>) -> Vec<Sample> {
    let sample = Sample {
        units,
        seconds: 0.5,
        server_cpu_seconds: Some(0.25),
        generator_cpu_seconds: Some(0.125),
        latency,
    };
    vec![sample]
}

/// A run of three servers on two loads, with figures that are easy to follow.
fn outcome() -> Outcome {
    let servers = ["no server", "redis 8.0.2", "embedded"].map(str::to_owned).to_vec();
    let mut outcome = Outcome::new(servers, Some(1), 1, 0.5);
    outcome.machine.os = "linux";
    outcome.machine.arch = "x86_64";
    outcome.machine.cpus = 2;
    outcome.machine.debug_build = false;
    let load = |name| LOADS.iter().find(|load| load.name == name).unwrap();

    let rows = [4_000_000, 500_000, 1_000_000].map(|units| samples(units, None));
    outcome.rows.push(Row::new(load("fan-1"), rows.to_vec(), Some(1)));
    let rows = vec![vec![], samples(2000, None), samples(4000, None)];
    outcome.rows.push(Row::new(load("connect"), rows, Some(1)));
    let rows = [(9000, 50_000), (3000, 150_000), (6000, 75_000)]
        .map(|(units, p50)| samples(units, Some(Latency { p50, p99: 2 * p50, max: 3 * p50 })));
    outcome.rows.push(Row::new(load("latency"), rows.to_vec(), Some(1)));
    outcome
}

#[test]
fn should_print_each_load_with_a_line_for_each_server() {
    let outcome = outcome();
    let shown = [None, Some(60)].map(|columns| {
        let mut out = anstream::StripStream::new(Vec::new());
        table::head(&outcome, &mut out).unwrap();
        for row in &outcome.rows {
            table::row(row, &outcome, columns, &mut out).unwrap();
        }
        String::from_utf8(out.into_inner()).unwrap()
    });
    assert!(shown[1].lines().all(|line| line.chars().count() <= 60), "{}", shown[1]);
    insta::assert_snapshot!(shown.join("\n60 columns\n\n"));
}

#[test]
fn should_write_medians_ratios_and_samples_as_json() {
    let value = serde_json::to_value(outcome()).unwrap();
    assert_eq!(value["servers"], json!(["no server", "redis 8.0.2", "embedded"]));
    assert_eq!(value["baseline"], json!(1));
    assert_eq!(value["rows"][0]["load"], json!("fan-1"));
    assert_eq!(value["rows"][0]["unit"], json!("deliveries"));
    assert_eq!(value["rows"][1]["results"][0], json!(null));
    assert_eq!(
        value["rows"][0]["results"][2],
        json!({
            "median": {
                "rate": 2e6, "cpu_nanos": 250.0, "p50_nanos": null, "p99_nanos": null,
            },
            "ratio": {
                "rate": 2.0, "cpu_nanos": 0.5, "p50_nanos": null, "p99_nanos": null,
            },
            "samples": [{
                "units": 1_000_000,
                "seconds": 0.5,
                "server_cpu_seconds": 0.25,
                "generator_cpu_seconds": 0.125,
                "latency": null,
            }],
        })
    );
}

#[test]
fn should_replace_the_file_of_an_earlier_outcome() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut outcome = outcome();
    outcome.save(file.path()).unwrap();
    outcome.rows.truncate(1);
    outcome.save(file.path()).unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["rows"].as_array().unwrap().len(), 1);
}

#[test]
fn should_draw_a_bar_for_every_ratio_and_close_every_element() {
    let mut outcome = outcome();
    outcome.servers[2] = "<embedded> & fast".to_owned();
    let svg = plot::svg(&outcome);
    assert!(svg.contains("&lt;embedded&gt; &amp; fast"), "{svg}");
    // Two servers beside the baseline, each with a legend; two panels; one load lacks the floor.
    assert_eq!(svg.matches("<rect").count(), 2 + 2 * 5);
    assert!(svg.contains(">8.00×<"), "{svg}");

    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn should_draw_no_bars_without_a_real_server() {
    let mut outcome = Outcome::new(vec!["embedded".to_owned()], None, 1, 1.0);
    let row = Row::new(&LOADS[0], vec![samples(1, None)], None);
    outcome.rows.push(row);
    assert_eq!(plot::svg(&outcome).matches("<rect").count(), 1);
}
