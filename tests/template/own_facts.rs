//! A table of the company's own is read by one function, an item at a time, and only where it is named.

use serde_json::json;

use crate::checks::{Breaches, require};
use crate::document::{Template, one_or_many};
use crate::rights::{OWN_FACTS, ROLE};

/// Without a name there is no right, and a name is of one table: no wildcard, no path.
pub(crate) fn own_facts(template: &Template) -> Breaches {
    let mut breaches = Breaches::new();
    let root = template.root();
    let parameter = &root["Parameters"]["OwnFactsTableName"];
    require(&mut breaches, parameter["Default"] == "", || "OwnFactsTableName: names a table".to_owned());
    let pattern = &parameter["AllowedPattern"];
    require(&mut breaches, pattern == "^([a-zA-Z0-9_.-]{3,255})?$", || {
        format!("OwnFactsTableName: takes {pattern}")
    });
    let condition = &root["Conditions"]["HasOwnFacts"];
    let wanted = json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "OwnFactsTableName"}, ""]}]});
    require(&mut breaches, *condition == wanted, || format!("HasOwnFacts: is {condition}"));
    let granted = json!({
        "Sid": "ReadOwnFacts", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": {"Fn::Sub": OWN_FACTS},
    });
    let granted = json!({"Fn::If": ["HasOwnFacts", granted, {"Ref": "AWS::NoValue"}]});
    for (id, role) in template.of_type(ROLE) {
        let all = one_or_many(&role["Policies"]);
        let all: Vec<_> =
            all.iter().flat_map(|policy| one_or_many(&policy["PolicyDocument"]["Statement"])).collect();
        let of_it = all.iter().filter(|one| one.to_string().contains("OwnFactsTableName"));
        let others = of_it.clone().filter(|one| ***one != granted || id != "EnrichRole");
        require(&mut breaches, others.count() == 0, || format!("{id}: has another right on the table"));
        require(&mut breaches, id != "EnrichRole" || of_it.count() == 1, || {
            format!("{id}: may not read the table")
        });
    }
    breaches
}
