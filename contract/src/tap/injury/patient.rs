use std::ops::ControlFlow;

use bytes::BytesMut;

use super::{Injury, ON, Overheard, Wound};
use crate::socket::CHUNK;
use crate::wire::{Decoder, Frame, encode};

/// The answers of one connection on their way through its wounds.
///
/// Without a wound they are not even decoded.
pub(in crate::tap) struct Patient {
    wounds: Vec<Box<dyn Wound>>,
    decoder: Decoder,
    /// Bytes in front of which no frame is complete.
    pending: BytesMut,
    output: BytesMut,
    /// After bytes that are no frame nothing is hurt any more.
    lost: bool,
}

impl Patient {
    pub(in crate::tap) fn new(injuries: &[Injury]) -> Self {
        Self {
            wounds: injuries.iter().filter_map(|injury| injury.wound()).collect(),
            decoder: Decoder::new(),
            pending: BytesMut::new(),
            output: BytesMut::with_capacity(CHUNK),
            lost: false,
        }
    }

    pub(in crate::tap) fn is_sound(&self) -> bool {
        self.wounds.is_empty()
    }

    /// Takes what the server sent. A break closes the connection behind the output.
    pub(in crate::tap) fn treat(&mut self, bytes: &mut BytesMut) -> ControlFlow<()> {
        if self.is_sound() || self.lost {
            std::mem::swap(&mut self.output, bytes);
            return ON;
        }
        self.pending.extend_from_slice(bytes);
        bytes.clear();
        loop {
            match self.decoder.decode(&mut self.pending) {
                Ok(Some(decoded)) => self.pass(vec![decoded.frame], 0)?,
                Ok(None) => return ON,
                Err(_) => {
                    self.lost = true;
                    self.output.unsplit(self.pending.split());
                    return ON;
                }
            }
        }
    }

    pub(in crate::tap) fn overhear(&mut self, overheard: &Overheard) -> ControlFlow<()> {
        for wound in 0..self.wounds.len() {
            let mut out = Vec::new();
            self.wounds[wound].overhear(overheard, &mut out);
            self.pass(out, wound + 1)?;
        }
        ON
    }

    pub(in crate::tap) fn end(&mut self) -> ControlFlow<()> {
        for wound in 0..self.wounds.len() {
            let mut out = Vec::new();
            self.wounds[wound].end(&mut out);
            self.pass(out, wound + 1)?;
        }
        self.output.unsplit(self.pending.split());
        ON
    }

    /// What is to go to the client.
    pub(in crate::tap) fn output(&self) -> &[u8] {
        &self.output
    }

    /// It went.
    pub(in crate::tap) fn delivered(&mut self) {
        self.output.clear();
    }

    fn pass(&mut self, mut frames: Vec<Frame>, from: usize) -> ControlFlow<()> {
        let mut flow = ON;
        for wound in &mut self.wounds[from..] {
            let mut out = Vec::with_capacity(frames.len());
            for frame in frames {
                if wound.frame(frame, &mut out).is_break() {
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
