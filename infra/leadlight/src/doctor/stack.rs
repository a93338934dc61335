//! The stack itself: whether it stands, and of which release it is.

use leadlight_local_aws::StackState;

use super::{Finding, Standing};
use crate::system::System;

/// The output that says of which release a template is.
const RELEASE: &str = "Release";

/// Whether there is something that works: a stack that was never finished has nothing.
pub(super) fn stands(state: &StackState) -> bool {
    const NEVER: [&str; 5] = [
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        "CREATE_FAILED",
    ];
    !NEVER.contains(&state.status.as_str()) && !state.status.starts_with("DELETE")
}

pub(super) fn look(system: &System, state: &StackState) -> Vec<Finding> {
    let mut found = vec![status(system.stack(), state)];
    if stands(state) {
        found.push(release(state));
    }
    found
}

fn status(name: &str, StackState { status, reason, resources, .. }: &StackState) -> Finding {
    let said = reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let found = format!("{status}{said}");
    let events = format!(
        "`aws cloudformation describe-stack-events --stack-name {name}` says which resource failed first"
    );
    match status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE" => {
            Finding::well("stack", format!("{status}, {} resources", resources.len()))
        }
        "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => Finding::look(
            "stack",
            format!("{found}. The last update failed, and what was there before is at work"),
            format!("{events}; set that right and deploy again"),
        ),
        "ROLLBACK_COMPLETE" | "CREATE_FAILED" | "ROLLBACK_FAILED" => Finding::wrong(
            "stack",
            format!("{found}. The first deployment failed, and nothing of it is at work"),
            format!(
                "{events}; set that right, then `aws cloudformation delete-stack --stack-name {name}` and deploy again"
            ),
        ),
        "UPDATE_ROLLBACK_FAILED" => Finding::wrong(
            "stack",
            format!("{found}. Neither the update nor what was before stands whole"),
            format!(
                "{events}; set that right, then `aws cloudformation continue-update-rollback --stack-name {name}`"
            ),
        ),
        "REVIEW_IN_PROGRESS" => Finding::wrong(
            "stack",
            "a change set was made and never carried out, so that nothing is there yet",
            "deploy again, and let the change set be carried out",
        ),
        "DELETE_FAILED" => Finding::wrong(
            "stack",
            format!("{found}. What could not be deleted is still there"),
            format!("{events}; delete what keeps it from going, then delete the stack again"),
        ),
        _ if status.ends_with("_IN_PROGRESS") => {
            Finding::look("stack", found, "wait until it is done, and look again")
        }
        _ => Finding::new("stack", Standing::NotSeen, format!("{found}, which this release does not know")),
    }
}

fn release(state: &StackState) -> Finding {
    let ours = env!("CARGO_PKG_VERSION");
    match state.outputs.get(RELEASE) {
        Ok(theirs) if theirs == ours => Finding::well("release", ours),
        Ok(theirs) => Finding::look(
            "release",
            format!("the stack is of release {theirs}, this command of {ours}"),
            "use the command of the stack's release, or deploy this one",
        ),
        Err(_) => Finding::look(
            "release",
            "the stack is of a release that does not say which",
            "deploy this release, or use the command that came with the stack",
        ),
    }
}

#[cfg(test)]
mod tests {
    use leadlight_local_aws::StackOutputs;

    use super::*;

    fn state(status: &str) -> StackState {
        let reason = Some("a resource failed".to_owned());
        let outputs = StackOutputs::new("prod", std::collections::BTreeMap::new());
        StackState { status: status.to_owned(), reason, outputs, resources: Vec::new() }
    }

    #[test]
    fn each_status_is_told_with_what_to_do() {
        for (given, standing, stands, remedy) in [
            ("CREATE_COMPLETE", Standing::Well, true, None),
            ("UPDATE_COMPLETE", Standing::Well, true, None),
            ("UPDATE_ROLLBACK_COMPLETE", Standing::Look, true, Some("deploy again")),
            ("UPDATE_IN_PROGRESS", Standing::Look, true, Some("wait")),
            ("ROLLBACK_COMPLETE", Standing::Wrong, false, Some("delete-stack --stack-name prod")),
            ("CREATE_FAILED", Standing::Wrong, false, Some("delete-stack")),
            ("UPDATE_ROLLBACK_FAILED", Standing::Wrong, true, Some("continue-update-rollback")),
            ("REVIEW_IN_PROGRESS", Standing::Wrong, false, Some("change set")),
            ("DELETE_FAILED", Standing::Wrong, false, Some("delete the stack again")),
            ("SOMETHING_NEW", Standing::NotSeen, true, None),
        ] {
            let state = state(given);
            let finding = status("prod", &state);
            assert_eq!((finding.standing, super::stands(&state)), (standing, stands), "{given}");
            match remedy {
                Some(words) => assert!(finding.remedy.as_ref().unwrap().contains(words), "{finding:?}"),
                None => assert_eq!(finding.remedy, None, "{given}"),
            }
        }
    }
}
