//! The data in the hands of a test: run a command without a socket, and show all keys as text.

use super::error::ExecuteError;
use super::event_loop::EventLoop;
use super::handle::EmbeddedRedis;
use super::value::Value;

/// Data without a connection.
impl EmbeddedRedis {
    /// Runs a command, and returns its reply.
    ///
    /// The command runs between two commands of clients, as one of a client of its own that is logged
    /// in as the default user and has selected database 0. Nothing of that client is left afterwards,
    /// so neither `SELECT` nor `MULTI` has an effect on the next call. A command that would wait, such
    /// as `BLPOP`, returns at once what it returns when its time is over.
    ///
    /// ```
    /// use twincast_embedded::EmbeddedRedis;
    ///
    /// let redis = EmbeddedRedis::start()?;
    /// redis.execute(["HSET", "user:1", "name", "ann"])?;
    /// assert_eq!(redis.execute(["HGET", "user:1", "name"])?, "ann");
    ///
    /// let error = redis.execute(["INCR", "user:1"]).unwrap_err();
    /// assert!(error.to_string().contains("WRONGTYPE"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the command replies with an error, the server is stopped, or a client has paused the command
    /// with `CLIENT PAUSE`.
    pub fn execute<W: AsRef<[u8]>>(
        &self,
        words: impl IntoIterator<Item = W>,
    ) -> Result<Value, ExecuteError> {
        let words: Vec<Vec<u8>> = words.into_iter().map(|word| word.as_ref().to_vec()).collect();
        let request = String::from_utf8_lossy(&words.join(&b' ')).into_owned();
        let error = |reason: &str| ExecuteError { request, reason: reason.to_owned() };
        if words.is_empty() {
            return Err(error("a request is one word at least"));
        }
        let reply = self.run_job(move |event_loop| {
            let EventLoop { engine, sockets, .. } = event_loop;
            let now = sockets.now;
            engine.execute_directly(sockets, &words, now)
        });
        match reply.as_deref().map(Value::read) {
            Some(Some((Value::Error(reason), _))) => Err(error(&reason)),
            Some(Some((value, _))) => Ok(value),
            Some(None) => {
                Err(error("it got no reply: a client has paused it, or it turned replies off"))
            }
            None => Err(error("the server is stopped; restart it first")),
        }
    }

    /// All keys with their values, as text that is the same for the same data: for snapshots, and for
    /// the messages of failing tests. A stopped server has no keys.
    ///
    /// Keys, fields and members of sets are sorted. Of a key that expires, the remaining time is shown;
    /// with a [manual clock](crate::Clock::manual), it is the same in every run.
    ///
    /// ```
    /// use twincast_embedded::{Clock, EmbeddedRedis};
    ///
    /// let redis = EmbeddedRedis::builder().clock(Clock::manual()).start()?;
    /// redis.execute(["SET", "lock", "mine", "EX", "60"])?;
    /// redis.execute(["HSET", "user:1", "name", "ann", "age", "7"])?;
    /// redis.execute(["ZADD", "board", "1.5", "bob"])?;
    /// let expected = r#"
    /// "board" zset
    ///   "bob" 1.5
    /// "lock" string, 60000 ms left
    ///   "mine"
    /// "user:1" hash
    ///   "age" "7"
    ///   "name" "ann"
    /// "#;
    /// assert_eq!(redis.dump(), expected.trim_start());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dump(&self) -> String {
        let text = self
            .run_job(|event_loop| event_loop.engine.state.describe_keys(event_loop.sockets.now));
        text.unwrap_or_default()
    }
}
