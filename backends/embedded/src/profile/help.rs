/// What the HELP of each container says, line by line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Help {
    pub(crate) acl: &'static str,
    pub(crate) pubsub: &'static str,
    pub(crate) config: &'static str,
    pub(crate) command: &'static str,
    pub(crate) cluster: &'static str,
    pub(crate) client: &'static str,
}
