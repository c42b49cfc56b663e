use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use redis::{ConnectionInfo, RedisError, RedisResult};
use tokio::{task, time};

use super::{
    Case, Client, DEADLINE, Failure, SceneError, Verdict, audit,
    clients::{ClientHandle, Clients},
    control::Control,
    login::without_login,
    recording,
    verdict::{Findings, Passed},
};
use crate::{
    backend::{Backend, BackendError},
    compare::compare,
    conversation::{Conversation, Name},
    tap::{Fault, Tap, TapError},
};

/// The state that a scene and its clients share.
pub(super) struct Context {
    case: Case,
    backend: Arc<dyn Backend>,
    control: Control,
    /// `None` once the scenario has ended.
    tap: Mutex<Option<Tap>>,
    clients: Mutex<Clients>,
    prefix: Vec<u8>,
    deadline: Mutex<Duration>,
    audited: Mutex<bool>,
    fences: AtomicUsize,
}

impl Context {
    pub(super) fn new(
        case: Case,
        backend: Result<Arc<dyn Backend>, BackendError>,
    ) -> Result<Self, Failure> {
        let parts = || -> Result<_, SceneError> {
            let backend = backend?;
            let prefix = match backend.capabilities().exclusive {
                true => String::new(),
                false => twincast_redis::unique_prefix(),
            };
            let tap = Tap::start(backend.address())?.strip(prefix.clone());
            Ok((backend, tap, prefix))
        };
        let (backend, tap, prefix) = match parts() {
            Ok(parts) => parts,
            Err(error) => return Err(Failure::stopped(case, error, Findings::default())),
        };
        Ok(Self {
            case,
            control: Control::new(Arc::clone(&backend)),
            backend,
            tap: Mutex::new(Some(tap)),
            clients: Mutex::default(),
            prefix: prefix.into_bytes(),
            deadline: Mutex::new(DEADLINE),
            audited: Mutex::new(false),
            fences: AtomicUsize::new(0),
        })
    }

    pub(super) fn audit(&self) {
        *lock(&self.audited) = true;
    }

    pub(super) fn set_deadline(&self, deadline: Duration) {
        *lock(&self.deadline) = deadline;
    }

    pub(super) fn inject(&self, name: &str, fault: Fault) {
        if let Some(tap) = &*lock(&self.tap) {
            tap.inject(name, fault);
        }
    }

    pub(super) fn handshake_replies(&self) -> usize {
        let logs_in = |info: ConnectionInfo| info.redis_settings().password().is_some();
        match self.case.client {
            Client::Resp3 => 1,
            client => {
                let info = client.info(&self.backend.url(), self.backend.address());
                usize::from(info.is_ok_and(logs_in))
            }
        }
    }

    pub(super) fn control(&self) -> &Control {
        &self.control
    }

    /// The channel or pattern with the prefix of this scene, as the server knows it.
    pub(super) fn prefixed(&self, name: impl AsRef<[u8]>) -> Vec<u8> {
        [&self.prefix, name.as_ref()].concat()
    }

