use std::{
    collections::hash_map::RandomState,
    env, fs,
    fs::File,
    hash::{BuildHasher, Hasher},
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{self, Child, ChildStdin, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use super::orphans;
use crate::{Error, reaper};

/// How the names of these directories begin.
pub(super) const PREFIX: &str = "twincast-run-";

/// How often a directory is made anew because another process took it for an orphan.
const MAX_ATTEMPTS: usize = 20;

/// The reaper makes the directory `$1` itself, so that there is never a directory without a reaper.
/// It then keeps the process groups of the servers that it is told of. At the end of its input, it
/// kills them and removes the directory. Its owner also tells it when to end, since a forked child
/// may hold the other end of its input.
///
/// A killed server may still be writing its last file, so the removal is repeated a few times.
const REAPER: &str = r#"
PATH="$PATH:/usr/bin:/bin"
mkdir -m 700 -- "$1" 2>&1 || exit
echo made
exec >/dev/null
groups=
while read -r change group; do
    case $change in
        started) groups="$groups $group" ;;
        ended)
            others=
            for other in $groups; do [ "$other" = "$group" ] || others="$others $other"; done
            groups=$others
            ;;
        end) break ;;
    esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
for attempt in 1 2 3 4 5; do rm -rf -- "$1" && exit; sleep 0.1; done
"#;

/// The directory of all servers of this process, and the reaper that ends them with the process.
///
/// Its lock tells other processes that the owner runs. The system releases the lock when the owner
/// ends for any reason; the next start then removes what the reaper could not, see [`orphans`].
#[derive(Debug)]
pub(super) struct RunDir {
    path: PathBuf,
    /// A forked child has a copy of everything here, and must touch nothing of it.
    owner: u32,
    next: AtomicU64,
    reaper: Mutex<Option<ChildStdin>>,
    shell: Child,
    lock: Option<File>,
}

impl RunDir {
    /// The directory that the servers of this process share. It exists as long as one of them.
    pub(super) fn shared() -> Result<Arc<Self>, Error> {
        static CURRENT: Mutex<Weak<RunDir>> = Mutex::new(Weak::new());
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = current.upgrade().filter(|shared| shared.is_own()) {
            return Ok(shared);
        }
        let made = Self::create(&env::temp_dir()).map_err(Error::io("make a temporary directory"));
        let made = Arc::new(made?);
        *current = Arc::downgrade(&made);
        Ok(made)
    }

    fn create(parent: &Path) -> io::Result<Self> {
        orphans::remove(parent);
        for _ in 0..MAX_ATTEMPTS {
            let random = RandomState::new().build_hasher().finish() >> 24;
            let mut made = Self::with_reaper(parent.join(format!("{PREFIX}{random:010x}")))?;
            if made.take_lock() {
                return Ok(made);
            }
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    fn with_reaper(path: PathBuf) -> io::Result<Self> {
        let name = path.to_string_lossy();
        let mut shell = reaper::shell(REAPER, &[&name]);
        let mut shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = shell.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let reaper = Mutex::new(shell.stdin.take());
        let owner = process::id();
        let made = Self { path, owner, next: AtomicU64::new(1), reaper, shell, lock: None };
        let mut answer = String::new();
        BufReader::new(output).read_line(&mut answer)?;
        match answer.trim_end() {
            "made" => Ok(made),
            "" => Err(io::Error::other("the reaper's shell ended")),
            refusal => Err(io::Error::other(refusal)),
        }
    }

    /// Locks the directory. Another process that looked for orphans before that may have removed
    /// it, or be about to.
    fn take_lock(&mut self) -> bool {
        let locked = File::open(&self.path).ok().filter(|dir| dir.try_lock().is_ok());
        let is_there = |dir: &File| {
            let (locked, named) = (dir.metadata(), fs::metadata(&self.path));
            matches!((locked, named), (Ok(locked), Ok(named)) if locked.ino() == named.ino())
        };
        self.lock = locked.filter(is_there);
        self.lock.is_some()
    }

    /// Makes a directory for one server.
    pub(super) fn server_dir(self: &Arc<Self>) -> Result<ServerDir, Error> {
        let path = self.path.join(self.next.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir(&path).map_err(Error::io("make the server's directory"))?;
        Ok(ServerDir { path, run: Arc::clone(self) })
    }

    /// Whether this process made the directory and its servers.
    pub(super) fn is_own(&self) -> bool {
        self.owner == process::id()
    }

    /// Has the reaper kill this process group if this process ends.
    pub(super) fn started(&self, group: u32) -> Result<(), Error> {
        self.tell("started", group).map_err(Error::io("tell the reaper of a server"))
    }

    /// Call it before the server is waited for: another process may have its pid afterwards.
    pub(super) fn ended(&self, group: u32) {
        // If the reaper was killed, there is nothing to take back.
        let _ = self.tell("ended", group);
    }

    fn tell(&self, change: &str, group: u32) -> io::Result<()> {
        let mut reaper = self.reaper.lock().unwrap_or_else(PoisonError::into_inner);
        let reaper = reaper.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        // One write, so that a process that is killed never leaves half a line.
        reaper.write_all(format!("{change} {group}\n").as_bytes())
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        if self.is_own() {
            // The reaper removes the directory.
            let _ = self.tell("end", 0);
            drop(self.reaper.get_mut().unwrap_or_else(PoisonError::into_inner).take());
            let _ = self.shell.wait();
        }
    }
}

/// The directory of one server. Dropping it removes it.
#[derive(Debug)]
pub(super) struct ServerDir {
    path: PathBuf,
    run: Arc<RunDir>,
}

impl ServerDir {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn run(&self) -> &Arc<RunDir> {
        &self.run
    }
}

impl Drop for ServerDir {
    fn drop(&mut self) {
        if self.run.is_own() {
            // What cannot be removed now is removed with the directory of the run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_exist_as_long_as_it_is_used() {
        let parent = tempfile::tempdir().unwrap();
        let made = Arc::new(RunDir::create(parent.path()).unwrap());
        let (one, two) = (made.server_dir().unwrap(), made.server_dir().unwrap());
        assert_ne!(one.path(), two.path());
        let path = made.path.clone();
        drop((made, one));
        assert!(two.path().is_dir());
        drop(two);
        assert!(!path.exists());
    }

    #[test]
    fn should_be_no_orphan_while_it_is_used() {
        let parent = tempfile::tempdir().unwrap();
        let made = RunDir::create(parent.path()).unwrap();
        orphans::remove(parent.path());
        assert!(made.path.is_dir());
    }

    #[test]
    fn should_say_why_no_directory_can_be_made() {
        let error = RunDir::create(Path::new("/nowhere")).unwrap_err();
        assert!(error.to_string().contains("/nowhere"), "{error}");
    }
}
