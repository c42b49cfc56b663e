use std::ops::ControlFlow;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;

use super::delivery::{Delivery, Lost};
use super::injury::{Ears, Injury, Patient, Witness};
use super::line::Line;
use super::record::{Direction, End};
use crate::socket::{CHUNK, Reader, Socket};

/// Why a connection ended other than by both sides being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    ClientVanished,
    ServerVanished,
    /// By an injury.
    Cut,
}

/// Carries bytes both ways until both sides are done or one is gone, and ends the other side as
/// the first one ended: a half-close stays a half-close, a reset a reset.
pub(super) async fn pump(line: Line, mut client: Socket, mut server: Socket) {
    let patient = Patient::new(&line.injuries);
    let witness = line.watched.then(|| line.common.ward.witness(line.track));
    let ears = line.common.ward.admit(line.track, !patient.is_sound());
    let outcome = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let transport = |direction| Injury::transport(&line.injuries, direction);
        let requests =
            Delivery::new(&line, Direction::Requests, to_server, transport(Direction::Requests));
        let answers =
            Delivery::new(&line, Direction::Answers, to_client, transport(Direction::Answers));
        tokio::try_join!(
            carry_requests(from_client, requests, witness, &line),
            carry_answers(from_server, answers, patient, ears, &line),
        )
    };
    let mut record = line.common.record.borrow_mut();
    match outcome {
        Ok(_) => {}
        Err(Broken::ClientVanished) => {
            record.end(line.track, Direction::Requests, End::Reset);
            server.reset();
        }
        Err(Broken::ServerVanished) => {
            record.end(line.track, Direction::Answers, End::Reset);
            client.reset();
        }
        Err(Broken::Cut) => {
            record.end(line.track, Direction::Answers, End::Finished);
            server.reset();
        }
    }
}

async fn carry_requests(
    mut from: Reader<'_>,
    mut to: Delivery<'_>,
    mut witness: Option<Witness>,
    line: &Line,
) -> Result<(), Broken> {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    while from.read_buf(&mut buffer).await.map_err(|_| Broken::ClientVanished)? > 0 {
        // Before they go on, so that an injury knows of a request before it sees the answer.
        if let Some(witness) = &mut witness {
            witness.see(&buffer);
        }
        match to.deliver(&buffer).await {
            Ok(ControlFlow::Continue(())) => buffer.clear(),
            Ok(ControlFlow::Break(Lost::Cut)) => return Err(Broken::Cut),
            Ok(ControlFlow::Break(Lost::Stalled)) => return swallow(from).await,
            Err(_) => return Err(Broken::ServerVanished),
        }
    }
    line.common.record.borrow_mut().end(line.track, Direction::Requests, End::Finished);
    to.finish().await;
    Ok(())
}

async fn carry_answers(
    mut from: Reader<'_>,
    mut to: Delivery<'_>,
    mut patient: Patient,
    mut ears: Ears,
    line: &Line,
) -> Result<(), Broken> {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    let mut ended = false;
    while !ended {
        let step = tokio::select! {
            biased;
            Some(overheard) = ears.recv() => patient.overhear(&overheard),
            read = from.read_buf(&mut buffer) => {
                ended = read.map_err(|_| Broken::ServerVanished)? == 0;
                if ended { patient.end() } else { patient.treat(&mut buffer) }
            }
        };
        match to.deliver(patient.output()).await {
            Ok(ControlFlow::Continue(())) => patient.delivered(),
            Ok(ControlFlow::Break(Lost::Cut)) => return Err(Broken::Cut),
            Ok(ControlFlow::Break(Lost::Stalled)) => return swallow(from).await,
            Err(_) => return Err(Broken::ClientVanished),
        }
        if step.is_break() {
            return Err(Broken::Cut);
        }
    }
    line.common.record.borrow_mut().end(line.track, Direction::Answers, End::Finished);
    to.finish().await;
    Ok(())
}

/// A stalled side goes on reading, so that the end of the other side is still noticed.
async fn swallow(mut from: Reader<'_>) -> Result<(), Broken> {
    let mut scratch = [0; 4096];
    while from.read(&mut scratch).await.is_ok_and(|read| read > 0) {}
    Ok(())
}
