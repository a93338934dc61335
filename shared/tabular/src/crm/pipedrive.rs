//! Pipedrive: columns of its exports, where each name begins with what it belongs to, and the same without. Names by
//! Pipedrive's exports of deals in English and German.

use super::{Crm, Field};

pub(super) const CRM: Crm = Crm {
    name: "pipedrive",
    label: "Pipedrive",
    columns: &[
        (Field::Id, &["Deal - ID", "ID"]),
        (
            Field::Created,
            &[
                "Deal - Deal created",
                "Deal created",
                "Add time",
                "Deal - Deal erstellt",
                "Deal - Deal hinzugefügt",
            ],
        ),
        (
            Field::Closed,
            &["Deal - Deal closed on", "Deal closed on", "Close time", "Deal - Deal abgeschlossen am"],
        ),
        (Field::WonAt, &["Deal - Won time", "Won time", "Deal - Zeitpunkt gewonnen", "Deal - Gewonnen am"]),
        (
            Field::LostAt,
            &["Deal - Lost time", "Lost time", "Deal - Zeitpunkt verloren", "Deal - Verloren am"],
        ),
        (Field::State, &["Deal - Status", "Status"]),
        (Field::Amount, &["Deal - Value", "Value", "Deal - Wert", "Wert"]),
        (Field::Currency, &["Deal - Currency of Value", "Deal - Currency", "Currency", "Deal - Währung"]),
        (Field::Source, &["Deal - Source", "Deal - Lead Source", "Deal - Source channel", "Deal - Label"]),
        (
            Field::Company,
            &[
                "Organization - Name",
                "Deal - Organization",
                "Organization",
                "Organisation - Name",
                "Deal - Organisation",
            ],
        ),
        (Field::Domain, &["Organization - Website", "Organization - Domain", "Organisation - Website"]),
        (
            Field::Email,
            &[
                "Person - Email - Work",
                "Person - Email",
                "Person - E-Mail",
                "Deal - Contact person email",
                "Person - Email - Other",
            ],
        ),
        (Field::Industry, &["Organization - Industry", "Organisation - Branche"]),
        (
            Field::Employees,
            &[
                "Organization - Employee count",
                "Organization - Number of employees",
                "Organization - Employees",
                "Organisation - Mitarbeiterzahl",
            ],
        ),
        (Field::Revenue, &["Organization - Annual revenue"]),
        (
            Field::Country,
            &["Organization - Country of Address", "Organization - Country", "Organisation - Land"],
        ),
        (Field::Title, &["Person - Job title", "Person - Position", "Person - Title"]),
    ],
    signs: &[
        "dealdealcreated",
        "dealstatus",
        "dealwontime",
        "deallosttime",
        "dealvalue",
        "dealpipeline",
        "dealorganization",
        "dealorganisation",
        "organizationname",
        "personname",
        "wontime",
        "losttime",
        "dealtotalactivities",
        "dealgewonnenam",
        "dealverlorenam",
        "dealdealerstellt",
    ],
    states: &[],
};
