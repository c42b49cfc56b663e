/// The rows of one attribute. Each row is one test of every case.
pub(crate) struct Template {
    /// The name of the attribute.
    pub(crate) name: &'static str,
    pub(crate) rows: &'static [Row],
}

/// A server and a client.
pub(crate) struct Row {
    /// The name of the test.
    pub(crate) name: &'static str,
    /// The constant of `twincast::matrix::Target`.
    pub(crate) target: &'static str,
    /// Whether it needs a real server, and is ignored unless one was asked for.
    pub(crate) is_real: bool,
}

const fn embedded(name: &'static str, target: &'static str) -> Row {
    Row { name, target, is_real: false }
}

const fn redis(name: &'static str, target: &'static str) -> Row {
    Row { name, target, is_real: true }
}

pub(crate) const EVERY_SERVER: Template = Template {
    name: "every_server",
    rows: &[embedded("embedded", "EMBEDDED_OWN"), redis("redis", "REDIS_OWN")],
};

pub(crate) const EVERY_SHARED_SERVER: Template = Template {
    name: "every_shared_server",
    rows: &[embedded("embedded", "EMBEDDED"), redis("redis", "REDIS")],
};

pub(crate) const EVERY_CLIENT: Template = Template {
    name: "every_client",
    rows: &[
        embedded("embedded_resp2", "EMBEDDED_RESP2"),
        embedded("embedded_resp2_blocking", "EMBEDDED_RESP2_BLOCKING"),
        embedded("embedded_resp3", "EMBEDDED_RESP3"),
        redis("redis_resp2", "REDIS_RESP2"),
        redis("redis_resp2_blocking", "REDIS_RESP2_BLOCKING"),
        redis("redis_resp3", "REDIS_RESP3"),
    ],
};

pub(crate) const EVERY_ASYNC_CLIENT: Template = Template {
    name: "every_async_client",
    rows: &[
        embedded("embedded_resp2", "EMBEDDED_RESP2"),
        embedded("embedded_resp3", "EMBEDDED_RESP3"),
        redis("redis_resp2", "REDIS_RESP2"),
        redis("redis_resp3", "REDIS_RESP3"),
    ],
};
