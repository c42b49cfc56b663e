use std::{
    io,
    sync::{LazyLock, mpsc::sync_channel},
};

use tokio::runtime::{Builder, Runtime};

use crate::Error;

/// Runs a future on a runtime that outlives every test, and blocks until it is complete.
///
/// Connections to the engine belong to the runtime that opened them. On a test's own runtime they
/// would close with the test, and the test must not block there.
pub(super) fn block_on<T, F>(future: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    // Two threads, because testcontainers blocks one when it drops a container.
    static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("twincast-docker")
            .enable_all()
            .build()
    });
    let refused = "run the runtime for Docker";
    let runtime = RUNTIME.as_ref().map_err(|error| Error::io(refused)(error.kind().into()))?;

    let (sender, receiver) = sync_channel(1);
    runtime.spawn(async move {
        let _ = sender.send(future.await);
    });
    // The channel closes without a result only if the future panicked.
    receiver.recv().unwrap_or_else(|_| Err(Error::io(refused)(io::ErrorKind::Other.into())))
}
