use std::io;
use std::ops::ControlFlow;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;

use super::connection::Connection;
use super::fault::{
    FailingRequests, Fault, FaultInjector, RequestObserver, RequestReceiver, UNKNOWN_REQUEST,
};
use super::forward::{Forwarder, Interruption};
use super::line;
use super::record::{Direction, End};
use crate::socket::{CHUNK, Reader, Socket};

/// Why a connection ended before both sides had finished sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Abort {
    ClientVanished,
    ServerVanished,
    /// A fault cut it.
    Cut,
    /// The case cut it.
    CutByCase,
}

/// Copies bytes in both directions until both sides have finished or one is gone. Ends are passed
/// on as they are: a half-close as a half-close, a reset as a reset.
pub(super) async fn copy_bidirectional(
    connection: Connection,
    mut client: Socket,
    mut server: Socket,
) {
    let injector = FaultInjector::new(&connection.faults, connection.failures.clone());
    let observer =
        connection.is_observed.then(|| connection.state.broadcast.observer(connection.id));
    let observed_requests =
        connection.state.broadcast.subscribe(connection.id, !injector.is_empty());
    let outcome = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let byte_fault = |direction| Fault::byte_fault(&connection.faults, direction);
        let requests = Forwarder::new(
            &connection,
            Direction::Requests,
            to_server,
            byte_fault(Direction::Requests),
        );
        let answers = Forwarder::new(
            &connection,
            Direction::Answers,
            to_client,
            byte_fault(Direction::Answers),
        );
        let copied = async {
            tokio::try_join!(
                copy_requests(from_client, requests, observer, &connection),
                copy_answers(from_server, answers, injector, observed_requests, &connection),
            )
        };
        tokio::select! {
            copied = copied => copied,
            () = line::cut(connection.line.clone()) => Err(Abort::CutByCase),
        }
    };
    let mut record = connection.state.record.borrow_mut();
    match outcome {
        Ok(_) => {}
        Err(Abort::ClientVanished) => {
            record.end(connection.id, Direction::Requests, End::Reset);
            server.reset();
        }
        Err(Abort::ServerVanished) => {
            record.end(connection.id, Direction::Answers, End::Reset);
            client.reset();
        }
        Err(Abort::CutByCase) => {
            record.end(connection.id, Direction::Requests, End::Cut);
            server.reset();
        }
        Err(Abort::Cut) => {
            record.end(connection.id, Direction::Answers, End::Finished);
            server.reset();
        }
    }
}

async fn copy_requests(
    mut from: Reader<'_>,
    mut to: Forwarder<'_>,
    mut observer: Option<RequestObserver>,
    connection: &Connection,
) -> Result<(), Abort> {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    let mut failing = FailingRequests::new(connection.failures.clone());
    let mut seen = 0;
    while from.read_buf(&mut buffer).await.map_err(|_| Abort::ClientVanished)? > 0 {
        // The observer comes first, so that a fault sees a request before its answer.
        if let Some(observer) = &mut observer {
            observer.observe(&buffer[seen..]);
        }
        match forward_requests(&mut buffer, &mut to, &mut failing).await {
            Ok(ControlFlow::Continue(())) => seen = buffer.len(),
            Ok(ControlFlow::Break(Interruption::Cut)) => return Err(Abort::Cut),
            Ok(ControlFlow::Break(Interruption::Stalled)) => return discard_rest(from).await,
            Err(_) => return Err(Abort::ServerVanished),
        }
    }
    // The beginning of a request, if the client ended within one.
    if to.forward(&buffer).await.is_err() {
        return Err(Abort::ServerVanished);
    }
    connection.state.record.borrow_mut().end(connection.id, Direction::Requests, End::Finished);
    to.finish().await;
    Ok(())
}

/// Forwards the requests in the buffer, except those that meet a planned failure. The beginning of
/// a request stays in the buffer if it may be one of them.
async fn forward_requests(
    buffer: &mut BytesMut,
    to: &mut Forwarder<'_>,
    failing: &mut FailingRequests,
) -> io::Result<ControlFlow<Interruption>> {
    if !failing.is_decoding() {
        let forwarded = to.forward(buffer).await?;
        buffer.clear();
        return Ok(forwarded);
    }
    while let Some((request, fails)) = failing.take(buffer) {
        if fails {
            to.replace(&request, UNKNOWN_REQUEST).await?;
        } else if let flow @ ControlFlow::Break(_) = to.forward(&request).await? {
            return Ok(flow);
        }
    }
    buffer.reserve(CHUNK);
    Ok(ControlFlow::Continue(()))
}

async fn copy_answers(
    mut from: Reader<'_>,
    mut to: Forwarder<'_>,
    mut injector: FaultInjector,
    mut observed_requests: RequestReceiver,
    connection: &Connection,
) -> Result<(), Abort> {
    let mut buffer = BytesMut::with_capacity(CHUNK);
    let mut ended = false;
    while !ended {
        let step = tokio::select! {
            biased;
            Some(request) = observed_requests.recv() => injector.on_request(&request),
            read = from.read_buf(&mut buffer) => {
                ended = read.map_err(|_| Abort::ServerVanished)? == 0;
                if ended { injector.end() } else { injector.process(&mut buffer) }
            }
        };
        match to.forward(injector.output()).await {
            Ok(ControlFlow::Continue(())) => injector.clear_output(),
            Ok(ControlFlow::Break(Interruption::Cut)) => return Err(Abort::Cut),
            Ok(ControlFlow::Break(Interruption::Stalled)) => return discard_rest(from).await,
            Err(_) => return Err(Abort::ClientVanished),
        }
        if step.is_break() {
            return Err(Abort::Cut);
        }
    }
    connection.state.record.borrow_mut().end(connection.id, Direction::Answers, End::Finished);
    to.finish().await;
    Ok(())
}

/// Keeps reading from the sender of a stalled direction, so that its end is still noticed.
async fn discard_rest(mut from: Reader<'_>) -> Result<(), Abort> {
    let mut scratch = [0; 4096];
    while from.read(&mut scratch).await.is_ok_and(|read| read > 0) {}
    Ok(())
}
