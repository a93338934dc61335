//! Microsoft Dynamics 365 Sales: labels of exported views of opportunities and names of columns. Names and the numbers
//! of states by Microsoft's reference of the Opportunity table.

use leadlight_reading::DealState;

use super::{Crm, Field};

pub(super) const CRM: Crm = Crm {
    name: "dynamics",
    label: "Dynamics 365",
    columns: &[
        (Field::Id, &["(Do Not Modify) Opportunity", "opportunityid", "Opportunity", "Verkaufschance"]),
        (Field::Created, &["Created On", "createdon", "Erstellt am", "Créé le", "Fecha de creación"]),
        (
            Field::Closed,
            &[
                "Actual Close Date",
                "actualclosedate",
                "Tatsächliches Abschlussdatum",
                "Tatsächlicher Abschluss",
                "Date de clôture réelle",
                "Fecha de cierre real",
            ],
        ),
        (Field::State, &["Status", "statecode", "statecodename", "State", "Status Reason", "Statusgrund"]),
        (
            Field::Amount,
            &[
                "Actual Revenue",
                "actualvalue",
                "Tatsächlicher Umsatz",
                "Est. Revenue",
                "estimatedvalue",
                "Gesch. Umsatz",
            ],
        ),
        (Field::Currency, &["Currency", "transactioncurrencyid"]),
        (Field::Source, &["Lead Source", "Source Campaign"]),
        (
            Field::Company,
            &[
                "Account",
                "Potential Customer",
                "Firma",
                "Potenzieller Kunde",
                "parentaccountid",
                "customerid",
            ],
        ),
        (Field::Domain, &["Website (Account) (Account)", "websiteurl", "Website"]),
        (Field::Email, &["Email (Contact) (Contact)", "emailaddress1", "Email", "E-Mail"]),
        (Field::Industry, &["Industry (Account) (Account)", "industrycode", "Industry", "Branche"]),
        (
            Field::Employees,
            &["Number of Employees (Account) (Account)", "numberofemployees", "No. of Employees"],
        ),
        (Field::Revenue, &["Annual Revenue (Account) (Account)", "Annual Revenue"]),
        (
            Field::Country,
            &[
                "Address 1: Country/Region (Account) (Account)",
                "Address 1: Country/Region",
                "address1_country",
            ],
        ),
        (Field::Title, &["Job Title (Contact) (Contact)", "jobtitle", "Job Title"]),
    ],
    signs: &[
        "donotmodify*",
        "actualclosedate",
        "actualrevenue",
        "actualvalue",
        "estrevenue",
        "estclosedate",
        "estimatedvalue",
        "statusreason",
        "statecode",
        "statuscode",
        "potentialcustomer",
        "createdon",
        "tatsachlichesabschlussdatum",
        "statusgrund",
    ],
    states: &[("0", DealState::Open), ("1", DealState::Won), ("2", DealState::Lost)],
};
