//! The checker itself, on trees of a few lines.

use rstest::rstest;

use super::circles::circles;
use super::floors::{Floors, violations};
use super::tokens::tokens;
use super::tree::Tree;

const FLOORS: &Floors = &[&["ground"], &["middle"], &["roof"]];

/// A package with one module on each of three floors, and the text of these modules.
fn package(ground: &str, middle: &str, roof: &str) -> Tree {
    let lib = "mod ground;\nmod middle;\nmod roof;\npub use roof::Roof;\npub struct Lib;\n";
    let files =
        [("lib.rs", lib), ("ground.rs", ground), ("middle/mod.rs", middle), ("roof.rs", roof)];
    Tree::new("a-package", files)
}

#[rstest]
#[case::comments("a // b\n/* c /* d */ e */ f", &["a", "f"])]
#[case::strings(r#"a "b \" c" d b"e" f"#, &["a", "d", "f"])]
#[case::raw_strings(r##"a r#"b " c"# d r"\" e"##, &["a", "d", "e"])]
#[case::characters(r"a 'b' '\'' b'c' '}' d", &["a", "d"])]
#[case::lifetimes("&'a b <'static> c", &["&", "b", "<", ">", "c"])]
#[case::raw_words("r#type r b", &["type", "r", "b"])]
#[case::paths("a::b : c", &["a", "::", "b", ":", "c"])]
fn should_skip_comments_and_literals(#[case] source: &str, #[case] expected: &[&str]) {
    let found: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
    assert_eq!(found, expected);
}

#[rstest]
#[case::of_a_module("\nuse crate::roof;", "ground.rs:2 uses crate::roof: `roof` is above `ground`")]
#[case::from_the_parent(
    "use super::middle::Middle;",
    "ground.rs:1 uses super::middle::Middle: `middle` is above `ground`"
)]
#[case::in_a_group(
    "use crate::{\n    middle::{\n        self,\n    },\n};",
    "ground.rs:3 uses crate::middle: `middle` is above `ground`"
)]
#[case::of_everything(
    "use crate::roof::*;",
    "ground.rs:1 uses crate::roof::*: `roof` is above `ground`"
)]
#[case::by_another_name(
    "use crate::roof as ground;",
    "ground.rs:1 uses crate::roof: `roof` is above `ground`"
)]
#[case::in_code(
    "/* one\ntwo */ fn f() { crate::roof::f::<u8>() }",
    "ground.rs:2 uses crate::roof::f: `roof` is above `ground`"
)]
#[case::in_a_function(
    "fn f() {\n    use crate::roof::f;\n}",
    "ground.rs:2 uses crate::roof::f: `roof` is above `ground`"
)]
#[case::within_a_module(
    "mod inner {\n    fn f() { super::super::roof::f() }\n}",
    "ground.rs:2 uses super::super::roof::f: `roof` is above `ground`"
)]
#[case::behind_a_test(
    "#[cfg(test)]\nmod tests {}\nuse crate::roof;",
    "ground.rs:3 uses crate::roof: `roof` is above `ground`"
)]
#[case::by_the_library(
    "use a_package::roof;",
    "ground.rs:1 uses a_package::roof: `roof` is above `ground`"
)]
#[case::through_lib("use crate::Roof;", "ground.rs:1 uses crate::Roof: `roof` is above `ground`")]
#[case::of_lib("use crate::Lib;", "ground.rs:1 uses crate::Lib: lib.rs is above `ground`")]
#[case::in_a_macro(
    "macro_rules! m { () => { $crate::roof::f() } }",
    "ground.rs:1 uses crate::roof::f: `roof` is above `ground`"
)]
fn should_find_an_import_that_points_up(#[case] ground: &str, #[case] expected: &str) {
    let found = violations(&package(ground, "", ""), FLOORS);
    assert_eq!(found, [format!("src/{expected}")]);
}

#[rstest]
#[case::to_a_lower_floor("use crate::ground::Ground;\nfn f() { super::ground::f() }")]
#[case::to_itself("use self::inner::Inner;\nuse inner::Other;\nmod inner;")]
#[case::to_another_crate("use roof::Roof;\nuse ::roof::Other;")]
#[case::in_tests("#[cfg(test)]\n#[expect(dead_code)]\nmod tests {\n    use crate::roof::Roof;\n}")]
#[case::in_a_method_for_tests("#[cfg(test)]\nfn f(a: [u8; 2]) { crate::roof::f() }")]
#[case::as_a_visibility("pub(in crate::roof) fn f() {}")]
#[case::in_words("// crate::roof\nconst WORDS: &str = \"crate::roof::f\";")]
fn should_let_pass(#[case] middle: &str) {
    assert_eq!(violations(&package("", middle, ""), FLOORS), [""; 0]);
}

#[test]
fn should_not_read_files_of_tests() {
    let files = [
        ("lib.rs", "#[cfg(test)]\nmod tests;\nmod ground;\nmod roof;"),
        ("ground.rs", "#[cfg(test)]\nmod tests;"),
        ("ground/tests.rs", "use crate::roof::Roof;"),
        ("roof.rs", ""),
        ("tests/mod.rs", ""),
    ];
    assert_eq!(violations(&Tree::new("package", files), &[&["ground"], &["roof"]]), [""; 0]);
}

#[test]
fn should_want_every_module_on_a_floor() {
    let found = violations(&package("", "", ""), &[&["ground"], &["roof"], &["cellar"]]);
    let table = "the table of floors in tests/tests/architecture/main.rs";
    let expected = [
        format!(
            "src/middle is on no floor: add `middle` to {table}, above everything that it uses"
        ),
        format!("src/cellar does not exist: take `cellar` out of {table}, or write its new name"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn should_find_a_circle_with_a_place_for_each_of_its_edges() {
    let files = [
        ("lib.rs", "mod room;"),
        ("room/mod.rs", "mod a;\nmod b;\nmod c;\npub use c::C;"),
        ("room/a.rs", "use super::b::B;"),
        ("room/b/mod.rs", "mod inner;"),
        ("room/b/inner.rs", "\nuse super::super::C;"),
        ("room/c.rs", "\n\nfn f() { crate::room::a::f() }"),
    ];
    let expected = "src/room: a, b, c use each other in a circle

  a → b: src/room/a.rs:1 uses super::b::B
  b → c: src/room/b/inner.rs:2 uses super::super::C
  c → a: src/room/c.rs:3 uses crate::room::a::f";
    assert_eq!(circles(&Tree::new("package", files)), [expected]);
}

#[test]
fn should_find_no_circle_through_the_parent() {
    let files = [
        ("lib.rs", "mod room;"),
        ("room/mod.rs", "mod a;\nmod b;\nuse a::A;\nuse b::B;\npub struct Room;"),
        ("room/a.rs", "use super::Room;\nuse super::b::B;"),
        ("room/b.rs", "use super::Room;\nuse crate::room;"),
    ];
    assert_eq!(circles(&Tree::new("package", files)), [""; 0]);
}

#[test]
fn should_find_a_glob_import_outside_of_tests() {
    let ground = "use super::*;\nuse std::io::*;\nuse Kind::*;\nmod tests {\n    use super::*;\n}";
    let tree = package(ground, "#[cfg(test)]\nmod tests {\n    use super::*;\n}", "");
    let globs: Vec<&str> = tree.globs().collect();
    assert_eq!(globs, ["src/ground.rs:1 uses super::*", "src/ground.rs:5 uses super::*"]);
}
