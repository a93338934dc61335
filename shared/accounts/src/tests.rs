//! Lists as they come out of CRMs and spreadsheets, and what is refused.

use leadlight_lead::{DomainName, Role};
use leadlight_policy::{Listed, Policy, Relation};

use crate::{Accounts, MOST_DOMAINS, Notes, conflicts};

const POLICY: &str = include_str!("../../../infra/policies/default.toml");

fn read(text: &str) -> (Accounts, Notes) {
    Accounts::read("accounts.csv", text).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    Accounts::read("accounts.csv", text).map(|(list, _)| list).unwrap_err().to_string()
}

fn domain(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn relation(list: &Accounts, of: &str) -> Option<Relation> {
    list.relation(&domain(of))
}

#[test]
fn a_list_says_who_is_a_customer_a_competitor_and_whose() {
    let (list, notes) = read(
        "domain,relation,owner_sdr,owner_ae\nacme.example,customer,,ae-1\ninitech.example,competitor,,\n\
         globex.example,,sdr-1,ae-2\n",
    );
    assert_eq!((list.len(), notes), (3, Notes::default()));
    assert_eq!(relation(&list, "acme.example"), Some(Relation::Customer));
    assert_eq!(relation(&list, "initech.example"), Some(Relation::Competitor));
    assert_eq!((relation(&list, "globex.example"), relation(&list, "other.example")), (None, None));
    let owner = |of: &str, role| list.owner(&domain(of), role).map(ToString::to_string);
    assert_eq!(owner("globex.example", Role::Sdr).unwrap(), "sdr-1");
    assert_eq!(owner("acme.example", Role::Ae).unwrap(), "ae-1");
    assert_eq!((owner("acme.example", Role::Sdr), owner("acme.example", Role::Manager)), (None, None));
    assert!(!format!("{list:?}").contains("acme"), "nothing of it lands in a log");
}

#[test]
fn files_are_read_as_crms_and_spreadsheets_write_them() {
    // Excel in German, with its own first line, a byte-order mark and empty lines at the end.
    let (list, _) = read("\u{feff}sep=;\r\nDomain;Relation\r\nacme.example;Kunde\r\n;\r\n\r\n");
    assert_eq!(relation(&list, "acme.example"), Some(Relation::Customer));
    // HubSpot: several domains in a cell, stages of its own, columns of no concern here.
    let (list, notes) = read(
        "Record ID,Company name,\"Company Domain Name\",Lifecycle Stage\n1,\"Acme, Inc.\",acme.example;acme.test;www.acme.example,Customer\n\
         2,Initech,initech.example,Marketing Qualified Lead\n3,\"Two\nlines\",globex.example,customer\n",
    );
    assert_eq!((list.len(), notes.idle, notes.unread_columns), (3, 1, vec![1, 2]));
    assert_eq!(relation(&list, "acme.test"), Some(Relation::Customer));
    // Salesforce, tab-separated: websites as people typed them.
    let (list, notes) = read(
        "Account Name\tWebsite\tType\nAcme\thttps://www.Acme.example/en?utm=1\tCustomer - Direct\n\
         Initech\tWWW.INITECH.EXAMPLE.\tCompetitor\nGlobex\tinfo@globex.example\tCustomer - Channel\n\
         Hooli\t\u{a0}hooli.example\u{200b}\tProspect\n",
    );
    assert_eq!((list.len(), notes.rewritten, notes.idle), (3, 3, 1));
    assert_eq!(relation(&list, "initech.example"), Some(Relation::Competitor));
    assert_eq!(relation(&list, "globex.example"), Some(Relation::Customer));
    // One column and a pipe; old Mac line ends.
    let (list, _) = read("domain|owner-ae\racme.example|ae-1\r");
    assert_eq!(list.owned(), 1);
}

#[test]
fn a_domain_that_stands_twice_is_one_account_and_both_lines_are_told_where_they_differ() {
    let (list, notes) = read(
        "domain,relation,owner_ae\nacme.example,customer,\nwww.acme.example,customer,ae-1\nacme.example,,\n",
    );
    assert_eq!((list.len(), notes.repeated, notes.first_repeated), (1, 1, Some((3, 2))));
    assert_eq!(list.owner(&domain("acme.example"), Role::Ae).unwrap().as_str(), "ae-1");
    let told = refused(
        "domain,relation,owner_ae\nacme.example,customer,ae-1\nglobex.example,customer,\n\
         https://acme.example/,competitor,ae-2\n",
    );
    assert_eq!(
        told,
        "accounts.csv:4: acme.example is in line 2 as well: one says customer, the other competitor; keep the one that \
         is right\naccounts.csv:4: acme.example is in line 2 as well: each has another `owner_ae`; keep the one that is \
         right"
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_lines_and_without_what_was_typed() {
    let told = refused(
        "domain,relation,owner_sdr\nAda Lovelace GmbH,customer,\nacme.example,churned,\n,customer,\n\
         globex.example,customer,Ada Lovelace\nlocalhost,customer,\n",
    );
    let lines: Vec<&str> = told.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let expected = [2, 3, 4, 5, 6].map(|line| format!("accounts.csv:{line}:"));
    assert_eq!(lines, expected, "{told}");
    assert!(!told.contains("Lovelace") && !told.contains("churned"), "{told}");
    let many: String = (0..500).map(|_| "co.uk,customer\n").collect();
    let told = refused(&format!("domain,relation\n{many}"));
    assert_eq!(told.lines().count(), 21);
    assert!(told.ends_with("and 480 more problems"), "{told}");
}

#[test]
fn what_is_no_list_of_accounts_is_refused_with_what_to_write() {
    for (text, wanted) in [
        ("", "accounts.csv:1: the file is empty; begin it with a line such as `domain,relation"),
        ("\u{feff}\n\n", "the file is empty"),
        ("acme.example,customer\n", "no column is called `domain`"),
        ("domain\nacme.example\n", "no column says what the companies are, or who owns them"),
        ("domain,owner\nacme.example,sdr-1\n", "column 2 does not say at which checkpoint the owner works"),
        ("website,url,type\na.example,b.example,customer\n", "the columns 1 and 2 may each be `domain`"),
        ("domain,relation\nacme.example,prospect\n", "no line says anything of a company"),
    ] {
        let told = refused(text);
        assert!(told.contains(wanted), "{text:?}: {told}");
    }
    // With a column of the product's own name beside another, there is one reading.
    read("domain,website,relation\nacme.example,,customer\n");
}

#[test]
fn a_list_of_too_many_is_refused_before_it_fills_the_memory() {
    let lines: Vec<String> = (0..3 * MOST_DOMAINS).map(|n| format!("c{n}.example,customer\n")).collect();
    let text = lines.concat();
    let told = refused(&format!("domain,relation\n{text}"));
    assert!(told.contains("more than 100000 domains"), "{told}");
}

#[test]
fn a_list_that_contradicts_the_policy_or_names_a_host_of_many_is_refused_with_both_places() {
    let policy = Policy::parse("policy.toml", POLICY).unwrap();
    let (list, _) = read(
        "domain,relation\nglobex.example,competitor\nrivalscore.example,competitor\ngmail.com,customer\n\
         webmail.example,customer\nacme.example,customer\n",
    );
    let told = conflicts("accounts.csv", &list, Some(&policy)).unwrap_err();
    let lines: Vec<u64> = told.problems().iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 4, 5], "{told}");
    assert!(
        told.to_string().contains("a competitor here, and a customer in the policy's `disqualify.customers`")
    );
    assert_eq!(conflicts("accounts.csv", &list, None).unwrap_err().count(), 1, "gmail.com alone");
    let (list, _) = read("domain,relation\nglobex.example,customer\nacme.example,customer\n");
    conflicts("accounts.csv", &list, Some(&policy)).unwrap();
}

#[test]
fn a_hundred_thousand_domains_are_found_and_take_a_few_megabytes() {
    let lines: Vec<String> = (0..MOST_DOMAINS)
        .map(|n| format!("company-{n}.example,{},sdr-{},\n", ["customer", "competitor", ""][n % 3], n % 40))
        .collect();
    let text = lines.concat();
    let (list, _) = read(&format!("domain,relation,owner_sdr,owner_ae\n{text}"));
    assert_eq!((list.len(), list.count(Relation::Customer), list.owned()), (100_000, 33_334, 100_000));
    assert!(list.bytes() < 4_000_000, "{}", list.bytes());
    for n in [0_usize, 1, 2, 99_998, 99_999] {
        let wanted = [Some(Relation::Customer), Some(Relation::Competitor), None][n % 3];
        let of = format!("company-{n}.example");
        assert_eq!(relation(&list, &of), wanted, "{of}");
        let owner = list.owner(&domain(&of), Role::Sdr).unwrap();
        assert_eq!(owner.as_str(), format!("sdr-{}", n % 40));
    }
    assert_eq!(relation(&list, "company-100000.example"), None);
    assert_eq!(list.iter().count(), list.len());
}

#[test]
fn a_host_of_many_companies_is_refused_by_line_and_a_name_on_it_and_every_spelling_is_one_company() {
    let told = refused(
        "domain,relation\nonmicrosoft.com,customer\nprivaterelay.appleid.com,customer\n\
         https://www.linkedin.com/company/acme,customer\n",
    );
    for (line, why) in
        [(2, "many companies have a name each"), (3, "it passes on mail"), (4, "it is a page on")]
    {
        assert!(told.contains(&format!("accounts.csv:{line}: this is no company's domain: {why}")), "{told}");
    }
    let (list, notes) = read(
        "domain,relation\nacme.onmicrosoft.com,customer\nmüllerwerk.example,customer\nxn--mllerwerk-q9a.example,\n\
         XN--MLLERWERK-Q9A.example,customer\nlinkedin.com,customer\n",
    );
    assert_eq!((list.len(), notes.repeated), (3, 1));
    assert_eq!(relation(&list, "xn--mllerwerk-q9a.example"), Some(Relation::Customer));
}

#[test]
fn a_quote_that_nobody_closed_costs_no_company_unseen() {
    for (rows, line) in [
        ("fox.example,customer,\"Fox & Co\nacme.example,customer,Acme\nbar.example,customer,\"Bar\"\n", 2),
        ("acme.example,customer,Acme\nfox.example,customer,\"Fox & Co\nbar.example,customer,Bar\n", 3),
        ("acme.example,customer,Acme\nfox.example,customer,\"Fox & Co", 3),
    ] {
        let told = refused(&format!("domain,relation,name\n{rows}"));
        let expected = format!("accounts.csv:{line}: a double quote opens a cell and is not closed there");
        assert!(told.starts_with(&expected), "{told}");
    }
    let (list, _) =
        read("domain,relation,name\nfox.example,customer,\"Fox\n& Co\"\nbar.example,customer,\"Bar\n\"");
    assert_eq!(list.len(), 2);
}

#[test]
fn a_row_has_a_cell_for_each_name() {
    let told = refused(
        "domain,name,relation\nacme.example,Acme, Inc.,customer\nfox.example,Fox\n& Co,customer\n\
         bar.example,Bar,customer,,\n,\n",
    );
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert!(lines[0].starts_with("accounts.csv:2: there are 4 cells, and the header has 3"), "{told}");
    assert!(lines[1].starts_with("accounts.csv:3: there are 2 cells, and the header has 3"), "{told}");
}

#[test]
fn a_line_that_says_nothing_of_a_company_is_left_out_whatever_its_domain_is() {
    let (list, notes) = read(
        "Website,Type\n,Prospect\nhttps://www.linkedin.com/company/globex,Prospect\nn/a,\nacme.example,Customer\n",
    );
    assert_eq!((list.len(), notes.idle, notes.rewritten), (1, 3, 0));
}

#[test]
fn a_company_has_other_domains_and_belongs_to_another() {
    let text = "domain,relation,owner_sdr,also,parent\n\
                acme.example,customer,sdr-1,acme-cloud.example; acme.test,\n\
                beacon.example,,sdr-2,,acme.example\n\
                corvid.example,,,,beacon.example\n\
                delta.example,competitor,,,acme.example\n";
    let list = Accounts::parse("accounts.csv", text).unwrap();
    let domain = |name: &str| -> DomainName { name.parse().unwrap() };
    let owner = |name: &str| list.owner(&domain(name), Role::Sdr).map(ToString::to_string);
    let relation = |name: &str| list.relation(&domain(name));
    for other in ["acme.example", "acme-cloud.example", "acme.test"] {
        assert_eq!(list.account_of(&domain(other)).as_str(), "acme.example");
        assert_eq!((relation(other), owner(other).as_deref()), (Some(Relation::Customer), Some("sdr-1")));
    }
    assert_eq!(list.account_of(&domain("beacon.example")).as_str(), "beacon.example", "a company of its own");
    assert_eq!(list.account_of(&domain("nobody.example")).as_str(), "nobody.example");
    assert_eq!(
        (relation("beacon.example"), owner("beacon.example").as_deref()),
        (Some(Relation::Customer), Some("sdr-2"))
    );
    assert_eq!(
        (relation("corvid.example"), owner("corvid.example").as_deref()),
        (Some(Relation::Customer), Some("sdr-2"))
    );
    assert_eq!(
        (relation("delta.example"), owner("delta.example").as_deref()),
        (Some(Relation::Competitor), Some("sdr-1"))
    );

    let names = "domain,relation,parent\nacme.example,customer,Acme Holdings\n";
    let (_, notes) = Accounts::read("accounts.csv", names).unwrap();
    assert_eq!(notes.not_domains, 2, "a name is no domain, and costs no list");
    let circle = "domain,relation,parent\nacme.example,,beacon.example\nbeacon.example,,acme.example\n";
    assert_eq!(Accounts::parse("accounts.csv", circle).unwrap().relation(&domain("acme.example")), None);
}
