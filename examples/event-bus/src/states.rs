use bb8::Pool;
use redis::{AsyncTypedCommands, Client};

use crate::change::name;
use crate::{Error, State};

/// Answers many callers at once, over a few connections.
#[derive(Clone)]
pub struct States {
    pool: Pool<Client>,
}

impl States {
    /// Makes so many connections.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, Error> {
        let pool = Pool::builder().min_idle(connections).max_size(connections);
        let pool = pool.build(Client::open(url)?).await?;
        Ok(Self { pool })
    }

    /// The state of a workflow, if it was ever started.
    pub async fn of(&self, workflow: &str) -> Result<Option<State>, Error> {
        let mut connection = self.pool.get().await?;
        let state = connection.get(name(workflow)).await?;
        state.map(|state| state.parse()).transpose()
    }
}
