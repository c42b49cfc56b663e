//! How many files this process and the servers that it starts may open.

use std::error::Error;
use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use twincast::conversation::Conversation;

/// What a real server opens beside its clients.
const RESERVED: u64 = 32;

/// The clients that a real server takes by default, and shows in `INFO clients`.
const MOST_CLIENTS: u64 = 10_000;

/// As many as a real server wants: its clients, and what it opens beside them.
const WANTED: u64 = MOST_CLIENTS + RESERVED;

/// Raises the limit as far as the system allows. Servers inherit it.
pub(crate) fn raise_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // `None` means that there is no limit.
    if current.is_none_or(|current| current >= WANTED) {
        return;
    }
    // Only a privileged process may raise the hard limit, and some systems allow less than theirs.
    let privileged = maximum.map(|maximum| maximum.max(WANTED));
    let attempts = [(privileged, privileged), (maximum, maximum), (Some(WANTED), maximum)];
    for (current, maximum) in attempts {
        if setrlimit(Resource::Nofile, Rlimit { current, maximum }).is_ok() {
            return;
        }
    }
}

/// The limit, if there is one.
pub(super) fn limit() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Why a server that this process starts cannot take as many clients as the conversation wants, if
/// it cannot.
pub(super) fn lacking(conversation: &Conversation) -> Option<String> {
    lacking_within(getrlimit(Resource::Nofile).maximum?, conversation)
}

fn lacking_within(limit: u64, conversation: &Conversation) -> Option<String> {
    let clients =
        conversation.turns.iter().flat_map(|turn| &turn.client_steps).filter_map(|step| {
            let words = step.action.words()?;
            let [config, set, arguments @ ..] = &*words else { return None };
            let sets = config.eq_ignore_ascii_case(b"config") && set.eq_ignore_ascii_case(b"set");
            let mut pairs = arguments.chunks_exact(2).filter(|_| sets);
            let pair = pairs.find(|pair| pair[0].eq_ignore_ascii_case(b"maxclients"))?;
            str::from_utf8(&pair[1]).ok()?.parse::<u64>().ok()
        });
    // More than any system allows is refused everywhere.
    let clients = clients.filter(|clients| *clients <= MOST_CLIENTS).max();
    let shown = || {
        conversation
            .to_string()
            .contains(&format!("maxclients:{MOST_CLIENTS}"))
            .then_some(MOST_CLIENTS)
    };
    let clients = clients.or_else(shown)?;
    (clients + RESERVED > limit).then(|| {
        format!(
            "its server must take {clients} clients, but may open only {limit} files: raise \
             `ulimit -n` to {}",
            clients + RESERVED
        )
    })
}

/// What to do about an error, if its cause is that too many files are open.
pub(crate) fn remedy(error: &(dyn Error + 'static)) -> Option<String> {
    let is_cause = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error)
            == Some(Errno::MFILE.raw_os_error())
    };
    let (mut cause, mut is_too_many) = (Some(error), false);
    while let Some(this) = cause {
        is_too_many |= is_cause(this);
        cause = this.source();
    }
    let limit = limit().map_or_else(String::new, |limit| format!(" {limit}"));
    is_too_many.then(|| format!("this process may open{limit} files: raise `ulimit -n`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_leave_out_what_the_limit_makes_impossible() {
        let text = "# Should grow\n\na> config SET timeout 1 MaxClients 10000\n";
        let conversation = Conversation::parse(text, "grow.twin").unwrap();
        let reason = lacking_within(1024, &conversation).unwrap();
        assert!(reason.contains("1024 files: raise `ulimit -n` to 10032"), "{reason}");
        assert_eq!(lacking_within(10_032, &conversation), None);
        let shown = "# Should show\n\na> INFO clients\na< `maxclients:10000`\n";
        let conversation = Conversation::parse(shown, "show.twin").unwrap();
        assert!(lacking_within(1024, &conversation).is_some());
        let refused = text.replace("10000", "1000000000");
        let conversation = Conversation::parse(&refused, "grow.twin").unwrap();
        assert_eq!(lacking_within(1024, &conversation), None);
    }

    #[test]
    fn should_name_the_limit_that_is_too_low() {
        let error = io::Error::from_raw_os_error(Errno::MFILE.raw_os_error());
        assert!(remedy(&error).is_some_and(|remedy| remedy.contains("ulimit -n")));
        assert_eq!(remedy(&io::Error::from(io::ErrorKind::NotFound)), None);
    }
}
