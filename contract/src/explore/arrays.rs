//! The rows of arrays. Ranges stay short: gaps are a part of some answers.

use super::row::{Group, Row, row};

pub(super) const ROWS: &[Row] = &[
    row(10, Group::Arrays, "ARSET <key> <place> <number-text>+"),
    row(3, Group::Arrays, "ARSET <key> <place> a b c d e f g h i j k l"),
    row(6, Group::Arrays, "ARMSET <key> <place> <number-text> <place> <number-text>"),
    row(1, Group::Arrays, "ARMSET <key> <place> <number-text> <place>"),
    row(6, Group::Arrays, "ARGET <key> <place>"),
    row(4, Group::Arrays, "ARMGET <key> <place>+"),
    row(6, Group::Arrays, "ARLEN|ARCOUNT|ARNEXT <key>"),
    row(5, Group::Arrays, "ARDEL <key> <place>+"),
    row(4, Group::Arrays, "ARDELRANGE <key> <place> <place>"),
    row(1, Group::Arrays, "ARDELRANGE <key> <place> <place> <place> <place>"),
    row(6, Group::Arrays, "ARINSERT <key> <number-text>+"),
    row(6, Group::Arrays, "ARRING <key> <ring> <number-text>+"),
    row(4, Group::Arrays, "ARSEEK <key> <place>"),
    row(5, Group::Arrays, "ARLASTITEMS <key> <count>"),
    row(2, Group::Arrays, "ARLASTITEMS <key> <count> REV|FOO"),
    row(3, Group::Arrays, "ARGETRANGE <key> 0|3|x 2|9|0"),
    row(5, Group::Arrays, "ARSCAN <key> <place> <place>"),
    row(2, Group::Arrays, "ARSCAN <key> <place> <place> LIMIT|FOO <count>"),
    row(4, Group::Arrays, "AROP <key> <place> <place> SUM|MIN|MAX|AND|OR|XOR|USED|FOO"),
    row(2, Group::Arrays, "AROP <key> <place> <place> MATCH|SUM <number-text>?"),
    row(
        4,
        Group::Arrays,
        "ARGREP <key> -|0|9 +|0 EXACT|MATCH|GLOB <number-text> WITHVALUES|NOCASE",
    ),
    row(4, Group::Arrays, "ARGREP <key> - + RE <expression>"),
    row(2, Group::Arrays, "ARGREP <key> + - RE|GLOB <expression> NOCASE|LIMIT|FOO"),
    row(
        2,
        Group::Arrays,
        "ARGREP <key> - + RE <expression> MATCH <number-text> AND|OR LIMIT <count>",
    ),
    row(5, Group::Arrays, "ARINFO <key> FULL"),
    row(1, Group::Arrays, "ARINFO <key> <odd>*"),
    row(2, Group::Arrays, "COPY|RENAME <key> <key>"),
    row(2, Group::Arrays, "TYPE <key>"),
    row(1, Group::Arrays, "OBJECT ENCODING <key>"),
    row(1, Group::Arrays, "ARSET|ARRING|ARSCAN|AROP|ARGREP|ARLASTITEMS <odd>*"),
];
