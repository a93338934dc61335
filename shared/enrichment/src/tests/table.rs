//! A company's own table, as spreadsheets and CRMs write it, and what is refused.

use leadlight_lead::{FactField, Function};

use crate::OwnTable;

const EXAMPLE: &str = include_str!("../../../../infra/policies/own-facts.csv");

fn read(text: &str) -> OwnTable {
    OwnTable::parse("own-facts.csv", text).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    OwnTable::parse("own-facts.csv", text).map(drop).unwrap_err().to_string()
}

#[test]
fn the_example_says_what_is_known_of_companies_and_a_person() {
    let table = read(EXAMPLE);
    assert_eq!(table.len(), (2, 1));
    let acme = table.company(&"acme.example".parse().unwrap()).unwrap();
    let json = serde_json::to_value(&acme.company).unwrap();
    assert_eq!((json["employees"].as_u64(), json["country"].as_str()), (Some(312), Some("AT")));
    assert_eq!(acme.company.technologies.unwrap(), ["salesforce", "hubspot"]);
    assert!((acme.confidence - 1.0).abs() < f64::EPSILON);
    let ada = table.person(&"ADA@acme.example".parse().unwrap()).unwrap();
    assert_eq!(ada.person.title.as_deref(), Some("VP of Sales Operations"));
    assert!(table.company(&"other.example".parse().unwrap()).is_none());
    assert!(!format!("{table:?}").contains("acme"), "nothing of it lands in a log");
}

#[test]
fn every_field_has_a_column_by_its_own_name() {
    let cells = [
        ("company_name", "Acme"),
        ("industry", "Machinery"),
        ("employees", "51-200"),
        ("revenue_usd", "$5,000,000"),
        ("revenue_range", "$10M-$50M"),
        ("country", "DE"),
        ("technologies", "Salesforce, HubSpot"),
        ("naics", "333248"),
        ("funding", "12000000"),
        ("headcount_growth", "12 %"),
        ("hiring", "sales 3; revenue operations: 1"),
        ("title", "CEO"),
        ("function", "Revenue Operations"),
        ("seniority", "C-Level"),
        ("role_since", "2026-03-01"),
        ("employer", "https://acme.example/about"),
        ("employer_since", "2020-01-15"),
    ];
    let names: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = cells.iter().map(|(_, value)| format!("\"{value}\"")).collect();
    let table = read(&format!("email,{}\nada@acme.example,{}\n", names.join(","), values.join(",")));
    let found = table.person(&"ada@acme.example".parse().unwrap()).unwrap();
    for field in FactField::ALL {
        assert_eq!(found.has(field), names.contains(&field.as_str()), "{field}");
    }
    assert_eq!(found.company.headcount_growth, Some(0.12));
    let open: Vec<_> =
        found.company.hiring.iter().flatten().map(|open| (open.function, open.openings)).collect();
    assert_eq!(open, [(Function::Sales, 3), (Function::RevenueOperations, 1)]);
}

#[test]
fn files_are_read_as_crms_write_them() {
    // HubSpot, with columns of no concern here, a website as people typed it, and cells that say nothing.
    let table = read(
        "\u{feff}Record ID;Name;Company Domain Name;Number of Employees;Country/Region;Web Technologies\r\n\
         1;Acme;https://www.Acme.example/en;1.250;Österreich;Salesforce;\r\n2;Globex;globex.example;n/a;--None--;\r\n\r\n",
    );
    let acme = table.company(&"acme.example".parse().unwrap()).unwrap().company;
    assert_eq!(
        (acme.employees.unwrap().to_string().as_str(), acme.country.unwrap().as_str()),
        ("1250", "AT")
    );
    let globex = table.company(&"globex.example".parse().unwrap()).unwrap();
    assert!(!globex.has(FactField::Employees) && !globex.has(FactField::Country));
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_lines_and_without_what_was_typed() {
    let told = refused(
        "domain,email,employees,country,title\nacme.example,,many,AT,\nacme.example,,12,Narnia,\n,,5,,\n\
         gmail.com,,5,,\nco.uk,,5,,\nglobex.example,,5,,Ada Lovelace's title\n,Ada Lovelace,,,CEO\n\
         ,eve@acme.example,,,CEO\n,eve@acme.example,,,CFO\nhooli.example,,5\n",
    );
    for (line, wanted) in [
        (2, "`employees` cannot be read; write a number, or a range such as 51-200"),
        (3, "`country` cannot be read; write a two-letter code"),
        (3, "acme.example is in line 2 as well; keep one of the two"),
        (4, "this line is about nobody; give it a domain or an address"),
        (5, "this is a mailbox provider's domain"),
        (6, "this is no company's domain: anybody may register a name under it"),
        (7, "`title` is filled in, and of whom is not; write the person's address into `email`"),
        (8, "this is no person's e-mail address; write one such as"),
        (10, "this person is in line 9 as well; keep one of the two"),
        (11, "there are 3 cells, and the header has 5"),
    ] {
        assert!(told.contains(&format!("own-facts.csv:{line}: {wanted}")), "{line}: {wanted}\n{told}");
    }
    assert_eq!(told.lines().count(), 10, "{told}");
    for typed in ["many", "Narnia", "Lovelace", "eve@"] {
        assert!(!told.contains(typed), "{told}");
    }
    let lines: String = (0..500).map(|_| "co.uk,5\n").collect();
    assert!(refused(&format!("domain,employees\n{lines}")).ends_with("and 480 more problems"));
}

#[test]
fn what_is_no_table_of_facts_is_refused_with_what_to_write() {
    for (text, wanted) in [
        ("", "own-facts.csv:1: the file is empty; begin it with a line such as `domain,industry"),
        ("company,industry\nAcme,Machinery\n", "no column is called `domain` or `email`; begin the file"),
        (
            "domain,owner\nacme.example,ada\n",
            "no column says anything of a company or a person; add a column with any",
        ),
        ("domain,industry\n", "no line says anything of a company or a person; fill in a cell"),
        ("domain,industry\nacme.example,n/a\n", "no line says anything of a company or a person"),
        ("domain,company,name\nacme.example,A,B\n", "the columns 2 and 3 may each be `company name`"),
        (
            "domain,headcount_growth\nacme.example,5\n",
            "write a percentage such as 12 %, or a share such as 0.12",
        ),
        ("domain,hiring\nacme.example,many\n", "write functions and numbers such as sales 3"),
        ("domain,hiring\nacme.example,sales 3; sales 4\n", "write functions and numbers such as sales 3"),
        ("domain,employees\nacme.example,1.000\n", "`employees` cannot be read"),
        ("domain,country\nacme.example,Georgia\n", "one that several share is not taken"),
        (
            "domain,industry\nacme.example,\"Machinery\nglobex.example,Software\n",
            "a double quote opens a cell",
        ),
    ] {
        let told = refused(text);
        assert!(told.contains(wanted), "{text:?}: {told}");
    }
}

#[test]
fn a_table_of_as_many_lines_as_may_be_is_read_and_one_more_is_not() {
    let lines =
        |count: usize| -> Vec<String> { (0..count).map(|n| format!("c{n}.example,Machinery")).collect() };
    let read = |count| {
        OwnTable::of_at_most(1000, "own-facts.csv", &format!("domain,industry\n{}", lines(count).join("\n")))
    };
    assert_eq!(read(1000).unwrap().len(), (1000, 0));
    let told = read(1001).map(drop).unwrap_err().to_string();
    assert!(told.starts_with("own-facts.csv:1002: there are more than 1000 lines; keep those"), "{told}");
}
