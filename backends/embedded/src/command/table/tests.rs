use super::*;

#[test]
fn commands_are_found_in_any_case() {
    assert_eq!(find(b"PubLish").unwrap().full_name, "publish");
    assert_eq!(find_full(b"Config|GET").unwrap().full_name, "config|get");
    for unknown in [b"".as_slice(), b"nosuch", b"get ", b"config|get", &[b'a'; 33]] {
        assert!(find(unknown).is_none());
    }
    for unknown in [b"config|nosuch".as_slice(), b"nosuch|get", b"|", b"get|get"] {
        assert!(find_full(unknown).is_none());
    }
}
