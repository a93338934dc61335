//! `HubSpot`: labels of exports of deals, internal names of properties as its interface gives them, and the labels of its
//! German, French and Spanish interfaces. Names by `HubSpot`'s documentation of default deal, company and contact
//! properties.

use super::{Crm, Field};

pub(super) const CRM: Crm = Crm {
    name: "hubspot",
    label: "HubSpot",
    columns: &[
        (
            Field::Id,
            &["hs_object_id", "Record ID", "Deal ID", "Datensatz-ID", "ID de fiche", "ID de registro"],
        ),
        (
            Field::Created,
            &[
                "createdate",
                "Create Date",
                "hs_createdate",
                "Erstellungsdatum",
                "Date de création",
                "Fecha de creación",
            ],
        ),
        (
            Field::Closed,
            &[
                "closedate",
                "Close Date",
                "Abschlussdatum",
                "Schlussdatum",
                "Date de fermeture",
                "Fecha de cierre",
            ],
        ),
        (
            Field::State,
            &[
                "dealstage",
                "Deal Stage",
                "Deal-Phase",
                "Dealphase",
                "Phase de la transaction",
                "Étape de la transaction",
                "Etapa del negocio",
                "Fase del negocio",
            ],
        ),
        (Field::IsWon, &["hs_is_closed_won", "Is Closed Won", "Is Won"]),
        (Field::IsClosed, &["hs_is_closed", "Is Deal Closed?", "Is Closed"]),
        (Field::Currency, &["deal_currency_code", "Currency"]),
        (
            Field::Source,
            &[
                "Lead Source",
                "hs_analytics_source",
                "Original Source",
                "Original Source Type",
                "Original Traffic Source",
                "Deal Source",
            ],
        ),
        (
            Field::Company,
            &[
                "Associated Company",
                "Associated Company (Primary)",
                "Primary Associated Company",
                "Primary Company",
                "Associated Company Names",
                "Zugeordnetes Unternehmen",
                "Entreprise associée",
                "Empresa asociada",
            ],
        ),
        (
            Field::Domain,
            &[
                "Company Domain Name",
                "hs_company_domain",
                "Domainname des Unternehmens",
                "Nom de domaine de l'entreprise",
                "Nombre de dominio de la empresa",
            ],
        ),
        (Field::Email, &["Email", "Associated Contact Email", "Associated Contact"]),
        (Field::Employees, &["numberofemployees", "Number of Employees"]),
        (Field::Revenue, &["annualrevenue", "Annual Revenue"]),
        (Field::Country, &["hs_country_code", "Country/Region"]),
        (Field::Title, &["jobtitle", "Job Title"]),
        (Field::Function, &["hs_role", "Employment Role"]),
        (Field::Seniority, &["hs_seniority", "Employment Seniority"]),
        (Field::Technologies, &["web_technologies", "Web Technologies"]),
    ],
    signs: &[
        "dealstage",
        "hsobjectid",
        "createdate",
        "hsisclosed",
        "hsisclosedwon",
        "isclosedwon",
        "hslastmodifieddate",
        "associatedcompany",
        "associatedcontact",
        "companydomainname",
        "numberofassociatedcontacts",
        "hubspot*",
        "dealphase",
        "hsanalyticssource",
        "zugeordnetesunternehmen",
        "entrepriseassociee",
        "empresaasociada",
        "etapadelnegocio",
        "etapedelatransaction",
        "phasedelatransaction",
    ],
    states: &[],
};
