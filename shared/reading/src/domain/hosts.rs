//! Hosts that are no one company's, though the Public Suffix List does not say so. Lists of ours, each with its reason.

/// Where many companies have a name each: `acme.zendesk.com`. The Public Suffix List has those whose owners asked to be on
/// it (`github.io`, `myshopify.com`); these are not on it.
pub(super) struct Shared {
    pub(super) host: &'static str,
    /// Whether the owner is known by the bare host too, and writes from it: Zendesk's own people are at `zendesk.com`.
    pub(super) is_owners: bool,
}

const fn shared(host: &'static str) -> Shared {
    Shared { host, is_owners: false }
}

const fn owned(host: &'static str) -> Shared {
    Shared { host, is_owners: true }
}

pub(super) const SHARED: &[Shared] = &[
    // Microsoft 365: every tenant's first domain, by which mail comes until it has another; hybrid tenants have
    // `tenant.mail.onmicrosoft.com` besides. Clouds of Germany, the US government and China.
    shared("onmicrosoft.com"),
    shared("onmicrosoft.de"),
    shared("onmicrosoft.us"),
    shared("partner.onmschina.cn"),
    shared("sharepoint.com"),
    shared("sharepoint.de"),
    shared("sharepoint.us"),
    shared("sharepoint.cn"),
    shared("dynamics.com"),
    shared("powerappsportals.com"),
    // Google: a workspace's first domain for tests, and sites of small shops.
    shared("test-google-a.com"),
    shared("business.site"),
    // Salesforce: each customer's pages and addresses.
    shared("my.salesforce.com"),
    shared("my.salesforce-sites.com"),
    shared("my.site.com"),
    shared("lightning.force.com"),
    shared("cloudforce.com"),
    shared("force.com"),
    // Help desks: support@ of each customer, and its help pages.
    owned("zendesk.com"),
    owned("freshdesk.com"),
    owned("freshservice.com"),
    owned("helpscout.com"),
    shared("helpscoutdocs.com"),
    shared("intercom-mail.com"),
    owned("kayako.com"),
    owned("groovehq.com"),
    owned("uservoice.com"),
    owned("gorgias.com"),
    // Work: each customer's workspace.
    shared("atlassian.net"),
    shared("jira.com"),
    owned("slack.com"),
    owned("monday.com"),
    owned("basecamphq.com"),
    owned("teamwork.com"),
    owned("pipedrive.com"),
    owned("aha.io"),
    owned("productboard.com"),
    shared("service-now.com"),
    owned("okta.com"),
    shared("oktapreview.com"),
    owned("auth0.com"),
    owned("onelogin.com"),
    owned("box.com"),
    owned("webex.com"),
    owned("statuspage.io"),
    owned("readme.io"),
    owned("typeform.com"),
    // Jobs: `acme.wd5.myworkdayjobs.com`, `acme.recruitee.com`.
    shared("myworkdayjobs.com"),
    shared("myworkday.com"),
    owned("bamboohr.com"),
    owned("recruitee.com"),
    owned("workable.com"),
    owned("personio.de"),
    owned("personio.com"),
    owned("teamtailor.com"),
    owned("breezy.hr"),
    // Builders of sites and shops.
    owned("squarespace.com"),
    shared("godaddysites.com"),
    owned("wordpress.com"),
    owned("weebly.com"),
    shared("weeblysite.com"),
    owned("strikingly.com"),
    shared("mystrikingly.com"),
    owned("jimdo.com"),
    shared("jimdosite.com"),
    shared("jimdofree.com"),
    owned("webnode.com"),
    shared("webnode.page"),
    shared("site123.me"),
    owned("tilda.ws"),
    owned("yolasite.com"),
    owned("ueniweb.com"),
    owned("bigcartel.com"),
    shared("mybigcommerce.com"),
    shared("shoplightspeed.com"),
    owned("ecwid.com"),
    owned("etsy.com"),
    owned("tumblr.com"),
    owned("medium.com"),
    owned("substack.com"),
    owned("livejournal.com"),
    owned("teachable.com"),
    owned("thinkific.com"),
    shared("mykajabi.com"),
    owned("podia.com"),
    owned("clickfunnels.com"),
    shared("hs-sites.com"),
    shared("hubspotpagebuilder.com"),
    shared("unbouncepages.com"),
    owned("wpengine.com"),
    shared("kinsta.cloud"),
];

/// Two names of one tenant: what stands at the end of one, and of the other.
pub(super) const SAME_TENANT: &[(&str, &str)] = &[
    (".mail.onmicrosoft.com", ".onmicrosoft.com"),
    ("-my.sharepoint.com", ".sharepoint.com"),
    (".sandbox.my.salesforce.com", ".my.salesforce.com"),
    (".develop.my.salesforce.com", ".my.salesforce.com"),
];

