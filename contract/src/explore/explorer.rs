use std::collections::HashSet;

use tokio::runtime::{self, Runtime};

use super::comparable::{interrupted_client, is_comparable};
use super::finding::{Mismatch, command, file_name};
use super::{ExploreError, Finding, Seed, Server, Signature, generate, shrink};
use crate::compare::{Violation, compare_turns, mask_fork_name, normalize};
use crate::conversation::{Conversation, Expectation, Place, ServerEvent, ServerName, Setup};
use crate::replay::ReplayError;

/// How many conversations may be played to shrink one finding.
const MAX_SHRINK_ATTEMPTS: usize = 3000;

/// Compares two servers, and remembers the differences that it has found.
#[derive(Debug)]
pub struct Explorer {
    reference: Server,
    subject: Server,
    server: ServerName,
    runtime: Runtime,
    known: HashSet<Signature>,
}

/// The result of one conversation.
#[derive(Debug)]
pub enum Trial {
    /// Both servers answered the same.
    Agreed {
        /// How many frames the reference sent.
        frames: usize,
    },
    /// Their answers differed in a new way.
    Differed(Box<Finding>),
    /// Their answers differed in a way that was found before.
    Known,
    /// The conversation shows nothing, for this reason: the reference answers differently each
    /// time, or fails.
    Unstable(String),
}

/// The normalized answers of the reference, and how those of the subject differ.
struct Played {
    expected: Conversation,
    /// `None` if the subject failed.
    observed: Option<Conversation>,
    mismatch: Mismatch,
}

