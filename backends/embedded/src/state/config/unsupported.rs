//! The parameters that Redis has and this server does not honour.
//!
//! Their names are known so that the error does not suggest a typing mistake. Setting one must
//! fail: otherwise it would seem to have an effect.

use crate::profile::ErrorTexts;
use crate::wire::ErrorReply;

/// The names, as `CONFIG GET *` of Redis 8.0 lists them.
static NAMES: &str = "
    active-defrag-cycle-max
    active-defrag-cycle-min active-defrag-ignore-bytes active-defrag-max-scan-fields
    active-defrag-threshold-lower active-defrag-threshold-upper active-expire-effort
    activedefrag activerehashing always-show-logo aof-load-truncated aof-rewrite-cpulist
    aof-rewrite-incremental-fsync aof-timestamp-enabled aof-use-rdb-preamble
    aof_rewrite_cpulist appenddirname appendfilename appendfsync auto-aof-rewrite-min-size
    auto-aof-rewrite-percentage bgsave-cpulist bgsave_cpulist bind-source-addr bio-cpulist
    bio_cpulist busy-reply-threshold 
     cluster-allow-replica-migration cluster-announce-bus-port
    cluster-announce-hostname cluster-announce-human-nodename cluster-announce-ip
    cluster-announce-port cluster-announce-tls-port cluster-compatibility-sample-ratio
    cluster-config-file cluster-link-sendbuf-limit cluster-migration-barrier
     cluster-port cluster-preferred-endpoint-type
    cluster-replica-no-failover cluster-replica-validity-factor
     cluster-slave-no-failover cluster-slave-validity-factor
    crash-log-enabled crash-memcheck-enabled daemonize dbfilename dir disable-thp dynamic-hz
    enable-debug-command enable-module-command enable-protected-configs
    hash-max-listpack-entries hash-max-listpack-value hash-max-ziplist-entries
    hash-max-ziplist-value hide-user-data-from-log hll-sparse-max-bytes hz ignore-warnings
    io-threads jemalloc-bg-thread latency-monitor-threshold latency-tracking
    latency-tracking-info-percentiles lazyfree-lazy-eviction lazyfree-lazy-expire
    lazyfree-lazy-server-del lazyfree-lazy-user-del lazyfree-lazy-user-flush lfu-decay-time
    lfu-log-factor list-compress-depth list-max-listpack-size list-max-ziplist-size
    locale-collate logfile loglevel lua-time-limit masterauth masteruser
    max-new-connections-per-cycle max-new-tls-connections-per-cycle maxmemory-clients
    maxmemory-eviction-tenacity maxmemory-samples min-replicas-max-lag min-replicas-to-write
    min-slaves-max-lag min-slaves-to-write no-appendfsync-on-rewrite oom-score-adj
    oom-score-adj-values pidfile proc-title-template propagation-error-behavior
    protected-mode rdb-del-sync-files rdb-save-incremental-fsync rdbchecksum rdbcompression
    repl-backlog-size repl-backlog-ttl repl-disable-tcp-nodelay repl-diskless-load
    repl-diskless-sync repl-diskless-sync-delay repl-diskless-sync-max-replicas
    repl-ping-replica-period repl-ping-slave-period repl-timeout replica-announce-ip
    replica-announce-port replica-announced replica-full-sync-buffer-limit
    replica-ignore-disk-write-errors replica-ignore-maxmemory replica-lazy-flush
    replica-priority replica-read-only replica-serve-stale-data replicaof
    sanitize-dump-payload server-cpulist server_cpulist set-max-intset-entries
    set-max-listpack-entries set-max-listpack-value set-proc-title shutdown-on-sigint
    shutdown-on-sigterm shutdown-timeout slave-announce-ip slave-announce-port
    slave-ignore-maxmemory slave-lazy-flush slave-priority slave-read-only
    slave-serve-stale-data slaveof slowlog-log-slower-than slowlog-max-len socket-mark-id
    stop-writes-on-bgsave-error stream-node-max-bytes stream-node-max-entries supervised
    syslog-enabled syslog-facility syslog-ident tcp-backlog tcp-keepalive tls-auth-clients
    tls-ca-cert-dir tls-ca-cert-file tls-cert-file tls-ciphers tls-ciphersuites
    tls-client-cert-file tls-client-key-file tls-client-key-file-pass tls-cluster
    tls-dh-params-file tls-key-file tls-key-file-pass tls-port tls-prefer-server-ciphers
    tls-protocols tls-replication tls-session-cache-size tls-session-cache-timeout
    tls-session-caching unixsocketperm zset-max-listpack-entries
    zset-max-listpack-value zset-max-ziplist-entries zset-max-ziplist-value
";

/// Whether real servers have such a parameter.
pub(super) fn is_known(name: &[u8]) -> bool {
    NAMES.split_whitespace().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// The error of `CONFIG SET` for a name that is no parameter of this server.
pub(super) fn refusal(name: &[u8], errors: &ErrorTexts) -> ErrorReply {
    if is_known(name) {
        ErrorReply::quoting("ERR the embedded server does not honour '", name, "'")
            .and("; leave it as it is, or use a real server")
    } else {
        (errors.unknown_parameter)(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn parameters_of_redis_and_unknown_names_get_different_errors() {
        let errors = &Profile::REDIS_8_0.behaviour().errors;
        let text =
            |name: &str| refusal(name.as_bytes(), errors).as_bytes().escape_ascii().to_string();
        assert!(text("HZ").contains(r"does not honour \'HZ\'; leave it"));
        assert!(text("nosuch").contains(r"Unknown option or number of arguments for CONFIG SET"));
    }
}
