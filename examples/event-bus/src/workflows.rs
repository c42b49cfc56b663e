use redis::aio::ConnectionManager;
use redis::{AsyncTypedCommands, Client, ExistenceCheck, SetExpiry, SetOptions};
use uuid::Uuid;

use crate::change::name;
use crate::{Error, State};

/// How long the state of a finished workflow is kept, in seconds.
const KEPT: u64 = 24 * 60 * 60;

/// Starts and finishes workflows, and tells everybody.
#[derive(Clone)]
pub struct Workflows {
    /// Connects again by itself. Its clones share one connection.
    redis: ConnectionManager,
}

impl Workflows {
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Ok(Self { redis: ConnectionManager::new(Client::open(url)?).await? })
    }

    /// Starts a new workflow, and returns its name.
    pub async fn create(&self) -> Result<String, Error> {
        let workflow = Uuid::new_v4().to_string();
        self.start(&workflow).await?;
        Ok(workflow)
    }

    /// Starts a workflow. Returns how many listen to it.
    pub async fn start(&self, workflow: &str) -> Result<usize, Error> {
        let only_new = SetOptions::default().conditional_set(ExistenceCheck::NX);
        if !self.set(workflow, State::Started, only_new).await? {
            return Err(Error::Started(workflow.to_owned()));
        }
        self.tell(workflow, State::Started).await
    }

    /// Finishes a workflow. Returns how many listen to it.
    pub async fn finish(&self, workflow: &str) -> Result<usize, Error> {
        let only_started = SetOptions::default()
            .conditional_set(ExistenceCheck::XX)
            .with_expiration(SetExpiry::EX(KEPT));
        if !self.set(workflow, State::Finished, only_started).await? {
            return Err(Error::NotStarted(workflow.to_owned()));
        }
        self.tell(workflow, State::Finished).await
    }

    /// Sets the state, and returns whether the options allowed it.
    async fn set(&self, workflow: &str, state: State, options: SetOptions) -> Result<bool, Error> {
        let mut redis = self.redis.clone();
        let reply = redis.set_options(name(workflow), state.to_string(), options).await?;
        Ok(reply.is_some())
    }

    async fn tell(&self, workflow: &str, state: State) -> Result<usize, Error> {
        Ok(self.redis.clone().publish(name(workflow), state.to_string()).await?)
    }
}
