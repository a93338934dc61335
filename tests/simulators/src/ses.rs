//! Amazon SES's way to send a mail, API version 2: it checks the shape and that there is a signature of the right key,
//! region and service.

use serde_json::{Value, json};

use crate::{Answer, Behind, Received};

/// A region's SES.
#[derive(Debug, Default)]
pub struct Ses {
    /// Whose requests are taken.
    pub access_key_id: String,
    /// Mails, in order.
    pub sent: Vec<Value>,
    /// Whether the sender is verified.
    pub is_unverified: bool,
}

impl Ses {
    /// With an access key.
    pub fn new(access_key_id: &str) -> Self {
        Self { access_key_id: access_key_id.to_owned(), ..Self::default() }
    }
}

impl Behind for Ses {
    fn take(&mut self, request: &Received) -> Answer {
        let error = |status, message: &str| Answer::new(status, json!({ "message": message }));
        if request.path != "/v2/email/outbound-emails" {
            return error(404, "UnknownOperationException");
        }
        let signed = request.header("authorization");
        let begins = format!("AWS4-HMAC-SHA256 Credential={}/", self.access_key_id);
        let date = request.header("x-amz-date");
        let scope = format!("/{}/eu-central-1/ses/aws4_request, ", date.get(..8).unwrap_or("none"));
        if !signed.starts_with(&begins) || !signed.contains(&scope) {
            return error(
                403,
                "The request signature we calculated does not match the signature you provided.",
            );
        }
        if self.is_unverified {
            return error(400, "Email address is not verified: leads@example.com");
        }
        let mail = request.json();
        let is_text = |place: &str| {
            mail.pointer(place).is_some_and(|text| text.as_str().is_some_and(|t| !t.is_empty()))
        };
        let is_mail = [
            "/FromEmailAddress",
            "/Destination/ToAddresses/0",
            "/Content/Simple/Subject/Data",
            "/Content/Simple/Body/Text/Data",
        ]
        .iter()
        .all(|place| is_text(place));
        if !is_mail {
            return error(400, "BadRequestException");
        }
        self.sent.push(mail);
        Answer::new(200, json!({ "MessageId": format!("{:016x}", self.sent.len()) }))
    }
}
