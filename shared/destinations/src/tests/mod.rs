mod changes;
mod file;

use leadlight_lead::{QueuedLead, StageMessage};

/// A lead that a model scored, people accepted, and a deal was won with.
fn won() -> QueuedLead {
    QueuedLead::from_message(include_bytes!("../../../lead/testdata/v1/queued-lead-model-won.json")).unwrap()
}

/// A lead that rules scored and somebody owns.
fn scored() -> QueuedLead {
    QueuedLead::from_message(include_bytes!("../../../lead/testdata/v1/queued-lead-rules.json")).unwrap()
}

/// A lead that a person sees first.
fn human_first() -> QueuedLead {
    QueuedLead::from_message(include_bytes!("../../../lead/testdata/v1/queued-lead-human-first.json"))
        .unwrap()
}
