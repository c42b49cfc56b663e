use std::{collections::HashMap, mem, net::SocketAddr};

use futures_util::{Stream, StreamExt};
use testcontainers_modules::{
    redis::Redis,
    testcontainers::{
        ImageExt,
        bollard::{
            Docker,
            container::LogOutput,
            errors::Error as DockerError,
            query_parameters::{
                AttachContainerOptionsBuilder, KillContainerOptionsBuilder,
                ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
                StopContainerOptionsBuilder,
            },
        },
        core::{WaitFor, client::docker_client_instance},
        runners::AsyncRunner,
    },
};

use super::{
    Image, docker_error,
    labels::{self, Labels},
    network,
    runtime::block_on,
};
use crate::Error;

/// Every server logs this once it listens.
pub(super) const READY_MESSAGE: &str = "Ready to accept connections";

/// How the server in a container is configured.
#[derive(Debug, Clone)]
pub(super) struct ServerConfig {
    /// The arguments of its command line.
    pub(super) options: Vec<String>,
    /// Files to write before it starts: absolute paths and their text.
    pub(super) files: Vec<(String, String)>,
    /// The text in its log that means "ready".
    pub(super) ready: String,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { options: Vec::new(), files: Vec::new(), ready: READY_MESSAGE.to_owned() }
    }
}

/// The Docker engine. Every call blocks until the engine has answered.
#[derive(Debug, Clone)]
pub(super) struct Engine(Docker);

impl Engine {
    /// A client for the engine that testcontainers uses. This sends nothing yet.
    pub(super) fn connect() -> Result<Self, Error> {
        block_on(async {
            docker_client_instance().await.map(Self).map_err(docker_error::from_client)
        })
    }

    /// The ids and labels of all containers, running or not, that have these labels.
    pub(super) fn list(&self, wanted: &Labels) -> Result<Vec<(String, Labels)>, Error> {
        let filters = HashMap::from([("label", labels::filters(wanted))]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let found = self.call("list", "containers", async move |docker, _| {
            docker.list_containers(Some(options)).await
        })?;
        let found = found.into_iter();
        Ok(found.filter_map(|one| Some((one.id?, one.labels.unwrap_or_default()))).collect())
    }

    /// Starts a container, pulling its image if necessary. Returns its id once its server is ready.
    pub(super) fn start(
        &self,
        image: &Image,
        config: &ServerConfig,
        labels: Labels,
    ) -> Result<String, Error> {
        let mut request = Redis::default()
            .with_name(image.name())
            .with_tag(image.tag())
            .with_cmd(config.options.clone())
            .with_labels(labels)
            .with_ready_conditions(vec![WaitFor::message_on_either_std(&config.ready)])
            .with_host_config_modifier(network::publish);
        for (path, text) in &config.files {
            request = request.with_copy_to(path.clone(), text.clone().into_bytes());
        }
        let image = image.clone();
        block_on(async move {
            let container =
                request.start().await.map_err(|error| docker_error::from_start(error, &image))?;
            let id = container.id().to_owned();
            // Its drop would remove the container, which other processes may use.
            mem::forget(container);
            Ok(id)
        })
    }

    /// The address at which this process reaches the server of a running container.
    pub(super) fn addr(&self, id: &str) -> Result<SocketAddr, Error> {
        let found =
            self.call("inspect", id, async |docker, id| docker.inspect_container(&id, None).await)?;
        network::addr(&found).ok_or_else(|| Error::Docker {
            action: "publish the port of",
            container: id.to_owned(),
            reason: "this host can reach none of its addresses".to_owned(),
        })
    }

    /// Kills the server and waits for its exit. The container remains.
    pub(super) fn stop(&self, id: &str) -> Result<(), Error> {
        let at_once = StopContainerOptionsBuilder::new().t(0).build();
        self.call("stop", id, async move |docker, id| {
            docker.stop_container(&id, Some(at_once)).await
        })
    }

    /// Starts a stopped container again, and waits until its server is ready.
    pub(super) fn start_again(&self, id: &str, ready: &str) -> Result<(), Error> {
        let options =
            AttachContainerOptionsBuilder::new().stdout(true).stderr(true).stream(true).build();
        let awaited = ready.to_owned();
        let log = self.call("start", id, async move |docker, id| {
            // Attach before the start: the log still has the ready line of the previous start.
            let output = docker.attach_container(&id, Some(options)).await?.output;
            docker.start_container(&id, None).await?;
            lines(output, |line| line.contains(&awaited)).await
        })?;
        match log.last() {
            Some(line) if line.contains(ready) => Ok(()),
            _ => {
                let status = "its output ended".to_owned();
                Err(Error::ExitedAtStart { server: id.to_owned(), status, log })
            }
        }
    }

    /// Freezes the server by a signal, which takes effect at once. The engine's own pause can fail
    /// on a busy machine ("unable to freeze").
    pub(super) fn pause(&self, id: &str) -> Result<(), Error> {
        self.signal("pause", id, "SIGSTOP")
    }

    /// Resumes a frozen server.
    pub(super) fn resume(&self, id: &str) -> Result<(), Error> {
        self.signal("resume", id, "SIGCONT")
    }

    fn signal(&self, action: &'static str, id: &str, signal: &str) -> Result<(), Error> {
        let options = KillContainerOptionsBuilder::new().signal(signal).build();
        self.call(action, id, async move |docker, id| {
            docker.kill_container(&id, Some(options)).await
        })
    }

    /// The last lines that the server wrote.
    pub(super) fn log(&self, id: &str) -> Result<Vec<String>, Error> {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail("40").build();
        self.call("read the log of", id, async move |docker, id| {
            lines(docker.logs(&id, Some(options)), |_| false).await
        })
    }

    /// Removes a container, running or not. It is no error if the container is already removed, or
    /// is being removed.
    pub(super) fn remove(&self, id: &str) -> Result<(), Error> {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        self.call("remove", id, async move |docker, id| {
            match docker.remove_container(&id, Some(options)).await {
                Err(DockerError::DockerResponseServerError { status_code: 404 | 409, .. }) => {
                    Ok(())
                }
                answer => answer,
            }
        })
    }

    /// Sends one request to the engine, and translates its error.
    fn call<T, A>(
        &self,
        action: &'static str,
        container: &str,
        request: impl FnOnce(Docker, String) -> A,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        A: Future<Output = Result<T, DockerError>> + Send + 'static,
    {
        let answer = request(self.0.clone(), container.to_owned());
        let container = container.to_owned();
        block_on(async move {
            answer.await.map_err(|error| docker_error::from_engine(error, action, container))
        })
    }
}

/// The lines of a container's output up to the first that is `last`, else up to the end.
async fn lines(
    output: impl Stream<Item = Result<LogOutput, DockerError>>,
    last: impl Fn(&str) -> bool,
) -> Result<Vec<String>, DockerError> {
    let mut output = std::pin::pin!(output);
    let mut lines = Vec::new();
    while let Some(line) = output.next().await {
        let line = line?.to_string().trim_end().to_owned();
        let is_last = last(&line);
        lines.push(line);
        if is_last {
            break;
        }
    }
    Ok(lines)
}
