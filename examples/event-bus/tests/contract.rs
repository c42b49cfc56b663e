//! What this application promises, on a Redis inside the test process and on a real one. `recordings`
//! has what a real Redis was asked, and what it answered.
//!
//! - workflows: everybody is told of a start and of the end, nothing starts twice, names are unique
//! - states: what a pool of connections reads, one after the other and at once
//! - dashboards: they subscribe again after a loss, and say that something is missing

use event_bus::{Change, Dashboard, Error, Seen, State, States, Workflows};
use twincast::{Scene, Verdict, every_server};

fn seen(workflow: &str, state: State) -> Seen {
    Seen::Change(Change { workflow: workflow.to_owned(), state })
}

#[every_server]
async fn should_tell_everybody_that_a_workflow_started(scene: Scene) -> Verdict {
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    let mut ui = Dashboard::connect(&scene.url("ui")?).await?;
    let mut wall = Dashboard::connect(&scene.url("wall")?).await?;

    assert_eq!(workflows.start("42").await?, 2);

    assert_eq!(ui.next().await?, seen("42", State::Started));
    assert_eq!(wall.next().await?, seen("42", State::Started));
    scene.finish().await
}

#[every_server]
async fn should_start_a_workflow_once(scene: Scene) -> Verdict {
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    let mut ui = Dashboard::connect(&scene.url("ui")?).await?;

    workflows.start("42").await?;
    assert!(matches!(workflows.start("42").await, Err(Error::Started(id)) if id == "42"));
    workflows.finish("42").await?;

    assert_eq!(ui.next().await?, seen("42", State::Started));
    assert_eq!(ui.next().await?, seen("42", State::Finished));
    scene.finish().await
}

#[every_server]
async fn should_finish_only_what_was_started(scene: Scene) -> Verdict {
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    assert!(matches!(workflows.finish("7").await, Err(Error::NotStarted(id)) if id == "7"));
    scene.finish().await
}

#[every_server]
async fn should_know_the_state_of_each_workflow(scene: Scene) -> Verdict {
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    let states = States::connect(&scene.url("pool")?, 1).await?;

    workflows.start("1").await?;
    workflows.start("2").await?;
    workflows.finish("2").await?;

    assert_eq!(states.of("1").await?, Some(State::Started));
    assert_eq!(states.of("2").await?, Some(State::Finished));
    assert_eq!(states.of("3").await?, None);
    scene.finish().await
}

/// The questions race for the two connections of the pool.
#[every_server]
async fn should_answer_many_at_once(scene: Scene) -> Verdict {
    scene.any_order("pool", "a question takes whichever connection is free");
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    let states = States::connect(&scene.url("pool")?, 2).await?;
    workflows.start("1").await?;

    let answers = tokio::try_join!(states.of("1"), states.of("2"), states.of("1"));

    assert_eq!(answers?, (Some(State::Started), None, Some(State::Started)));
    scene.finish().await
}

/// Each run has other names; the recording binds them.
#[every_server]
async fn should_give_each_workflow_a_name_of_its_own(scene: Scene) -> Verdict {
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    let mut ui = Dashboard::connect(&scene.url("ui")?).await?;

    let first = workflows.create().await?;
    let second = workflows.create().await?;

    assert_ne!(first, second);
    assert_eq!(ui.next().await?, seen(&first, State::Started));
    assert_eq!(ui.next().await?, seen(&second, State::Started));
    scene.finish().await
}

#[every_server]
async fn should_subscribe_again_after_a_loss(scene: Scene) -> Verdict {
    let workflows = Workflows::connect(&scene.url("service")?).await?;
    let mut ui = Dashboard::connect(&scene.url("ui")?).await?;

    scene.refuse("ui").await?;
    scene.cut("ui").await?;
    assert_eq!(workflows.start("41").await?, 0, "nobody is connected");
    scene.accept("ui").await?;
    assert_eq!(ui.next().await?, Seen::Gap);

    assert_eq!(workflows.start("42").await?, 1);
    assert_eq!(ui.next().await?, seen("42", State::Started));
    scene.finish().await
}
