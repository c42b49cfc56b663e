/// A request that was not answered yet.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) words: Vec<String>,
    /// How many confirmations answered it already.
    pub(super) confirmed: usize,
}

impl Request {
    /// Whether its command is this.
    pub(super) fn is(&self, command: &str) -> bool {
        self.words[0].eq_ignore_ascii_case(command)
    }

    /// Whether this is a RESET that resets the connection: with more words it is refused.
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

    /// Whether some of its confirmations came already.
    pub(super) fn is_confirmed(&self) -> bool {
        self.confirmed > 0
    }
}