impl Explorer {
    /// Prepares to compare the subject with the reference, which must be a real server.
    pub fn new(subject: Server, reference: Server) -> Result<Self, ExploreError> {
        let backend = reference.backend();
        if !backend.capabilities().reference {
            return Err(ExploreError::NoReference(backend.identity().clone()));
        }
        let server = backend.identity().profile();
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ExploreError::Runtime)?;
        Ok(Self { reference, subject, server, runtime, known: HashSet::new() })
    }

    /// The server that is judged.
    pub fn subject(&self) -> &Server {
        &self.subject
    }

    /// The server that judges.
    pub fn reference(&self) -> &Server {
        &self.reference
    }

    /// Plays the run's nth conversation on both servers. If their answers differ, shrinks it while
    /// they differ in the same way.
    pub fn explore(&mut self, seed: Seed, nth: u64) -> Result<Trial, ExploreError> {
        let mut script = generate(seed, nth);
        if !self.reference.can_start_with_setup() || !self.subject.can_start_with_setup() {
            script.setup = Setup::default();
        }
        let Played { expected, mismatch, .. } = match self.play(&script)? {
            Ok(played) => played,
            Err(error) => return Ok(Trial::Unstable(reason(&error))),
        };
        let Some(signature) = mismatch.signature() else {
            return Ok(Trial::Agreed { frames: frames(&expected) });
        };
        if self.known.contains(&signature) {
            return Ok(Trial::Known);
        }
        if let Some(reason) = self.instability(&expected)? {
            return Ok(Trial::Unstable(reason));
        }
        let mut failed = None;
        let smallest = shrink(script, MAX_SHRINK_ATTEMPTS, |script| {
            match self.reproduces(script, &signature) {
                Ok(reproduces) => reproduces,
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let finding = self.finding(seed, nth, &smallest)?;
        let repeated = match finding.mismatch.signature() {
            // On a busy machine an accident happens more than once.
            Some(found) => self.reproduces(&smallest, &found)?.then_some(found),
            None => None,
        };
        let Some(found) = repeated else {
            let reason = format!("the difference did not appear again: {signature}");
            return Ok(Trial::Unstable(reason));
        };
        let is_new = self.known.insert(found);
        self.known.insert(signature);
        Ok(if is_new { Trial::Differed(Box::new(finding)) } else { Trial::Known })
    }

    /// Whether the servers differ in this way, and the reference repeats its answers.
    fn reproduces(
        &mut self,
        script: &Conversation,
        signature: &Signature,
    ) -> Result<bool, ExploreError> {
        if !is_comparable(script) {
            return Ok(false);
        }
        let Ok(Played { expected, mismatch, .. }) = self.play(script)? else { return Ok(false) };
        Ok(mismatch.shows(signature) && self.instability(&expected)?.is_none())
    }

    /// Why the reference need not give these answers again; `None` if it does.
    fn instability(&mut self, expected: &Conversation) -> Result<Option<String>, ExploreError> {
        if let Some(name) = interrupted_client(expected) {
            return Ok(Some(format!("the reference closed {name} in the middle of an answer")));
        }
        let Self { reference, server, .. } = self;
        let again = self.runtime.block_on(async {
            reference.reset(&expected.setup).await?;
            Ok::<_, ExploreError>(reference.record(expected).await)
        })?;
        Ok(match again {
            Ok(again) => compare_turns(expected, &again, server).first().map(change),
            Err(error) => Some(reason(&error)),
        })
    }

    /// Plays a conversation on both servers at once. The inner error is a failure of the reference.
    fn play(&mut self, script: &Conversation) -> Result<Result<Played, ReplayError>, ExploreError> {
        let Self { reference, subject, .. } = self;
        let (expected, observed) = self.runtime.block_on(async {
            reference.reset(&script.setup).await?;
            subject.reset(&script.setup).await?;
            Ok::<_, ExploreError>(tokio::join!(reference.record(script), subject.record(script)))
        })?;
        let mut expected = match expected {
            Ok(expected) => expected,
            Err(error) => return Ok(Err(error)),
        };
        expected.recorded_from = vec![reference.backend().identity().to_string()];
        expected.setup = script.setup.clone();
        normalize(&mut expected);
        mask_fork_name(&mut expected, &self.server);
        let mismatch = match &observed {
            Ok(observed) => Mismatch::Violations(compare_turns(&expected, observed, &self.server)),
            Err(error) => Mismatch::Failure(reason(error)),
        };
        Ok(Ok(Played { expected, observed: observed.ok(), mismatch }))
    }

    /// The finding for this conversation, in the form of a file.
    fn finding(
        &mut self,
        seed: Seed,
        nth: u64,
        smallest: &Conversation,
    ) -> Result<Finding, ExploreError> {
        let Played { mut expected, mismatch, observed } = self.play(smallest)??;
        expected.title = title(&expected, &mismatch);
        expected.remark = vec![format!("Found by exploring: conversation {nth} of seed {seed}.")];
        let name = file_name(seed, nth);
        // Only a parsed conversation has places.
        let conversation = Conversation::parse(&expected.to_string(), &name).unwrap_or(expected);
        let mismatch = match (mismatch, observed) {
            (Mismatch::Violations(_), Some(observed)) => {
                Mismatch::Violations(compare_turns(&conversation, &observed, &self.server))
            }
            (mismatch, _) => mismatch,
        };
        Ok(Finding { seed, nth, conversation, mismatch })
    }
}

/// The broken promise, as far as the explorer can name it.
fn title(expected: &Conversation, mismatch: &Mismatch) -> String {
    let last = expected.turns.last().and_then(|turn| turn.client_steps.last());
    match mismatch {
        Mismatch::Violations(violations) => {
            let about = violations.first().and_then(|first| first.after.as_ref()).or(last);
            let about = about.map_or_else(|| "nothing".to_owned(), command);
            format!("Should answer {about} as the reference does")
        }
        Mismatch::Failure(_) => "Should keep answering".to_owned(),
    }
}

/// The message of an error without its place: a generated conversation is in no file.
fn reason(error: &ReplayError) -> String {
    let text = error.to_string();
    let place = format!("{}: ", Place::default());
    text.strip_prefix(&place).unwrap_or(&text).to_owned()
}

/// How the reference's answer to a request has changed.
fn change(violation: &Violation) -> String {
    const LONGEST: usize = 100;
    let Violation { connection, after, expected, got, .. } = violation;
    let text = |event: &Option<ServerEvent>| {
        let text = event.as_ref().map_or_else(|| "nothing".to_owned(), ServerEvent::to_string);
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    };
    let after = after.as_ref().map_or_else(String::new, |step| format!(" after {}", command(step)));
    let (first, second) = (text(expected), text(got));
    format!("the reference first sent {first} to {connection}{after}, and then {second}")
}

fn frames(conversation: &Conversation) -> usize {
    conversation
        .turns
        .iter()
        .flat_map(|turn| &turn.answer)
        .map(Expectation::steps)
        .map(<[_]>::len)
        .sum()
}
