//! Account ids.

use std::fmt;

/// A 12-digit AWS account id. On the emulator each is a world of its own: queues, tables and stacks of
/// one account are not seen from another. Bucket names alone are taken for all accounts, as on AWS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountId(String);

/// The text is not twelve ASCII digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an AWS account id is twelve digits")]
pub struct NotAnAccountId;

impl AccountId {
    /// Accepts exactly twelve ASCII digits.
    pub fn parse(text: &str) -> Result<Self, NotAnAccountId> {
        let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_id { Ok(Self(text.to_owned())) } else { Err(NotAnAccountId) }
    }

    /// The account whose resources a request without credentials reaches: a webhook's, a browser's.
    pub fn public() -> Self {
        Self("0".repeat(12))
    }

    /// The id numbered `number`, modulo 10^12.
    pub(super) fn numbered(number: u64) -> Self {
        Self(format!("{:012}", number % 1_000_000_000_000))
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_twelve_digits_are_an_account() {
        assert_eq!(AccountId::parse("123456789012").map(|id| id.to_string()), Ok("123456789012".into()));
        for wrong in ["", "12345678901", "1234567890123", "12345678901a", "１２３４"] {
            assert_eq!(AccountId::parse(wrong), Err(NotAnAccountId), "{wrong}");
        }
        assert_eq!(AccountId::numbered(7), AccountId::parse("000000000007").unwrap());
        assert_eq!(AccountId::public(), AccountId::numbered(0));
    }
}
