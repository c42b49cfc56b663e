use bytes::Bytes;

use crate::conversation::{Mask, Piece, Shape, Text};
use crate::wire::Frame;

/// With this many clients the order of the list varies. The server's housekeeping moves the first
/// five clients to the end, which reorders a list of six, and the sixth may have left since.
const MIN_UNORDERED_CLIENTS: usize = 5;

/// The lines of CLIENT LIST and CLIENT INFO: `id=<positive> addr=<address> … name=alice …`.
pub(super) fn client_lines(frame: &Frame) -> Option<Shape> {
    let (kind, text) = Text::of(frame).filter(|(kind, _)| is_document(*kind))?;
    let (head, body) = kind.split(text);
    let mut lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
    let is_unordered = lines.len() >= MIN_UNORDERED_CLIENTS;
    if is_unordered {
        lines.sort_by_key(|line| client_id(line));
    }
    let mut pieces = vec![literal(head)];
    let fields = lines.into_iter().flat_map(|line| line.split_inclusive(|&byte| byte == b' '));
    for field in fields {
        let end = field.len() - usize::from(field.ends_with(b" ") || field.ends_with(b"\n"));
        match field[..end].iter().position(|&byte| byte == b'=') {
            Some(equals) => {
                let (key, value) = (&field[..equals], &field[equals + 1..end]);
                pieces.push(literal(&field[..=equals]));
                pieces.push(client_mask(key, value).map_or_else(|| literal(value), Piece::Hole));
                pieces.push(literal(&field[end..]));
            }
            None => pieces.push(literal(field)),
        }
    }
    Some(if is_unordered { Shape::any_lines(kind, pieces) } else { Shape::template(kind, pieces) })
}

fn client_id(line: &[u8]) -> Option<u64> {
    let id = line.strip_prefix(b"id=")?.split(|&byte| byte == b' ').next()?;
    std::str::from_utf8(id).ok()?.parse().ok()
}

fn client_mask(key: &[u8], value: &[u8]) -> Option<Mask> {
    match key {
        b"addr" | b"laddr" => Some(Mask::Address),
        b"id" | b"fd" => Some(Mask::Positive),
        // So long that a slow machine is not the reason.
        b"age" | b"idle" if !matches!(value, b"0" | b"1") => Some(Mask::Positive),
        // Output waits only for a client that does not read.
        b"oll" | b"omem" if value != b"0" => Some(Mask::Positive),
        b"age"
        | b"idle"
        | b"qbuf"
        | b"qbuf-free"
        | b"argv-mem"
        | b"multi-mem"
        | b"rbs"
        | b"rbp"
        | b"obl"
        | b"oll"
        | b"omem"
        | b"tot-mem"
        | b"tot-net-in"
        | b"tot-net-out"
        | b"tot-cmds"
        | b"io-thread"
        | b"read-events"
        | b"avg-pipeline-len-sum"
        | b"avg-pipeline-len-cnt" => Some(Mask::Int),
        // -1 means no redirection, which the reference promises.
        b"redir" if value != b"-1" => Some(Mask::Int),
        // A slow reader's are `rw`.
        b"events" if value != b"r" => Some(Mask::Any),
        b"lib-ver" => Some(Mask::Any),
        _ => None,
    }
}

/// The lines of INFO, such as `pubsub_channels:2`. Every value is masked except those that the
/// requests decide. The lines with the statistics of commands come in any order.
pub(super) fn info_lines(frame: &Frame) -> Option<Shape> {
    let (kind, text) = Text::of(frame).filter(|(kind, _)| is_document(*kind))?;
    let (head, body) = kind.split(text);
    let mut lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
    let mut any_order = false;
    let is_command_stat =
        |line: &[u8]| line.starts_with(b"cmdstat_") || line.starts_with(b"latency_");
    for run in lines.chunk_by_mut(|one, other| is_command_stat(one) && is_command_stat(other)) {
        any_order |= run.len() > 1;
        // A fixed order, so that equal answers give equal recordings.
        run.sort_unstable();
    }
    let mut pieces = vec![literal(head)];
    for line in lines {
        // How many there are depends on how the server was started. Lines in any order are compared
        // one by one.
        if line.starts_with(b"listener") && !any_order {
            if pieces.last() != Some(&Piece::Hole(Mask::Listeners)) {
                pieces.push(Piece::Hole(Mask::Listeners));
            }
            continue;
        }
        let end = line.strip_suffix(b"\r\n").map_or(line.len(), <[u8]>::len);
        match line[..end].iter().position(|&byte| byte == b':') {
            Some(colon) if !line.starts_with(b"#") => {
                let (key, value) = (&line[..colon], &line[colon + 1..end]);
                pieces.push(literal(&line[..=colon]));
                match info_mask(key, value) {
                    Some(mask) => pieces.push(Piece::Hole(mask)),
                    None if value.contains(&b'=') => pieces.extend(mask_fields(value)),
                    None => pieces.push(literal(value)),
                }
                pieces.push(literal(&line[end..]));
            }
            _ => pieces.push(literal(line)),
        }
    }
    Some(if any_order { Shape::any_lines(kind, pieces) } else { Shape::template(kind, pieces) })
}