    pub(super) fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// A payload that no earlier PING of this scenario had.
    pub(super) fn fence(&self) -> String {
        format!("fence-{}", self.fences.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The name of the next connection of `name`, and its connection parameters.
    pub(super) fn connection_info(&self, name: &str) -> Result<(Name, ConnectionInfo), SceneError> {
        let connection = lock(&self.clients).next_name(name);
        let port = match &*lock(&self.tap) {
            Some(tap) => tap.listen(name)?,
            None => return Err(SceneError::Closed { connection, action: "connect" }),
        };
        match self.case.client.info(&self.backend.url(), port) {
            Ok(info) => Ok((connection, info)),
            Err(reason) => Err(SceneError::Client { connection, action: "connect", reason }),
        }
    }

    pub(super) fn register(&self, name: Name, handle: ClientHandle) {
        lock(&self.clients).register(name, handle);
    }

    pub(super) fn case(&self) -> &Case {
        &self.case
    }

    /// Runs an operation of a client, with the deadline.
    pub(super) async fn client_call<T>(
        &self,
        connection: &Name,
        action: &'static str,
        work: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, SceneError> {
        let failed = |reason: RedisError| SceneError::Client {
            connection: connection.clone(),
            action,
            reason,
        };
        self.with_deadline(connection, || format!("an answer while trying to {action}"), work)
            .await?
            .map_err(failed)
    }

    pub(super) async fn with_deadline<T>(
        &self,
        connection: &Name,
        awaited: impl FnOnce() -> String,
        work: impl Future<Output = T>,
    ) -> Result<T, SceneError> {
        let after = *lock(&self.deadline);
        let late =
            |_| SceneError::TimedOut { connection: connection.clone(), awaited: awaited(), after };
        time::timeout(after, work).await.map_err(late)
    }

    /// Stops the server and starts it again. Connections made afterwards go to the new one.
    pub(super) async fn restart(&self) -> Result<(), SceneError> {
        self.control.disconnect().await;
        // This blocks the runtime. Clients have nothing to do without a server, and the tap has a
        // thread of its own.
        self.backend.restart()?;
        if let Some(tap) = &*lock(&self.tap) {
            tap.redirect(self.backend.address());
        }
        Ok(())
    }

    /// Ends the scenario: fences every subscriber, closes all clients in the order in which they
    /// connected, and returns the conversation.
    pub(super) async fn end(&self) -> Result<Conversation, SceneError> {
        let deadline = *lock(&self.deadline);
        let handles = lock(&self.clients).all();
        for (_, handle) in &handles {
            if let ClientHandle::Subscriber(slot) = handle
                && let Some(subscriber) = slot.lock().await.as_mut()
            {
                // If another answer comes instead of the PONG, the conversation shows it.
                let _ = time::timeout(deadline, subscriber.ping(&self.fence())).await;
            }
        }
        for (_, handle) in handles {
            match handle {
                ClientHandle::Subscriber(slot) => {
                    if let Some(subscriber) = slot.lock().await.take() {
                        subscriber.close().await;
                    }
                }
                ClientHandle::Publisher(slot) => drop(slot.lock().await.take()),
            }
            // The task of a dropped connection closes it when it runs next.
            task::yield_now().await;
        }
        let Some(tap) = lock(&self.tap).take() else { return Err(TapError::Gone.into()) };
        let conversation = tap.finish(deadline).await?;
        Ok(Conversation { title: self.case.title(), ..without_login(conversation) })
    }

    /// The verdict on a scenario that has ended.
    pub(super) fn verdict(&self, observed: &Conversation) -> Verdict {
        match self.judge(observed) {
            Ok(found) if found.violations.is_empty() => Ok(Passed::new()),
            Ok(found) => Err(Failure::violations_found(self.case.clone(), found)),
            Err(cause) => Err(Failure::stopped(self.case.clone(), cause, Findings::default())),
        }
    }

    /// Passes on the result of a step. If the step failed, the scenario ends here, and the
    /// conversation up to this point is judged: it usually shows the cause.
    pub(super) async fn or_fail<T>(&self, step: Result<T, SceneError>) -> Result<T, Failure> {
        let cause = match step {
            Ok(done) => return Ok(done),
            Err(cause) => cause,
        };
        for (_, handle) in lock(&self.clients).all() {
            // A slot that is in use belongs to a task of the case, which ends with the case.
            match handle {
                ClientHandle::Subscriber(slot) => drop(slot.try_lock().map(|mut slot| slot.take())),
                ClientHandle::Publisher(slot) => drop(slot.try_lock().map(|mut slot| slot.take())),
            }
        }
        let tap = lock(&self.tap).take();
        let mut found = Findings::default();
        if let Some(tap) = tap
            && let Ok(conversation) = tap.finish(Duration::from_secs(1)).await
        {
            found = self.check(&without_login(conversation)).unwrap_or_default();
        }
        Err(Failure::stopped(self.case.clone(), cause, found))
    }

    fn judge(&self, observed: &Conversation) -> Result<Findings, SceneError> {
        recording::require_answers(observed)?;
        if !*lock(&self.audited) && recording::is_recording() {
            recording::write(&self.case, self.backend.as_ref(), observed.clone())?;
            return Ok(Findings::default());
        }
        self.check(observed)
    }

    /// Compares the conversation with the recording, or audits it.
    fn check(&self, observed: &Conversation) -> Result<Findings, SceneError> {
        if *lock(&self.audited) {
            let violations = audit::audit(observed, &self.case.title());
            return Ok(Findings { violations, recording: None });
        }
        let server = self.backend.identity().judged_as();
        let recording = recording::load(&self.case)?;
        let violations = compare(&recording, observed, &server);
        Ok(Findings { violations, recording: Some((recording, server)) })
    }
}

/// No code panics while it holds one of these locks, so the data of a poisoned lock is valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