/// Between a tenant's name and the shared host: where the tenant's data lies, or what for. `acme.wd5.myworkdayjobs.com`,
/// `acme.crm4.dynamics.com`, `acme.eu.auth0.com`, `acme.jobs.personio.de`.
pub(super) fn is_between(label: &str) -> bool {
    const LABELS: [&str; 12] =
        ["eu", "us", "au", "uk", "jp", "ca", "app", "ent", "jobs", "careers", "sandbox", "preview"];
    let numbered = |kind: &str| {
        label.strip_prefix(kind).is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
    };
    LABELS.contains(&label) || numbered("crm") || numbered("wd")
}

/// Names under a shared host that are its owner's and no tenant's.
pub(super) const OWNERS_LABELS: &[&str] = &[
    "www",
    "www2",
    "mail",
    "email",
    "smtp",
    "support",
    "help",
    "helpdesk",
    "login",
    "app",
    "api",
    "blog",
    "docs",
    "developer",
    "developers",
    "status",
    "community",
    "info",
    "news",
    "go",
    "get",
    "m",
    "mobile",
    "cdn",
    "static",
    "accounts",
];

/// Under a company's domain, and yet mailboxes of strangers: each hides another address.
pub(super) const RELAYS: &[&str] = &[
    // Apple's "Hide My Email".
    "privaterelay.appleid.com",
    // Commits and notifications: anybody with an account.
    "users.noreply.github.com",
    "noreply.github.com",
    "reply.github.com",
    "users.noreply.gitlab.com",
    "users.noreply.codeberg.org",
    // Market places: buyers and sellers of all kinds, and guests.
    "reply.craigslist.org",
    "sale.craigslist.org",
    "members.ebay.com",
    "members.ebay.co.uk",
    "members.ebay.de",
    "marketplace.amazon.com",
    "marketplace.amazon.co.uk",
    "marketplace.amazon.de",
    "marketplace.amazon.fr",
    "marketplace.amazon.it",
    "marketplace.amazon.es",
    "marketplace.amazon.co.jp",
    "guest.booking.com",
    "guest.airbnb.com",
    "reply.airbnb.com",
    "m.expediapartnercentral.com",
    // Networks: a member's answer to a message.
    "reply.linkedin.com",
    "proxymail.facebook.com",
    "reply.facebook.com",
    "relay.firefox.com",
    // Machines that send mail for many customers.
    "sendgrid.net",
    "mailgun.org",
    "amazonses.com",
    "secureserver.net",
];

/// Given as a "website", a page about somebody or a way to one: what stands before the slash is not their company's.
/// As the domain of an address it is: the network's own people write from `linkedin.com`.
pub(super) const PAGES: &[&str] = &[
    // Networks.
    "linkedin.com",
    "facebook.com",
    "fb.com",
    "fb.me",
    "instagram.com",
    "x.com",
    "twitter.com",
    "threads.net",
    "tiktok.com",
    "youtube.com",
    "youtu.be",
    "vimeo.com",
    "pinterest.com",
    "snapchat.com",
    "reddit.com",
    "xing.com",
    "vk.com",
    "vk.ru",
    "ok.ru",
    "weibo.com",
    "weixin.qq.com",
    "wechat.com",
    "line.me",
    "t.me",
    "telegram.me",
    "wa.me",
    "whatsapp.com",
    "discord.gg",
    "discord.com",
    "behance.net",
    "dribbble.com",
    "mastodon.social",
    "bsky.app",
    "viadeo.com",
    "kununu.com",
    // Lists of companies and what people say of them.
    "crunchbase.com",
    "glassdoor.com",
    "indeed.com",
    "yelp.com",
    "tripadvisor.com",
    "trustpilot.com",
    "g2.com",
    "capterra.com",
    "clutch.co",
    "angel.co",
    "wellfound.com",
    "f6s.com",
    "producthunt.com",
    "opencorporates.com",
    "northdata.de",
    "northdata.com",
    "wikipedia.org",
    "wlw.de",
    "europages.com",
    "alibaba.com",
    "upwork.com",
    "fiverr.com",
    "malt.com",
    "malt.fr",
    // Pages of one's own on somebody else's.
    "linktr.ee",
    "about.me",
    "bio.link",
    "beacons.ai",
    "calendly.com",
    "zoom.us",
    "teams.microsoft.com",
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "notion.so",
    "canva.com",
    "patreon.com",
    "eventbrite.com",
    "meetup.com",
    "dropbox.com",
    "onedrive.live.com",
    "1drv.ms",
    "web.archive.org",
    "translate.goog",
    "ampproject.org",
    // Short links.
    "bit.ly",
    "bitly.com",
    "j.mp",
    "t.co",
    "tinyurl.com",
    "ow.ly",
    "buff.ly",
    "lnkd.in",
    "goo.gl",
    "g.page",
    "g.co",
    "rebrand.ly",
    "is.gd",
    "cutt.ly",
    "shorturl.at",
    "tiny.cc",
    "t.ly",
    "rb.gy",
    "hubs.ly",
    "hubs.la",
    "forms.gle",
    "qr.io",
    "me-qr.com",
    "qrco.de",
];

/// The same, in every country: `google.de`, `amazon.co.uk`.
pub(super) const PAGES_ANYWHERE: &[&str] = &["google", "amazon", "ebay", "facebook", "linkedin"];
