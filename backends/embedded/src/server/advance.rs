//! Moving time forward.

use std::time::Duration;

use super::event_loop::EventLoop;
use super::handle::EmbeddedRedis;

/// Time in the hands of a test.
impl EmbeddedRedis {
    /// Stops the server's time: from now on, only [`advance`](Self::advance) moves it. A server that
    /// is built with [`Clock::manual`](crate::Clock::manual) begins like this.
    pub fn stop_clock(&self) {
        if self.is_own() {
            self.clock().stop();
        }
    }

    /// Moves the server's time forward, on a manual clock and on a real one.
    ///
    /// Everything that becomes due on the way happens at its own time and in its order, as if the
    /// time had really passed: a key expires and its event is published, a pause ends and its
    /// clients continue, an idle or slow client is closed. When the call returns, all of that has
    /// happened: replies and messages are on their way, and closed clients are gone.
    ///
    /// A request that the server has not read yet runs at the later time. To be sure that a request
    /// comes first, wait for its reply or its effect.
    ///
    /// The time of a stopped server moves too. A restart does not turn it back.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use std::net::TcpStream;
    /// use std::time::Duration;
    /// use twincast_embedded::{Clock, EmbeddedRedis};
    ///
    /// let redis = EmbeddedRedis::builder().clock(Clock::manual()).start()?;
    /// let mut client = TcpStream::connect(redis.addr())?;
    /// let mut ask = |request: &str, reply: &str| {
    ///     client.write_all(request.as_bytes())?;
    ///     let mut read = vec![0; reply.len()];
    ///     client.read_exact(&mut read)?;
    ///     assert_eq!(read, reply.as_bytes());
    ///     std::io::Result::Ok(())
    /// };
    ///
    /// ask("SET lock mine EX 3600\r\n", "+OK\r\n")?;
    /// redis.advance(Duration::from_secs(600));
    /// ask("TTL lock\r\n", ":3000\r\n")?;
    /// redis.advance(Duration::from_secs(3000));
    /// ask("EXISTS lock\r\n", ":0\r\n")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(&self, duration: Duration) {
        let advanced = self.run_job(move |event_loop| event_loop.advance(duration));
        if advanced.is_none() && self.is_own() {
            self.clock().advance(duration);
        }
    }
}

impl EventLoop {
    /// Moves the clock, and stops at each time at which something is due.
    fn advance(&mut self, duration: Duration) {
        let mut left = duration;
        loop {
            // Ends the round of the present time, with all that is due by now.
            self.flush();
            let due = self.engine.state.next_due().filter(|due| *due > self.sockets.now);
            let step =
                due.map(|due| due.since(self.sockets.clock.now())).filter(|step| *step <= left);
            let Some(step) = step else { break };
            self.pass(step);
            left -= step;
        }
        self.pass(left);
        self.flush();
    }

    fn pass(&mut self, time: Duration) {
        self.sockets.clock.advance(time);
        self.sockets.now = self.sockets.clock.now();
    }
}
