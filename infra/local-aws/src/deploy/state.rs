//! How a stack stands, and its alarms: what somebody looks at who asks what is wrong with it.

use aws_config::SdkConfig;
use leadlight_aws_call::Service;
use roxmltree::Node;

use super::StackOutputs;
use super::cloudformation::{Client, StackResource};
use crate::AwsError;
use crate::query::{Fields, error, field, members, query, read, text};

const CLOUDWATCH: Service = Service { name: "monitoring", id: "CloudWatch", is_fips_in_gov: true, error };
const CLOUDWATCH_VERSION: &str = "2010-08-01";
/// `DescribeAlarms` takes so many names.
const ALARMS_AT_ONCE: usize = 100;

/// How a stack stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackState {
    /// As `CloudFormation` calls it, such as `UPDATE_COMPLETE`.
    pub status: String,
    /// Why, where it says so.
    pub reason: Option<String>,
    /// What its template tells about what it made.
    pub outputs: StackOutputs,
    /// What it made.
    pub resources: Vec<StackResource>,
}

/// An alarm, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmState {
    /// Its name at `CloudWatch`.
    pub id: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// What it means, as the template has it.
    pub description: String,
    /// Whether anybody is told.
    pub tells_somebody: bool,
}

/// The stack of that name; none where there is none.
pub async fn stack_state(config: &SdkConfig, name: &str) -> Result<Option<StackState>, AwsError> {
    let client = Client(config);
    let stack = match client.describe(name).await {
        Ok(Some(stack)) => stack,
        Ok(None) => return Ok(None),
        Err(error) if error.code() == Some("ValidationError") && error.says("does not exist") => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let (mut resources, mut page) = (Vec::new(), None);
    loop {
        let (some, next) = client.list(&stack.id, page).await?;
        resources.extend(some);
        page = next;
        if page.is_none() {
            break;
        }
    }
    Ok(Some(StackState {
        status: stack.status,
        reason: stack.reason,
        outputs: StackOutputs::new(name, stack.outputs),
        resources,
    }))
}

/// Alarms by their names at `CloudWatch`.
pub async fn alarms(config: &SdkConfig, names: &[&str]) -> Result<Vec<AlarmState>, AwsError> {
    let mut found = Vec::new();
    for some in names.chunks(ALARMS_AT_ONCE) {
        let mut fields: Fields = vec![field("MaxRecords", "100")];
        for (n, name) in (1..).zip(some) {
            fields.push((format!("AlarmNames.member.{n}"), (*name).to_owned()));
        }
        let answer = query(config, &CLOUDWATCH, CLOUDWATCH_VERSION, "DescribeAlarms", fields).await?;
        found.extend(read(&answer, |root| members(root, "MetricAlarms").map(alarm).collect::<Vec<_>>())?);
    }
    Ok(found)
}

fn alarm(member: Node<'_, '_>) -> AlarmState {
    AlarmState {
        id: text(member, "AlarmName").unwrap_or_default(),
        state: text(member, "StateValue").unwrap_or_default(),
        description: text(member, "AlarmDescription").unwrap_or_default(),
        tells_somebody: members(member, "AlarmActions").next().is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_read() {
        let answer = "<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms>\
            <member><AlarmName>a</AlarmName><StateValue>ALARM</StateValue><AlarmDescription>It fails.</AlarmDescription>\
            <AlarmActions><member>arn:aws:sns:x</member></AlarmActions></member>\
            <member><AlarmName>b</AlarmName><StateValue>OK</StateValue><AlarmActions/></member>\
            </MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>";
        let found =
            read(answer, |root| members(root, "MetricAlarms").map(alarm).collect::<Vec<_>>()).unwrap();
        let told: Vec<_> =
            found.iter().map(|one| (one.id.as_str(), one.state.as_str(), one.tells_somebody)).collect();
        assert_eq!(told, [("a", "ALARM", true), ("b", "OK", false)]);
        assert_eq!(found[0].description, "It fails.");
    }
}
