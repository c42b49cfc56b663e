//! One round of one load on one server.

use std::{thread, time::Duration};

use serde::Serialize;

use super::{
    connect_loop,
    cpu::Cpu,
    driver::Driver,
    endpoint::{Connections, Endpoint},
    failure::LoadFailure,
    floor::Floor,
    load::{Load, Shape, Unit},
    plan::{Exchange, Plan},
};

/// The measurements of one server in one round of one load.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// How many units were counted, each of them checked.
    pub units: u64,
    /// How long they took.
    pub seconds: f64,
    /// The server's processor time.
    pub server_cpu_seconds: Option<f64>,
    /// The load generator's processor time. If it is about as long as the round, the sample shows
    /// the generator's speed and not the server's.
    pub generator_cpu_seconds: Option<f64>,
    /// How long single messages took, if they were timed.
    pub latency: Option<Latency>,
}

/// Nanoseconds from the write of a PUBLISH to the arrival of its message.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Half of all messages took less.
    pub p50: u64,
    /// 99 of 100 took less.
    pub p99: u64,
    /// The slowest message.
    pub max: u64,
}

/// The target of a load.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// No server.
    Floor,
    /// A server, and its processor time.
    Server(&'a Endpoint, Option<&'a Cpu>),
}

/// Measures the processor time of a span.
struct CpuMeter<'a> {
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
) -> Result<Sample, LoadFailure> {
    match (load.shape, target) {
        (Shape::Flow(flow), Target::Floor) => {
            let plan = Plan::new(&flow, prefix);
            thread::scope(|scope| {
                let (floor, connections) = Floor::start(scope, &plan)?;
                let (sample, driver) =
                    flow_sample(load.unit, &plan, connections, floor.cpu.as_ref(), span)?;
                drop(driver);
                floor.join()?;
                Ok(sample)
            })
        }
        (Shape::Flow(flow), Target::Server(endpoint, cpu)) => {
            let plan = Plan::new(&flow, prefix);
            let connections = endpoint.connect_all(&plan)?;
            let (sample, driver) = flow_sample(load.unit, &plan, connections, cpu, span)?;
            driver.unsubscribe()?;
            Ok(sample)
        }
        (Shape::Connect, Target::Server(endpoint, cpu)) => {
            connect_sample(endpoint, cpu, span, &connect_exchange(prefix))
        }
        (Shape::Connect, Target::Floor) => {
            let exchange = connect_exchange(prefix);
            thread::scope(|scope| {
                let (floor, endpoint) = Floor::accept_and_answer(scope, &exchange)?;
                let sample = connect_sample(&endpoint, floor.cpu.as_ref(), span, &exchange);
                drop(endpoint.connect());
                floor.join()?;
                sample
            })
        }
    }
}

fn flow_sample<'a>(
    unit: Unit,
    plan: &'a Plan,
    connections: Connections,
    cpu: Option<&Cpu>,
    span: Duration,
) -> Result<(Sample, Driver<'a>), LoadFailure> {
    let mut driver = Driver::new(plan, connections)?;
    // This warm-up is not counted: buffers grow, caches fill, and a processor wakes up.
    driver.run(span / 10)?;
    let meter = CpuMeter::start(cpu);
    let totals = driver.run(span)?;
    let units = if unit == Unit::Publish { totals.publishes } else { totals.deliveries };
    let latency = totals.times.map(|times| Latency {
        p50: times.value_at_quantile(0.5),
        p99: times.value_at_quantile(0.99),
        max: times.max(),
    });
    Ok((meter.sample(units, totals.elapsed, latency), driver))
}

/// The exchange of each new connection.
fn connect_exchange(prefix: &str) -> Exchange {
    Exchange::subscribing("SUBSCRIBE", &[format!("{prefix}events")], 0, false)
}

fn connect_sample(
    endpoint: &Endpoint,
    cpu: Option<&Cpu>,
    span: Duration,
    exchange: &Exchange,
) -> Result<Sample, LoadFailure> {
    let meter = CpuMeter::start(cpu);
    let (count, elapsed) = connect_loop::run(endpoint, exchange, span)?;
    Ok(meter.sample(count, elapsed, None))
}

impl<'a> CpuMeter<'a> {
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
