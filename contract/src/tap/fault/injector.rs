use std::ops::ControlFlow;

use bytes::BytesMut;

use super::failing::{FailingAnswers, Failures};
use super::{CONTINUE, Fault, FrameFault, ObservedRequest};
use crate::socket::CHUNK;
use crate::wire::{Decoder, Frame, encode};

/// Injects faults into the answers of one connection.
///
/// Without a fault that changes frames, the answers are not even decoded.
pub(in crate::tap) struct FaultInjector {
    frame_faults: Vec<Box<dyn FrameFault>>,
    decoder: Decoder,
    /// The bytes of an incomplete frame.
    pending: BytesMut,
    output: BytesMut,
    /// Set by malformed bytes: everything after them is forwarded unchanged.
    is_bypassed: bool,
    failures: Failures,
    /// Whether planned errors are looked for.
    expects_failures: bool,
}

impl FaultInjector {
    pub(in crate::tap) fn new(faults: &[Fault], failures: Failures) -> Self {
        Self {
            frame_faults: faults.iter().filter_map(|fault| fault.frame_fault()).collect(),
            decoder: Decoder::new(),
            pending: BytesMut::new(),
            output: BytesMut::with_capacity(CHUNK),
            is_bypassed: false,
            failures,
            expects_failures: false,
        }
    }

    pub(in crate::tap) fn is_empty(&self) -> bool {
        self.frame_faults.is_empty()
    }

    /// Processes bytes from the server. A break closes the connection after the output.
    pub(in crate::tap) fn process(&mut self, bytes: &mut BytesMut) -> ControlFlow<()> {
        if !self.expects_failures && self.failures.are_expected() {
            self.frame_faults.insert(0, Box::new(FailingAnswers::new(self.failures.clone())));
            self.expects_failures = true;
        }
        if self.is_empty() || self.is_bypassed {
            std::mem::swap(&mut self.output, bytes);
            return CONTINUE;
        }
        self.pending.extend_from_slice(bytes);
        bytes.clear();
        loop {
            match self.decoder.decode(&mut self.pending) {
                Ok(Some(decoded)) => self.pass(vec![decoded.frame], 0)?,
                Ok(None) => return CONTINUE,
                Err(_) => {
                    self.is_bypassed = true;
                    self.output.unsplit(self.pending.split());
                    return CONTINUE;
                }
            }
        }
    }

    pub(in crate::tap) fn on_request(&mut self, request: &ObservedRequest) -> ControlFlow<()> {
        for index in 0..self.frame_faults.len() {
            let mut out = Vec::new();
            self.frame_faults[index].on_request(request, &mut out);
            self.pass(out, index + 1)?;
        }
        CONTINUE
    }

    pub(in crate::tap) fn end(&mut self) -> ControlFlow<()> {
        for index in 0..self.frame_faults.len() {
            let mut out = Vec::new();
            self.frame_faults[index].on_end(&mut out);
            self.pass(out, index + 1)?;
        }
        self.output.unsplit(self.pending.split());
        CONTINUE
    }

    /// The bytes for the client.
    pub(in crate::tap) fn output(&self) -> &[u8] {
        &self.output
    }

    /// Must be called when the output was forwarded.
    pub(in crate::tap) fn clear_output(&mut self) {
        self.output.clear();
    }

    fn pass(&mut self, mut frames: Vec<Frame>, from: usize) -> ControlFlow<()> {
        let mut flow = CONTINUE;
        for frame_fault in &mut self.frame_faults[from..] {
            let mut out = Vec::with_capacity(frames.len());
            for frame in frames {
                if frame_fault.on_frame(frame, &mut out).is_break() {
                    flow = ControlFlow::Break(());
                    break;
                }
            }
            frames = out;
        }
        for frame in &frames {
            encode(frame, &mut self.output);
        }
        flow
    }
}
