//! `event-bus start ID`, `finish ID`, `state ID` and `watch`, on the Redis that `REDIS_URL` names.

use std::env;

use event_bus::{Dashboard, Seen, States, Workflows};

const USAGE: &str = "usage: event-bus start ID | finish ID | state ID | watch";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["start", id] => println!("{} listen", Workflows::connect(&url).await?.start(id).await?),
        ["finish", id] => println!("{} listen", Workflows::connect(&url).await?.finish(id).await?),
        ["state", id] => match States::connect(&url, 1).await?.of(id).await? {
            Some(state) => println!("{state}"),
            None => println!("never started"),
        },
        ["watch"] => {
            let mut dashboard = Dashboard::connect(&url).await?;
            loop {
                match dashboard.next().await? {
                    Seen::Change(change) => println!("{} {}", change.workflow, change.state),
                    Seen::Gap => println!("connected again; changes may be missing"),
                }
            }
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
