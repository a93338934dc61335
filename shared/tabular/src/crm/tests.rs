use super::*;

fn told(header: &[&str]) -> &'static str {
    let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    match recognise(&header) {
        Recognised::Clearly(crm) => crm.name,
        Recognised::Either(_) => "either",
        Recognised::Unknown => "unknown",
    }
}

#[test]
fn a_crm_is_told_by_the_columns_of_its_export() {
    for (header, crm) in [
        (
            &["Record ID", "Deal Name", "Deal Stage", "Close Date", "Create Date", "Amount", "Deal owner"][..],
            "hubspot",
        ),
        (&["hs_object_id", "dealname", "dealstage", "closedate", "createdate", "amount"], "hubspot"),
        (
            &["deal_id", "is_closed", "is_closed_won", "close_date", "create_date", "hubspot_company_id"],
            "hubspot",
        ),
        (&["dealname", "dealstage", "close date", "associated contact"], "hubspot"),
        (&["Deal Name", "Source", "Employees", "Close Date", "Deal Stage"], "hubspot"),
        (&["Datensatz-ID", "Deal-Phase", "Abschlussdatum", "Betrag"], "hubspot"),
        (&["Id", "StageName", "CloseDate", "CreatedDate", "Amount", "IsClosed", "IsWon"], "salesforce"),
        (
            &["Owner Role", "Account Name", "Opportunity Name", "Stage", "Close Date", "Created Date"],
            "salesforce",
        ),
        (
            &["Opportunity-ID", "Accountname", "Phase", "Schlusstermin", "Erstelldatum", "Betrag"],
            "salesforce",
        ),
        (&["Deal - ID", "Deal - Status", "Deal - Won time", "Deal - Lost time", "Deal - Value"], "pipedrive"),
        (&["Record Id", "Deal Name", "Stage", "Closing Date", "Created Time", "Account Name"], "zoho"),
        (&["Topic", "Account", "Status", "Status Reason", "Actual Close Date", "Created On"], "dynamics"),
        (&["opportunityid", "statecode", "actualclosedate", "createdon", "actualvalue"], "dynamics"),
        (&["deal_id", "created_at", "closed_at", "outcome"], "leadlight"),
        // Any of several, and none at all.
        (&["Stage", "Close Date", "Abschlussdatum"], "either"),
        (&["name", "colour"], "unknown"),
        (&["Record ID", "Deal Name", "Amount"], "unknown"),
    ] {
        assert_eq!(told(header), crm, "{header:?}");
    }
}

#[test]
fn a_column_fills_one_field_and_each_name_is_told_once() {
    for crm in CRMS {
        let header: Vec<String> =
            crm.columns.iter().flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned())).collect();
        let mapping = Mapping::of(crm, &header);
        let places: Vec<usize> = mapping.columns.values().flatten().copied().collect();
        let mut once = places.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), places.len(), "{}", crm.name);
        assert!(mapping.missing().is_empty(), "{}", crm.name);
        for sign in crm.signs {
            assert_eq!(key(sign), sign.trim_end_matches('*'), "{}", crm.name);
        }
    }
}
