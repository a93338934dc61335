//! The true state of a deal, as it is drawn: the company, the person, and how much they need the product.

use super::draw::{Draw, logistic, whole};

/// The true state of a deal.
pub(super) struct Truth {
    pub(super) source: &'static str,
    pub(super) industry: &'static str,
    pub(super) employees: u32,
    pub(super) country: &'static str,
    pub(super) function: &'static str,
    pub(super) seniority: &'static str,
    pub(super) technologies: Vec<&'static str>,
    /// How much the company needs the product: standard normal, seen only through its traces.
    pub(super) need: f64,
}

pub(super) fn draw_truth(draw: &mut Draw) -> Truth {
    let source = draw.choose(
        ("website-form", 0.33),
        &[
            ("content-syndication", 0.2),
            ("webinar", 0.12),
            ("conference", 0.08),
            ("partner-portal", 0.05),
            ("product-trial", 0.09),
            ("outbound-list", 0.08),
            ("referral", 0.05),
        ],
    );
    let industry = draw.choose(
        ("software", 0.24),
        &[
            ("fintech", 0.13),
            ("healthcare", 0.1),
            ("manufacturing", 0.12),
            ("retail", 0.1),
            ("professional-services", 0.1),
            ("logistics", 0.07),
            ("media", 0.05),
            ("education", 0.04),
            ("government", 0.03),
            ("agriculture", 0.02),
        ],
    );
    let employees = draw_employees(draw);
    Truth {
        source,
        industry,
        employees,
        country: draw.choose(
            ("US", 0.46),
            &[
                ("GB", 0.12),
                ("DE", 0.12),
                ("FR", 0.07),
                ("NL", 0.06),
                ("CA", 0.08),
                ("AU", 0.05),
                ("SG", 0.04),
            ],
        ),
        function: draw.choose(
            ("sales", 0.22),
            &[
                ("marketing", 0.2),
                ("revenue_operations", 0.16),
                ("general_management", 0.1),
                ("operations", 0.08),
                ("customer_success", 0.04),
                ("it", 0.07),
                ("engineering", 0.05),
                ("data", 0.04),
                ("finance", 0.03),
                ("human_resources", 0.01),
            ],
        ),
        seniority: draw_seniority(draw, employees),
        technologies: draw_stack(draw, industry, employees),
        need: draw.normal(),
    }
}

/// Log-normal around 240, to the nearest ten from a hundred on.
fn draw_employees(draw: &mut Draw) -> u32 {
    let exact = (240.0_f64.ln() + 1.35 * draw.normal()).exp().clamp(8.0, 25_000.0);
    let step = if exact < 100.0 { 1 } else { 10 };
    u32::try_from(whole(exact) / step * step).unwrap_or(8)
}

fn draw_seniority(draw: &mut Draw, employees: u32) -> &'static str {
    let owner = if employees < 60 { 0.18 } else { 0.0 };
    draw.choose(
        ("manager", 0.28),
        &[
            ("individual", 0.2),
            ("senior", 0.14),
            ("director", 0.18),
            ("vp", 0.1),
            ("c_level", 0.06),
            ("entry", 0.04),
            ("owner", owner),
        ],
    )
}

/// Larger companies run Salesforce, smaller ones `HubSpot`; data tools go with software and fintech.
fn draw_stack(draw: &mut Draw, industry: &str, employees: u32) -> Vec<&'static str> {
    let size = f64::from(employees).log10() - 2.4;
    let digital = matches!(industry, "software" | "fintech" | "media");
    let salesforce = draw.chance(logistic(1.5 * size + if digital { 0.4 } else { -0.3 }));
    let of = |with: f64, without: f64| if digital { with } else { without };
    let tools = [
        ("salesforce", if salesforce { 1.0 } else { 0.0 }),
        ("hubspot", if salesforce { 0.12 } else { 0.6 }),
        ("outreach", if salesforce { of(0.42, 0.18) } else { 0.08 }),
        ("gong", if salesforce { of(0.35, 0.12) } else { 0.05 }),
        ("marketo", if salesforce { 0.25 } else { 0.04 }),
        ("segment", of(0.4, 0.1)),
        ("snowflake", of(0.42, 0.2)),
        ("slack", of(0.8, 0.4)),
        ("zendesk", 0.35),
        ("intercom", of(0.3, 0.08)),
    ];
    tools.into_iter().filter(|(_, share)| draw.chance(*share)).map(|(tool, _)| tool).collect()
}
