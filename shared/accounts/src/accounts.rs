//! A list that was read and checked, so stored that 100,000 domains take some three megabytes.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroU16;

use leadlight_lead::{AccountsHash, DomainName, MemberId, Role};
use leadlight_policy::{Listed, Relation};

/// Domains in a list at most. Judgement: more customers than this no company of the size that Leadlight is made for has,
/// and each function that decides reads them all when it starts.
pub const MOST_DOMAINS: usize = 100_000;

/// A list of accounts that was read, checked and found whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Accounts {
    hash: AccountsHash,
    /// All domains, one behind the other.
    names: Box<str>,
    /// Sorted by their domains.
    entries: Box<[Entry]>,
    /// Whom the entries name.
    members: Box<[MemberId]>,
    /// A company's other domains, sorted, each with its first.
    firsts: Box<[(DomainName, DomainName)]>,
}

/// 16 bytes. Owners are places in `members`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    start: u32,
    line: u32,
    owner_sdr: Option<NonZeroU16>,
    owner_ae: Option<NonZeroU16>,
    length: u16,
    relation: Option<Relation>,
}

/// What a list says of one domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The line that says so first.
    pub line: u64,
    /// The domain.
    pub domain: DomainName,
    /// What the company is to us; none where the list does not say.
    pub relation: Option<Relation>,
    /// Who owns it at checkpoint 1.
    pub owner_sdr: Option<MemberId>,
    /// Who owns it at checkpoint 2.
    pub owner_ae: Option<MemberId>,
}

impl Accounts {
    /// From accounts sorted by domain, each domain once, and the other domains of companies, sorted, each with the
    /// first. None where they name more people than can be counted.
    pub(crate) fn new(
        hash: AccountsHash,
        sorted: &[Account],
        firsts: Vec<(DomainName, DomainName)>,
    ) -> Option<Self> {
        // Few people own many accounts each.
        let named = sorted.iter().flat_map(|account| [&account.owner_sdr, &account.owner_ae]).flatten();
        let members: Vec<&MemberId> = named.collect::<BTreeSet<_>>().into_iter().collect();
        u16::try_from(members.len()).ok()?;
        let place = |owner: &Option<MemberId>| -> Option<NonZeroU16> {
            let place = members.binary_search(&owner.as_ref()?).ok()?;
            NonZeroU16::new(u16::try_from(place + 1).ok()?)
        };
        let mut domains = String::new();
        let mut entries = Vec::with_capacity(sorted.len());
        for account in sorted {
            entries.push(Entry {
                start: u32::try_from(domains.len()).ok()?,
                line: u32::try_from(account.line).ok()?,
                owner_sdr: place(&account.owner_sdr),
                owner_ae: place(&account.owner_ae),
                length: u16::try_from(account.domain.as_str().len()).ok()?,
                relation: account.relation,
            });
            domains.push_str(account.domain.as_str());
        }
        let members = members.into_iter().cloned().collect();
        Some(Self {
            hash,
            names: domains.into_boxed_str(),
            entries: entries.into_boxed_slice(),
            members,
            firsts: firsts.into_boxed_slice(),
        })
    }

    /// SHA-256 of the file.
    pub fn hash(&self) -> &AccountsHash {
        &self.hash
    }

    /// How many domains it names.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Does it name none? A list that does is refused.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many domains are those of customers, or of competitors.
    pub fn count(&self, relation: Relation) -> usize {
        self.entries.iter().filter(|entry| entry.relation == Some(relation)).count()
    }

    /// How many domains someone owns.
    pub fn owned(&self) -> usize {
        self.entries.iter().filter(|entry| entry.owner_sdr.or(entry.owner_ae).is_some()).count()
    }

    /// Bytes that it takes in memory.
    pub fn bytes(&self) -> usize {
        let members: usize = self.members.iter().map(|id| size_of::<MemberId>() + id.as_str().len()).sum();
        self.names.len() + size_of_val(&*self.entries) + members
    }

    /// The domain under which a company's leads are one account: its first, where the list says that this is another of
    /// its domains.
    pub fn account_of<'a>(&'a self, domain: &'a DomainName) -> &'a DomainName {
        let place = self.firsts.binary_search_by(|(other, _)| other.cmp(domain));
        place.ok().and_then(|place| self.firsts.get(place)).map_or(domain, |(_, first)| first)
    }

    /// Who owns an account at a role's checkpoint.
    pub fn owner(&self, domain: &DomainName, role: Role) -> Option<&MemberId> {
        let entry = self.find(domain)?;
        match role {
            Role::Sdr => self.member(entry.owner_sdr),
            Role::Ae => self.member(entry.owner_ae),
            Role::Manager | Role::Admin => None,
        }
    }

    /// All that it says, by domain.
    pub fn iter(&self) -> impl Iterator<Item = Account> {
        self.entries.iter().filter_map(|entry| {
            Some(Account {
                line: entry.line.into(),
                domain: self.name(entry).parse().ok()?,
                relation: entry.relation,
                owner_sdr: self.member(entry.owner_sdr).cloned(),
                owner_ae: self.member(entry.owner_ae).cloned(),
            })
        })
    }

    fn name(&self, entry: &Entry) -> &str {
        let start = entry.start as usize;
        self.names.get(start..start + usize::from(entry.length)).unwrap_or_default()
    }

    fn member(&self, place: Option<NonZeroU16>) -> Option<&MemberId> {
        self.members.get(usize::from(place?.get()) - 1)
    }

    fn find(&self, domain: &DomainName) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|entry| self.name(entry).cmp(domain.as_str()));
        found.ok().and_then(|index| self.entries.get(index))
    }
}

impl Listed for Accounts {
    fn relation(&self, domain: &DomainName) -> Option<Relation> {
        self.find(domain)?.relation
    }
}

/// Tells how much there is, not what.
impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts")
            .field("hash", &self.hash.short())
            .field("domains", &self.len())
            .finish_non_exhaustive()
    }
}
