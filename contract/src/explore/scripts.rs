//! The rows of scripts and functions. Scripts that run for long are left out: nothing tells the explorer
//! when to expect their end.

use super::row::{Group, Row, row};

pub(super) const ROWS: &[Row] = &[
    row(12, Group::Scripts, "EVAL <script> 1 <key> <value>"),
    row(6, Group::Scripts, "EVAL <script> 2 <key> <key> <value> <value>"),
    row(4, Group::Scripts, "EVAL <script> 0"),
    row(4, Group::Scripts, "EVAL_RO <script> 1 <key> <value>"),
    row(3, Group::Scripts, "EVAL <script> <number> <key>*"),
    row(4, Group::Scripts, "SCRIPT LOAD <script>"),
    row(5, Group::Scripts, "EVALSHA|EVALSHA_RO <script-hash> 1 <key> <value>"),
    row(2, Group::Scripts, "SCRIPT EXISTS <script-hash>+"),
    row(1, Group::Scripts, "SCRIPT FLUSH"),
    row(1, Group::Scripts, "SCRIPT <odd>*"),
    row(6, Group::Scripts, "FUNCTION LOAD REPLACE <library>"),
    row(3, Group::Scripts, "FUNCTION LOAD <library>"),
    row(8, Group::Scripts, "FCALL <function> 1 <key> <value>"),
    row(4, Group::Scripts, "FCALL_RO <function> 1 <key> <value>"),
    row(2, Group::Scripts, "FCALL <function> <number> <key>*"),
    row(2, Group::Scripts, "FUNCTION DELETE one|two|three"),
    row(2, Group::Scripts, "FUNCTION LIST LIBRARYNAME one|two|three"),
    row(1, Group::Scripts, "FUNCTION LIST LIBRARYNAME one WITHCODE"),
    row(1, Group::Scripts, "FUNCTION STATS|FLUSH|KILL"),
    row(1, Group::Scripts, "FUNCTION <odd>*"),
    row(1, Group::Scripts, "FCALL|EVAL|EVALSHA <odd>*"),
];
