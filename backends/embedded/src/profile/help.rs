/// The text of each container's `HELP` subcommand. Each line is one item of the reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Help {
    pub(crate) acl: &'static str,
    pub(crate) pubsub: &'static str,
    pub(crate) config: &'static str,
    pub(crate) command: &'static str,
    pub(crate) cluster: &'static str,
    pub(crate) client: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) object: &'static str,
    /// Empty where there is no such command.
    pub(crate) commandlog: &'static str,
    pub(crate) slowlog: &'static str,
    pub(crate) latency: &'static str,
    pub(crate) debug: &'static str,
    pub(crate) module: &'static str,
    pub(crate) xgroup: &'static str,
    pub(crate) xinfo: &'static str,
    pub(crate) script: &'static str,
    pub(crate) function: &'static str,
}
