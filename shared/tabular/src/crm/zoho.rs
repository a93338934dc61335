//! Zoho CRM: labels of exports of deals and names of fields. Names by Zoho's documentation of the Deals module.

use super::{Crm, Field};

pub(super) const CRM: Crm = Crm {
    name: "zoho",
    label: "Zoho CRM",
    columns: &[
        (Field::Id, &["Record Id", "Deal Id", "Id", "Potential Id"]),
        (Field::Created, &["Created Time", "Erstellt um", "Erstellungszeit"]),
        (
            Field::Closed,
            &["Closed Time", "Closing Date", "Abschlussdatum", "Date de clôture", "Fecha de cierre"],
        ),
        (Field::State, &["Stage", "Phase", "Étape", "Fase", "Etapa"]),
        (Field::Source, &["Lead Source", "Lead-Quelle"]),
        (Field::Company, &["Account Name", "Account_Name", "Kontoname"]),
        (Field::Domain, &["Website"]),
        (Field::Email, &["Email", "Contact Email"]),
        (Field::Country, &["Billing Country", "Country"]),
        (Field::Title, &["Title", "Designation"]),
        (Field::Function, &["Department"]),
    ],
    signs: &[
        "closingdate",
        "createdtime",
        "modifiedtime",
        "lastactivitytime",
        "dealowner",
        "dealname",
        "accountnameid",
        "contactnameid",
        "dealownerid",
        "recordid",
        "salescycleduration",
        "overallsalesduration",
        "stagemodifiedtime",
    ],
    states: &[],
};
