use std::collections::HashMap;

use super::{Image, owner::Owner};

/// Labels tell every process which owner a container has.
/// `docker ps --filter label=twincast.owner` lists all of them.
///
/// `ci/with-image` filters by `twincast.owner` too; change the name in both places.
const OWNER: &str = "twincast.owner";
const STARTED: &str = "twincast.owner.started";
const HOST: &str = "twincast.owner.host";
const SHARED: &str = "twincast.shared";

pub(super) type Labels = HashMap<String, String>;

/// The labels of a container that only its owner uses.
pub(super) fn own(owner: &Owner) -> Labels {
    [(OWNER, owner.pid.to_string()), (STARTED, owner.started.clone()), (HOST, owner.host.clone())]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

/// The labels of the container that all of the owner's processes use.
pub(super) fn shared(owner: &Owner, image: &Image) -> Labels {
    let mut labels = own(owner);
    labels.insert(SHARED.to_owned(), image.to_string());
    labels
}

/// The labels that all containers have that were started on a host.
pub(super) fn of_host(host: &str) -> Labels {
    [(HOST.to_owned(), host.to_owned())].into()
}

/// The owner that the labels name; `None` if this crate did not start the container.
pub(super) fn owner(labels: &Labels) -> Option<Owner> {
    Some(Owner {
        host: labels.get(HOST)?.clone(),
        pid: labels.get(OWNER)?.parse().ok()?,
        started: labels.get(STARTED)?.clone(),
    })
}

/// The labels as filters of the engine.
pub(super) fn filters(labels: &Labels) -> Vec<String> {
    labels.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn should_read_the_owner_that_was_written() {
        let written = Owner { host: "devbox/pid:[1]".into(), pid: 7, started: "99".into() };
        assert_eq!(owner(&own(&written)), Some(written.clone()));
        assert_eq!(owner(&shared(&written, &Image::from_env())), Some(written));
        assert_eq!(owner(&Labels::new()), None);
    }
}
