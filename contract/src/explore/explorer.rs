use std::collections::HashSet;

use tokio::runtime::{self, Runtime};

use super::comparable::is_comparable;
use super::find::{Departure, command, file_name};
use super::{ExploreError, Find, Likeness, Seed, Side, script, shrink};
use crate::compare::{compare, mask_fork_name, normalize};
use crate::conversation::{Conversation, Expectation, ServerName, Setup};
use crate::replay::ReplayError;

/// How many conversations may be played to make one find shorter.
const PATIENCE: usize = 3000;

/// Two servers, and what is known of how they differ.
#[derive(Debug)]
pub struct Explorer {
    reference: Side,
    subject: Side,
    server: ServerName,
    runtime: Runtime,
    known: HashSet<Likeness>,
}

/// What came of one conversation.
#[derive(Debug)]
pub enum Trial {
    /// Both said the same, in so many frames.
    Agreed {
        /// What the reference said.
        frames: usize,
    },
    /// They did not, and not in a way that was found before.
    Parted(Box<Find>),
    /// They did not, as was found before.
    Known,
    /// The reference itself says something else each time, or cannot be played on.
    Unsettled(String),
}

/// What the reference answers, loosened, and where the subject departs from it.
struct Played {
    expected: Conversation,
    /// Nothing if the subject could not be played on.
    observed: Option<Conversation>,
    departure: Departure,
}

impl Explorer {
    /// Explores where the subject departs from the reference, which must be a real server.
    pub fn new(subject: Side, reference: Side) -> Result<Self, ExploreError> {
        let backend = reference.backend();
        if !backend.powers().reference {
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
    pub fn subject(&self) -> &Side {
        &self.subject
    }

    /// The server that judges.
    pub fn reference(&self) -> &Side {
        &self.reference
    }

    /// Plays the run's nth conversation on both. Where they part, plays it again and again, each
    /// time with less in it, as long as they part in the same way.
    pub fn explore(&mut self, seed: Seed, nth: u64) -> Result<Trial, ExploreError> {
        let mut script = script(seed, nth);
        if !self.reference.can_begin_otherwise() || !self.subject.can_begin_otherwise() {
            script.setup = Setup::default();
        }
        let Played { expected, departure, .. } = match self.play(&script)? {
            Ok(event) => event,
            Err(reason) => return Ok(Trial::Unsettled(reason.to_string())),
        };
        let Some(likeness) = departure.likeness() else {
            return Ok(Trial::Agreed { frames: frames(&expected) });
        };
        if self.known.contains(&likeness) {
            return Ok(Trial::Known);
        }
        if let Some(reason) = self.wavers(&expected)? {
            return Ok(Trial::Unsettled(reason));
        }
        let mut failed = None;
        let least = shrink(script, PATIENCE, |script| match self.parts(script, &likeness) {
            Ok(parts) => parts,
            Err(error) => {
                failed = Some(error);
                false
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        let find = self.finding(seed, nth, &least)?;
        let Some(least) = find.departure.likeness() else {
            let reason = format!("what differed does not differ again: {likeness}");
            return Ok(Trial::Unsettled(reason));
        };
        let is_new = self.known.insert(least);
        self.known.insert(likeness);
        Ok(if is_new { Trial::Parted(Box::new(find)) } else { Trial::Known })
    }

    /// Whether the servers part in this way, and not because the reference wavers.
    fn parts(&mut self, script: &Conversation, likeness: &Likeness) -> Result<bool, ExploreError> {
        if !is_comparable(script) {
            return Ok(false);
        }
        let Ok(Played { expected, departure, .. }) = self.play(script)? else { return Ok(false) };
        Ok(departure.shows(likeness) && self.wavers(&expected)?.is_none())
    }

    /// How the reference itself departs from what it said, if it does not say the same once more.
    fn wavers(&mut self, expected: &Conversation) -> Result<Option<String>, ExploreError> {
        let Self { reference, server, .. } = self;
        let again = self.runtime.block_on(async {
            reference.clean(&expected.setup).await?;
            Ok::<_, ExploreError>(reference.hear(expected).await)
        })?;
        Ok(match again {
            Ok(again) => compare(expected, &again, server)
                .first()
                .map(|violation| format!("the reference answers otherwise next time: {violation}")),
            Err(error) => Some(error.to_string()),
        })
    }

    /// Plays a conversation on both at once. It is no error if the reference cannot be played on.
    fn play(&mut self, script: &Conversation) -> Result<Result<Played, ReplayError>, ExploreError> {
        let Self { reference, subject, .. } = self;
        let (event, observed) = self.runtime.block_on(async {
            reference.clean(&script.setup).await?;
            subject.clean(&script.setup).await?;
            Ok::<_, ExploreError>(tokio::join!(reference.hear(script), subject.hear(script)))
        })?;
        let mut expected = match event {
            Ok(expected) => expected,
            Err(error) => return Ok(Err(error)),
        };
        expected.recorded_from = vec![reference.backend().identity().to_string()];
        expected.setup = script.setup.clone();
        normalize(&mut expected);
        mask_fork_name(&mut expected, &self.server);
        let departure = match &observed {
            Ok(observed) => Departure::Violations(compare(&expected, observed, &self.server)),
            Err(error) => Departure::Failure(error.to_string()),
        };
        Ok(Ok(Played { expected, observed: observed.ok(), departure }))
    }

    /// The least conversation, as it would stand in a file.
    fn finding(
        &mut self,
        seed: Seed,
        nth: u64,
        least: &Conversation,
    ) -> Result<Find, ExploreError> {
        let Played { mut expected, departure, observed } = self.play(least)??;
        expected.title = title(&expected, &departure);
        expected.remark = vec![format!("Found by exploring: conversation {nth} of seed {seed}.")];
        let name = file_name(seed, nth);
        // Only what was read from a file has places.
        let conversation = Conversation::parse(&expected.to_string(), &name).unwrap_or(expected);
        let departure = match (departure, observed) {
            (Departure::Violations(_), Some(observed)) => {
                Departure::Violations(compare(&conversation, &observed, &self.server))
            }
            (departure, _) => departure,
        };
        Ok(Find { seed, nth, conversation, departure })
    }
}

/// The promise that is broken, as far as it can be told.
fn title(expected: &Conversation, departure: &Departure) -> String {
    let last = expected.turns.last().and_then(|turn| turn.client_steps.last());
    match departure {
        Departure::Violations(violations) => {
            let about = violations.first().and_then(|first| first.after.as_ref()).or(last);
            let about = about.map_or_else(|| "nothing".to_owned(), command);
            format!("Should answer {about} as the reference does")
        }
        Departure::Failure(_) => "Should stay".to_owned(),
    }
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
