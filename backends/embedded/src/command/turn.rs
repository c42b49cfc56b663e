//! One command's turn: what a handler sees and may touch.

use super::table::{self, Flags, Run};
use super::{Spec, cluster, find, transaction};
use crate::access::User;
use crate::client::{Client, ClientKey, Ending};
use crate::moment::Moment;
use crate::wire::{Args, ErrorReply, Reply};
use crate::world::World;

/// Does what a command asks for. An error becomes the reply.
pub(crate) type Handler = fn(&mut Turn<'_>, Args<'_>) -> Result<(), ErrorReply>;

/// One command's turn: the whole world, who is speaking, and what time it is.
pub(crate) struct Turn<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) me: ClientKey,
    pub(crate) now: Moment,
    /// Whether the command has waited for the end of a pause.
    pub(super) was_held: bool,
    /// Whether the command comes out of `EXEC`.
    pub(crate) in_transaction: bool,
}

impl Turn<'_> {
    /// Who is speaking.
    pub(crate) fn client(&self) -> &Client {
        &self.world.clients[self.me]
    }

    pub(crate) fn client_mut(&mut self) -> &mut Client {
        &mut self.world.clients[self.me]
    }

    /// Whom the speaking client is logged in as.
    pub(crate) fn user(&self) -> &User {
        self.world.access.user(self.client().session.user)
    }

    /// Where the answer goes: nowhere, under `CLIENT REPLY OFF`.
    pub(crate) fn reply(&mut self) -> Reply<'_> {
        self.world.reply_to(self.me)
    }

    /// Where confirmations of subscriptions go, which are always sent.
    pub(crate) fn confirm(&mut self) -> Reply<'_> {
        self.world.answer(self.me)
    }

    /// Answers with the lines of a HELP.
    pub(crate) fn reply_help(&mut self, help: &str) {
        let lines = help.lines().count();
        let mut reply = self.open_array(lines);
        for line in help.lines() {
            reply.simple(line);
        }
    }

    /// Notes that the server begins the reply before it knows how many items it becomes. Of none that
    /// leaves no trace.
    pub(crate) fn open_reply(&mut self, items: usize) {
        let client = self.client_mut();
        if items > 0 && !client.session.is_silent() {
            client.outbox.holds_open_reply = true;
        }
    }

    /// Begins an array in such a reply.
    pub(crate) fn open_array(&mut self, items: usize) -> Reply<'_> {
        self.open_reply(items);
        let mut reply = self.reply();
        reply.opened().array(items);
        reply
    }

    /// Runs a command that has been admitted.
    pub(crate) fn run(&mut self, spec: &'static Spec, args: Args<'_>) {
        let done = self.handler(spec, args).and_then(|handler| handler(self, args));
        let calls = &mut self.world.stats.calls[spec.place];
        calls.run += 1;
        if let Err(error) = done {
            calls.failed += 1;
            self.answer_error(&error);
        }
        if spec.flags.contains(Flags::READONLY)
            && self.client().session.tracking.is_some()
            && let Some(keys) = spec.keys
        {
            self.world.remember(self.me, &keys.of(args));
            self.world.limit_caches(self.now);
        }
        if !self.world.monitors.is_empty() && !self.is_hidden(spec) {
            self.world.show(self.me, spec, args, self.now);
        }
        if self.client().ending == Some(Ending::AfterCommand) {
            self.world.clients.end(self.me, Ending::AfterOutput);
        }
    }

    /// Whether no monitor sees a command because it had to wait.
    fn is_hidden(&self, spec: &Spec) -> bool {
        self.was_held
            && self.world.profile.hides_held_commands
            && !self.in_transaction
            && spec.full_name != "exec"
    }

    /// Who runs it. A subcommand that is no command of its own is looked for only now.
    fn handler(&self, spec: &'static Spec, args: Args<'_>) -> Result<Handler, ErrorReply> {
        let mut runs = spec;
        if let Some(name) = args.get(1).filter(|_| !spec.subcommands.is_empty()) {
            let profile = self.world.profile;
            if spec.full_name == "cluster" && !profile.cluster.knows_subcommands_without_cluster {
                cluster::check_enabled(self.world)?;
            }
            let subcommand = spec.subcommand(name).filter(|spec| spec.accepts(args.len()));
            runs = subcommand.ok_or_else(|| table::unknown_subcommand(profile, spec, name))?;
        }
        match runs.run {
            Run::Handler(handler) => Ok(handler),
            Run::Container | Run::Missing => Err(table::not_implemented(runs)),
        }
    }

    /// Whether the command waits for `EXEC`.
    pub(super) fn queues(&self, spec: &Spec) -> bool {
        self.client().session.transaction.is_some() && !spec.flags.contains(Flags::NOT_QUEUED)
    }

    pub(super) fn queue(&mut self, spec: &'static Spec, args: Args<'_>) {
        let session = &mut self.client_mut().session;
        let broken = session.watch.as_ref().is_some_and(|watch| watch.broken);
        if let Some(transaction) = session.transaction.as_mut().filter(|_| !broken) {
            transaction.queue(spec, args);
        }
        self.reply().simple("QUEUED");
    }

    /// Answers a command that was not admitted; an open transaction will not be executed.
    pub(super) fn refuse(&mut self, args: Args<'_>, error: ErrorReply) {
        if let Ok(spec) = find(self, args) {
            self.world.stats.calls[spec.place].rejected += 1;
        }
        if args[0].eq_ignore_ascii_case(b"exec") {
            let abort = transaction::abort(self, &error);
            self.answer_error(&abort);
            if !self.world.monitors.is_empty()
                && let Some(spec) = self.world.commands.find(b"exec")
            {
                self.world.show(self.me, spec, args, self.now);
            }
            return;
        }
        let forgets = self.world.profile.forgets_refused_transactions;
        if let Some(transaction) = &mut self.client_mut().session.transaction {
            transaction.refuse(forgets);
        }
        self.answer_error(&error);
    }

    pub(super) fn answer_error(&mut self, error: &ErrorReply) {
        self.world.answer_error(self.me, error);
    }
}
