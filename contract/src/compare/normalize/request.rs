/// A request that has not been answered yet.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) words: Vec<String>,
    /// The number of confirmations received so far.
    pub(super) confirmed: usize,
}

impl Request {
    /// Whether the request is this command.
    pub(super) fn is(&self, command: &str) -> bool {
        self.words[0].eq_ignore_ascii_case(command)
    }

    /// Whether the request resets the connection. A RESET with arguments is refused.
    pub(super) fn resets(&self) -> bool {
        self.is("reset") && self.words.len() == 1
    }

    /// Whether the client is in a transaction after this request.
    pub(super) fn is_in_transaction_after(&self, before: bool) -> bool {
        self.is("multi") || before && !self.is("exec") && !self.is("discard")
    }

    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether some of its confirmations have been received.
    pub(super) fn is_confirmed(&self) -> bool {
        self.confirmed > 0
    }
}
