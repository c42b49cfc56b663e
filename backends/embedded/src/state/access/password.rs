//! Passwords, which are stored only as SHA-256 hashes.

use std::collections::hash_map::RandomState;
use std::fmt::Write;
use std::hash::{BuildHasher, Hasher};

use super::rule::RuleError;

/// The SHA-256 of a password, in 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Password(String);

impl Password {
    pub(crate) fn of(secret: &[u8]) -> Self {
        Self(hex(&hmac_sha256::Hash::hash(secret)))
    }

    /// Parses a hash. Upper-case digits are refused.
    pub(super) fn from_hash(hash: &[u8]) -> Result<Self, RuleError> {
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if hash.len() != 64 || !hash.iter().all(is_digit) {
            return Err(RuleError::NotAHash);
        }
        Ok(Self(hash.iter().map(|&byte| char::from(byte)).collect()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new random secret of so many bits, as hexadecimal digits.
///
/// The randomness comes from the seeds of the standard library's hash maps.
pub(crate) fn generate(bits: usize) -> String {
    let digits = bits.div_ceil(4);
    let mut secret = String::new();
    while secret.len() < digits {
        let entropy: Vec<u8> =
            (0..4).flat_map(|_| RandomState::new().build_hasher().finish().to_ne_bytes()).collect();
        secret += &hex(&hmac_sha256::Hash::hash(&entropy));
    }
    secret.truncate(digits);
    secret
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_stored_as_hashes() {
        let hash = "2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90";
        assert_eq!(Password::of(b"alice").as_str(), hash);
        assert_eq!(Password::from_hash(hash.as_bytes()), Ok(Password::of(b"alice")));
        for wrong in
            [&hash[1..], &hash.to_uppercase(), &format!("{hash}0"), &hash.replace('b', "g")]
        {
            assert_eq!(Password::from_hash(wrong.as_bytes()), Err(RuleError::NotAHash), "{wrong}");
        }
    }

    #[test]
    fn generated_secrets_differ_and_have_the_requested_length() {
        for (bits, digits) in [(1, 1), (4, 1), (5, 2), (256, 64), (4096, 1024)] {
            let secret = generate(bits);
            assert_eq!(secret.len(), digits);
            assert!(secret.bytes().all(|byte| byte.is_ascii_hexdigit()));
        }
        assert_ne!(generate(256), generate(256));
    }
}
