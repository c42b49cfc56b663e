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
    freedom::Freedom,
    login::without_login,
    recording, url,
    verdict::{Findings, Passed, Seen},
};
use crate::{
    backend::{Backend, BackendError, BackendKind},
    compare::compare,
    conversation::{Conversation, Name},
    tap::{Disturbance, Fault, PlannedFailure, Tap, TapError},
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
    basis: Mutex<Basis>,
    fences: AtomicUsize,
    freedom: Mutex<Freedom>,
    /// The conversation that the scene saw, if it was dropped before its end.
    seen: Mutex<Option<Seen>>,
}

/// The judge of a scenario.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Basis {
    /// The recording of a reference.
    #[default]
    Recording,
    /// The deliveries add up to what was published.
    Accounts,
    /// The assertions of the case, and nothing else.
    OwnAssertions,
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
            basis: Mutex::default(),
            fences: AtomicUsize::new(0),
            freedom: Mutex::new(Freedom::new()),
            seen: Mutex::default(),
        })
    }

    pub(super) fn judge_by(&self, basis: Basis) {
        *lock(&self.basis) = basis;
    }

    /// The freedom of this scenario.
    pub(super) fn freedom(&self) -> MutexGuard<'_, Freedom> {
        lock(&self.freedom)
    }

    fn steady(&self, conversation: Conversation) -> Conversation {
        self.freedom().remove_from(without_login(conversation), self.case.title())
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
                let info = client.info(&self.backend.url(), &self.backend.address());
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
        match self.case.client.info(&self.backend.url(), &port.into()) {
            Ok(info) => Ok((connection, info)),
            Err(reason) => Err(SceneError::Client { connection, action: "connect", reason }),
        }
    }

    /// A URL whose connections the tap records under this name.
    pub(super) fn url(&self, name: &str) -> Result<String, SceneError> {
        let connection = Name::new(name);
        if !self.backend.capabilities().exclusive {
            return Err(SceneError::SharedServer { connection });
        }
        match &*lock(&self.tap) {
            Some(tap) => {
                let at = tap.listen_to_application(name)?;
                self.freedom().has_address(name, at);
                Ok(url::through(&self.backend.url(), at))
            }
            None => Err(SceneError::Closed { connection, action: "connect" }),
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
        self.freedom().only_here("the server is restarted.");
        self.settled().await?;
        self.control.disconnect().await;
        if let Some(tap) = &*lock(&self.tap) {
            tap.disconnect();
        }
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
        self.settled().await?;
        let Some(tap) = lock(&self.tap).take() else { return Err(TapError::Gone.into()) };
        tap.check_failures()?;
        let conversation = tap.finish(deadline).await?;
        Ok(self.steady(conversation))
    }

    /// Waits until the server has answered everything that was sent to it, and all of that has
    /// arrived: the code under test may keep its connections.
    ///
    /// A server answers a PING after everything that reached it before, and sends that answer after
    /// those of the same round. So two PINGs in a row are a fence behind everything, unless something
    /// was recorded in the meantime.
    pub(super) async fn settled(&self) -> Result<(), SceneError> {
        let deadline = *lock(&self.deadline);
        let settled = async {
            let mut before = self.drain().await?;
            loop {
                // A server that is down, or that refuses PING, has nothing more to say.
                for _ in 0..2 {
                    let _ = self.control.ping().await;
                }
                let now = self.drain().await?;
                if now == before {
                    return Ok(());
                }
                before = now;
            }
        };
        let name = Name::new("the code under test");
        let awaited = || "an end of its own requests: stop its background work first".to_owned();
        time::timeout(deadline, settled).await.unwrap_or_else(|_| {
            Err(SceneError::TimedOut { connection: name, awaited: awaited(), after: deadline })
        })
    }

    /// Disturbs the connections of a name, when everything that was sent is answered.
    pub(super) async fn disturb(&self, name: &str, how: Disturbance) -> Result<usize, SceneError> {
        self.settled().await?;
        let disturbed = match lock(&self.tap).as_ref() {
            Some(tap) => tap.disturb(name, how),
            None => return Err(TapError::Gone.into()),
        };
        let count = disturbed.await?;
        if how == Disturbance::Cut {
            // The server may read the next request of another client before it notices the cut.
            self.settled().await?;
        }
        Ok(count)
    }

    /// Answers the next request on a connection of this name with an error, once everything that
    /// was sent before is answered.
    pub(super) async fn fail_next(
        &self,
        name: &str,
        failure: PlannedFailure,
    ) -> Result<(), SceneError> {
        self.freedom().only_here("a request is answered with an error in the server's place.");
        self.settled().await?;
        match lock(&self.tap).as_ref() {
            Some(tap) => Ok(tap.fail_next(name, failure)?),
            None => Err(TapError::Gone.into()),
        }
    }

    async fn drain(&self) -> Result<u64, SceneError> {
        // The tap's answer is awaited without the lock.
        let drained = match lock(&self.tap).as_ref() {
            Some(tap) => tap.drain(),
            None => return Err(TapError::Gone.into()),
        };
        Ok(drained.await?)
    }

    /// Ends a scene that was dropped before its end: cuts all connections, and keeps what they show.
    pub(super) fn abandon(&self) -> Option<()> {
        let tap = lock(&self.tap).take()?;
        let conversation = self.steady(tap.cut_all().ok()?);
        let found = match recording::is_recording() {
            true => Findings::default(),
            false => self.check(&conversation).unwrap_or_default(),
        };
        *lock(&self.seen) = Some(Seen::of(&conversation, found));
        Some(())
    }

    /// Completes the failure of a case that returned without a verdict.
    pub(super) fn explain(&self, failure: Failure) -> Failure {
        failure.in_case(&self.case, lock(&self.seen).take())
    }

    /// The remarks on a case that panicked.
    pub(super) fn epilogue(&self) -> String {
        let seen = lock(&self.seen).take().unwrap_or_default();
        format!("{:?}", Failure::panicked(&self.case, seen))
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
            found = self.check(&self.steady(conversation)).unwrap_or_default();
        }
        Err(Failure::stopped(self.case.clone(), cause, found))
    }

    /// The failure of a step that the scenario cannot do without. The scene ends when it is dropped.
    pub(super) fn failure(&self, cause: SceneError) -> Failure {
        Failure::stopped(self.case.clone(), cause, Findings::default())
    }

    fn judge(&self, observed: &Conversation) -> Result<Findings, SceneError> {
        recording::require_answers(observed)?;
        if *lock(&self.basis) == Basis::Recording && recording::is_recording() {
            // In a run that records from real servers, the embedded one has nothing to be compared
            // with yet.
            if cfg!(feature = "redis") && self.backend.kind() == BackendKind::Embedded {
                return Ok(Findings::default());
            }
            recording::write(&self.case, self.backend.as_ref(), observed.clone())?;
            return Ok(Findings::default());
        }
        self.check(observed)
    }

    /// Compares the conversation with the recording, or audits it.
    fn check(&self, observed: &Conversation) -> Result<Findings, SceneError> {
        match *lock(&self.basis) {
            Basis::Recording => {}
            Basis::Accounts => {
                let violations = audit::audit(observed, &self.case.title());
                return Ok(Findings { violations, recording: None });
            }
            Basis::OwnAssertions => return Ok(Findings::default()),
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
