/// The text of each container's `HELP` subcommand. Each line is one item of the reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Help {
    pub(crate) acl: &'static str,
    pub(crate) pubsub: &'static str,
    pub(crate) config: &'static str,
    pub(crate) command: &'static str,
    pub(crate) cluster: &'static str,
    pub(crate) client: &'static str,
}
