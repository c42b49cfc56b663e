//! One round of one load on one server.

use std::{thread, time::Duration};

use serde::Serialize;

use super::{
    connects,
    cpu::Cpu,
    driver::Driver,
    fault::Fault,
    floor::Floor,
    load::{Load, Shape, Unit},
    plan::{Plan, Script},
    site::{Lines, Site},
};

/// What one server did in one round of one load.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// How many units, all accounted for.
    pub units: u64,
    /// How long they took.
    pub seconds: f64,
    /// The server's processor time.
    pub server_cpu_seconds: Option<f64>,
    /// The load generator's. If it is about as long as the whole round, the figure shows the
    /// generator's speed and not the server's.
    pub generator_cpu_seconds: Option<f64>,
    /// How long single messages took, if they were timed.
    pub latency: Option<Latency>,
}

/// Nanoseconds from before a PUBLISH was written to after its message was read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Half of all messages took less.
    pub p50: u64,
    /// 99 of 100 took less.
    pub p99: u64,
    /// The slowest.
    pub max: u64,
}

/// Who is loaded.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// No server.
    Floor,
    /// A server, and its processor time.
    Server(&'a Site, Option<&'a Cpu>),
}

/// Processor time before and after.
struct Meter<'a> {
    server: Option<&'a Cpu>,
    generator: Option<Cpu>,
    before: [Option<Duration>; 2],
}

/// Loads a target for about this long.
pub(super) fn take(
    load: &Load,
    target: Target<'_>,
    span: Duration,
    prefix: &str,
) -> Result<Sample, Fault> {
    match (load.shape, target) {
        (Shape::Flow(flow), Target::Floor) => {
            let plan = Plan::new(&flow, prefix);
            thread::scope(|scope| {
                let (floor, lines) = Floor::start(scope, &plan)?;
                let (sample, driver) =
                    flow_sample(load.unit, &plan, lines, floor.cpu.as_ref(), span)?;
                drop(driver);
                floor.join()?;
                Ok(sample)
            })
        }
        (Shape::Flow(flow), Target::Server(site, cpu)) => {
            let plan = Plan::new(&flow, prefix);
            let lines = site.prepare(&plan)?;
            let (sample, driver) = flow_sample(load.unit, &plan, lines, cpu, span)?;
            driver.leave()?;
            Ok(sample)
        }
        (Shape::Connect, Target::Server(site, cpu)) => {
            connect_sample(site, cpu, span, &greeting(prefix))
        }
        (Shape::Connect, Target::Floor) => {
            let script = greeting(prefix);
            thread::scope(|scope| {
                let (floor, site) = Floor::greet(scope, &script)?;
                let sample = connect_sample(&site, floor.cpu.as_ref(), span, &script);
                drop(site.connect());
                floor.join()?;
                sample
            })
        }
    }
}

fn flow_sample<'a>(
    unit: Unit,
    plan: &'a Plan,
    lines: Lines,
    cpu: Option<&Cpu>,
    span: Duration,
) -> Result<(Sample, Driver<'a>), Fault> {
    let mut driver = Driver::new(plan, lines)?;
    // Buffers grow, caches fill, a processor wakes up: not counted.
    driver.run(span / 10)?;
    let meter = Meter::start(cpu);
    let tally = driver.run(span)?;
    let units = if unit == Unit::Publish { tally.publishes } else { tally.deliveries };
    let latency = tally.times.map(|times| Latency {
        p50: times.value_at_quantile(0.5),
        p99: times.value_at_quantile(0.99),
        max: times.max(),
    });
    Ok((meter.sample(units, tally.elapsed, latency), driver))
}

/// What who connects has to say.
fn greeting(prefix: &str) -> Script {
    Script::subscribing("SUBSCRIBE", &[format!("{prefix}events")], 0, false)
}

fn connect_sample(
    site: &Site,
    cpu: Option<&Cpu>,
    span: Duration,
    script: &Script,
) -> Result<Sample, Fault> {
    let meter = Meter::start(cpu);
    let (count, elapsed) = connects::run(site, script, span)?;
    Ok(meter.sample(count, elapsed, None))
}

impl<'a> Meter<'a> {
    fn start(server: Option<&'a Cpu>) -> Self {
        let mut meter = Self { server, generator: Cpu::of_this_thread(), before: [None; 2] };
        meter.before = meter.used();
        meter
    }

    fn used(&self) -> [Option<Duration>; 2] {
        [self.server, self.generator.as_ref()].map(|cpu| cpu.and_then(Cpu::used))
    }

    fn sample(self, units: u64, elapsed: Duration, latency: Option<Latency>) -> Sample {
        let after = self.used();
        let spent = |which: usize| {
            after[which]
                .zip(self.before[which])
                .map(|(after, before)| after.saturating_sub(before).as_secs_f64())
        };
        Sample {
            units,
            seconds: elapsed.as_secs_f64(),
            server_cpu_seconds: spent(0),
            generator_cpu_seconds: spent(1),
            latency,
        }
    }
}
