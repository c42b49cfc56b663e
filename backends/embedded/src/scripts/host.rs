//! The questions of a running script, and how they reach the side that can answer them.
//!
//! Lua functions live as long as the interpreter, and the host only as long as one script. So a
//! function writes its question into the [`Exchange`] and asks the host that [`serve`] has set for the
//! duration of the script.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use scoped_tls_hkt::scoped_thread_local;

use super::register::Registration;
use crate::profile::scripts::ScriptBehaviour;
use crate::wire::{Args, ErrorReply, Protocol, RequestBuffer};

/// The side that runs commands for a script.
pub(crate) trait Host {
    /// Runs a command and appends its reply. An error is one of scripts, not of the command.
    fn call(&mut self, request: Args<'_>, reply: &mut Vec<u8>) -> Result<(), ErrorReply>;

    /// Whether the user of the script may run a command.
    fn may_run(&mut self, request: Args<'_>) -> Result<bool, ErrorReply>;

    /// The protocol in which commands reply to the script from now on.
    fn speak(&mut self, protocol: Protocol);

    /// Whether the script has changed a key.
    fn has_written(&self) -> bool;

    /// Called once in a while: whether the script may go on.
    fn interrupt(&mut self) -> Interrupt;
}

/// Whether a script goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    Continue,
    Kill,
}

/// A question of a script to its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Call,
    MayRun,
    Speak(Protocol),
    HasWritten,
    Interrupt,
}

/// Everything that passes between a script and its host.
pub(super) struct Exchange {
    pub(super) behaviour: &'static ScriptBehaviour,
    question: Question,
    /// The words of the question.
    pub(super) words: RequestBuffer,
    /// The reply to a command, encoded.
    pub(super) reply: Vec<u8>,
    /// The answer to a question of another kind.
    pub(super) answer: Result<bool, ErrorReply>,
    pub(super) protocol: Protocol,
    pub(super) was_killed: bool,
    /// The script has ended with an error, so it cannot be killed any more.
    pub(super) has_failed: bool,
    /// The error of the running script, if it is killed.
    pub(super) killed: &'static str,
    /// The functions that a library has registered, while it loads.
    pub(super) loading: Option<Vec<Registration>>,
}

scoped_thread_local! {
    /// The host of the script that runs on this thread.
    static mut HOST: for<'a> &'a mut (dyn Host + 'a)
}

pub(super) type Shared = Rc<RefCell<Exchange>>;

impl Exchange {
    pub(super) fn new(behaviour: &'static ScriptBehaviour) -> Self {
        Self {
            behaviour,
            question: Question::Interrupt,
            words: RequestBuffer::default(),
            reply: Vec::new(),
            answer: Ok(false),
            protocol: Protocol::Resp2,
            was_killed: false,
            has_failed: false,
            killed: behaviour.killed,
            loading: None,
        }
    }

    pub(super) fn begin(&mut self, is_function: bool) {
        let behaviour = self.behaviour;
        self.killed = match is_function {
            _ if self.loading.is_some() => "FUNCTION LOAD timeout",
            true => behaviour.killed_function,
            false => behaviour.killed,
        };
        self.protocol = Protocol::Resp2;
        self.was_killed = false;
        self.has_failed = false;
    }

    /// Ends a script. Returns whether it spoke RESP3, and whether it was killed.
    pub(super) fn end(&mut self) -> (bool, bool) {
        (self.protocol == Protocol::Resp3, self.was_killed)
    }

    /// Lets the host answer the question. A panic becomes an error, as it must not cross the
    /// interpreter.
    pub(super) fn answer(&mut self, host: &mut dyn Host) {
        let Self { question, words, reply, .. } = self;
        let answered = catch_unwind(AssertUnwindSafe(|| match *question {
            Question::Call => {
                reply.clear();
                host.call(words.args(), reply).map(|()| true)
            }
            Question::MayRun => host.may_run(words.args()),
            Question::Speak(protocol) => {
                host.speak(protocol);
                Ok(true)
            }
            Question::HasWritten => Ok(host.has_written()),
            Question::Interrupt => Ok(host.interrupt() == Interrupt::Kill),
        }));
        self.answer = answered.unwrap_or_else(|_| {
            Err("ERR the embedded server failed at a command of a script".into())
        });
        match self.question {
            Question::Speak(protocol) => self.protocol = protocol,
            Question::Interrupt => self.was_killed = self.answer == Ok(true),
            _ => {}
        }
    }
}

/// Answers the questions of a script by `host` while `script` runs.
pub(super) fn serve<R>(host: &mut dyn Host, script: impl FnOnce() -> R) -> R {
    HOST.set(host, script)
}

/// Asks the host. Without a running script there is nobody to ask, and the answer is no.
pub(super) fn ask(shared: &Shared, question: Question) {
    let exchange = &mut *shared.borrow_mut();
    exchange.question = question;
    exchange.answer = Ok(false);
    if HOST.is_set() {
        HOST.with(|host| exchange.answer(host));
    }
}
