//! Salesforce: labels of reports and names of fields as its data loader writes them, and the labels of its German,
//! French and Spanish interfaces. Names by Salesforce's documentation of the Opportunity, Account and Contact objects.

use super::{Crm, Field};

pub(super) const CRM: Crm = Crm {
    name: "salesforce",
    label: "Salesforce",
    columns: &[
        (Field::Id, &["Opportunity ID", "OpportunityId", "Id", "18-digit Opportunity ID", "Opportunity-ID", "ID de l'opportunité", "Id. de la oportunidad"]),
        (Field::Created, &["CreatedDate", "Created Date", "Erstelldatum", "Erstellt am", "Erstellungsdatum", "Date de création", "Fecha de creación"]),
        (Field::Closed, &["CloseDate", "Close Date", "Schlusstermin", "Schlußtermin", "Abschlussdatum", "Date de clôture", "Fecha de cierre"]),
        (Field::State, &["StageName", "Stage", "Phase", "Étape", "Etapa"]),
        (Field::IsWon, &["IsWon", "Won", "Gewonnen"]),
        (Field::IsClosed, &["IsClosed", "Closed", "Geschlossen"]),
        (Field::Currency, &["CurrencyIsoCode", "Amount Currency", "Opportunity Currency"]),
        (Field::Source, &["LeadSource", "Lead Source", "Leadquelle", "Lead-Quelle", "Herkunft"]),
        (Field::Company, &["Account Name", "Account.Name", "Accountname", "Nom du compte", "Nombre de la cuenta"]),
        (Field::Domain, &["Website", "Account.Website", "Account Website"]),
        (Field::Email, &["Email", "Contact.Email", "Contact Email", "Primary Contact Email"]),
        (Field::Industry, &["Industry", "Account.Industry"]),
        (Field::Employees, &["NumberOfEmployees", "Account.NumberOfEmployees", "Employees", "Mitarbeiter"]),
        (Field::Revenue, &["AnnualRevenue", "Account.AnnualRevenue", "Annual Revenue"]),
        (Field::Country, &["BillingCountryCode", "BillingCountry", "Account.BillingCountry", "Billing Country", "Billing Country (text only)", "Rechnungsland", "Land (Rechnungsanschrift)", "Pays de facturation", "País de facturación"]),
        (Field::Title, &["Title", "Contact.Title", "Contact Title", "Titel"]),
        (Field::Function, &["Department", "Contact.Department"]),
    ],
    signs: &[
        "opportunityid", "opportunityname", "opportunityowner", "opportunityrecordtype", "opportunitycurrency",
        "stagename", "iswon", "fiscalperiod", "fiscalyear", "forecastcategory", "forecastcategoryname", "ownerrole",
        "createddate", "systemmodstamp", "accountid", "schlusstermin", "schlußtermin", "erstelldatum",
        "opportunityinhaber", "datedecloture", "billingcountry*",
    ],
    states: &[],
};
