use std::time::Duration;

use futures_util::StreamExt;
use redis::Client;
use redis::aio::PubSub;

use crate::change::PATTERN;
use crate::{Change, Error};

/// How long to wait before the second attempt to connect again. Each wait is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(50);
/// The last attempt comes about six seconds after the first.
const ATTEMPTS: u32 = 8;

/// A change that a dashboard sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Change(Change),
    /// The connection was lost, and there is a new one. Changes in between were missed, so what is
    /// on display must be read again.
    Gap,
}

/// Follows all workflows.
pub struct Dashboard {
    client: Client,
    changes: PubSub,
}

impl Dashboard {
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let client = Client::open(url)?;
        let changes = subscribe(&client).await?;
        Ok(Self { client, changes })
    }

    /// Waits for the next change, or for a gap in them.
    pub async fn next(&mut self) -> Result<Seen, Error> {
        let message = self.changes.on_message().next().await;
        match message {
            Some(message) => Change::from_message(&message).map(Seen::Change),
            None => {
                self.changes = self.subscribe_again().await?;
                Ok(Seen::Gap)
            }
        }
    }

    async fn subscribe_again(&self) -> Result<PubSub, Error> {
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS {
            if let Ok(changes) = subscribe(&self.client).await {
                return Ok(changes);
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        subscribe(&self.client).await
    }
}

async fn subscribe(client: &Client) -> Result<PubSub, Error> {
    let mut changes = client.get_async_pubsub().await?;
    changes.psubscribe(PATTERN).await?;
    Ok(changes)
}