/// `calls=1,usec=<any>,usec_per_call=<any>,rejected_calls=0,failed_calls=0`, with times masked, and
/// `name=tcp,bind=<any>,port=<int>`, with addresses masked.
fn mask_fields(value: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for field in value.split_inclusive(|&byte| byte == b',') {
        let equals = field.iter().position(|&byte| byte == b'=').unwrap_or(0);
        let (name, rest) = field.split_at(equals);
        let mask = match name {
            b"usec" | b"usec_per_call" | b"bind" => Mask::Any,
            b"avg_ttl" | b"port" => Mask::Int,
            _ => {
                pieces.push(literal(field));
                continue;
            }
        };
        let comma = if rest.ends_with(b",") { &b","[..] } else { b"" };
        pieces.extend([literal(name), literal(b"="), Piece::Hole(mask), literal(comma)]);
    }
    pieces
}

/// Numbers of INFO that the requests of a conversation decide.
const EXACT_NUMBERS: &[&[u8]] = &[
    b"acl_access_denied_auth",
    b"acl_access_denied_channel",
    b"acl_access_denied_cmd",
    b"acl_access_denied_db",
    b"acl_access_denied_key",
    b"arch_bits",
    b"blocked_clients",
    b"client_output_buffer_limit_disconnections",
    b"client_query_buffer_limit_disconnections",
    b"cluster_enabled",
    b"connected_clients",
    b"expired_keys",
    b"keyspace_hits",
    b"keyspace_misses",
    b"maxclients",
    b"total_watched_keys",
    b"tracking_clients",
    b"tracking_total_items",
    b"tracking_total_keys",
    b"tracking_total_prefixes",
    b"uptime_in_days",
    b"watching_clients",
];

/// Numbers of INFO that the fence adds a little to. Once they have three digits, it is sure that they
/// are not zero.
const LARGE_NUMBERS: &[&[u8]] = &[
    b"total_commands_processed",
    b"total_connections_received",
    b"total_net_input_bytes",
    b"total_net_output_bytes",
];

fn info_mask(key: &[u8], value: &[u8]) -> Option<Mask> {
    match key {
        // The fence sends unknown commands to wait for a server, and they are counted here.
        b"errorstat_ERR" => Some(Mask::Any),
        key if key.starts_with(b"errorstat_") || key.starts_with(b"cmdstat_") => None,
        [b'd', b'b', index @ ..] if index.iter().all(u8::is_ascii_digit) => None,
        key if key.starts_with(b"listener") => None,
        b"redis_mode" | b"server_mode" | b"server_name" | b"role" => None,
        b"paused_reason" | b"paused_actions" => None,
        key if key.starts_with(b"pubsub") || EXACT_NUMBERS.contains(&key) => None,
        b"redis_version" | b"valkey_version" => Some(Mask::Version),
        b"run_id" | b"master_replid" | b"master_replid2" => Some(Mask::Hash),
        // A hexadecimal number can have decimal digits only.
        b"redis_git_sha1" | b"redis_build_id" => Some(Mask::Any),
        _ if LARGE_NUMBERS.contains(&key) && value.len() >= 3 => Some(Mask::Positive),
        _ if is_number(value) => Some(Mask::Int),
        _ => Some(Mask::Any),
    }
}

fn is_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn is_document(kind: Text) -> bool {
    matches!(kind, Text::Bulk | Text::Verbatim)
}

fn literal(bytes: &[u8]) -> Piece {
    Piece::Literal(Bytes::copy_from_slice(bytes))
}
