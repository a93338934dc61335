//! What each vendor's facts add to predictions, beside what they cost.

use leadlight_model::{StudyReport, VendorWorth, WorthGain};
use maud::{Markup, html};

use crate::parts::{Column, Section, details, figure, nothing, table};
use crate::svg::{self, Dot};
use crate::words::{NONE, several, signed, thousands, usd, worth};

/// Nothing where no vendor was asked, or no model says anything of the deals.
pub(crate) fn vendors(report: &StudyReport) -> Markup {
    let vendors = &report.vendors;
    if vendors.is_empty() {
        return html! {};
    }
    let below = html! {
        ul { @for vendor in vendors { li { b { (vendor.provider) } " " (worth(vendor)) "." } } }
    };
    Section {
        id: "vendors",
        title: "Is a vendor worth its price?",
        explained: explained(vendors),
        shown: Ok(picture(vendors)),
        below: Some(&below),
    }
    .render()
}

fn explained(vendors: &[VendorWorth]) -> Markup {
    let contested: usize = vendors.iter().map(|vendor| vendor.contested).sum();
    html! {
        p {
            "Each deal that a vendor was asked about is predicted twice: from all that was known when its lead was scored, \
             and from what would have been known without that vendor. What was typed in the form then stands in. By as much \
             as log-loss is lower with its facts, they help."
        }
        p { "A line that stays right of the mark is a gain beyond luck." }
        p.small {
            "Both predictions have the intercept that these deals call for: a fact that is missing everywhere would else move \
             every probability alike. Only deals that the model had not learnt from count here. It did learn with these facts; \
             one that had to do without them would make up for part of the loss, so the figures lean towards the vendor."
            @if contested > 0 {
                " In " (several(contested, "deal")) " another vendor said something else. What was overruled is kept as text \
                 alone and cannot stand in, which leans the same way."
            }
        }
    }
}

fn picture(vendors: &[VendorWorth]) -> Markup {
    let dots: Vec<Dot> = vendors.iter().filter_map(dot).collect();
    let as_table = vendor_table(vendors);
    if dots.is_empty() {
        return html! {
            (nothing("The deals are too few to say anything of a vendor."))
            (details("What there is as a table", &as_table))
        };
    }
    figure(
        &svg::dots(
            "What each vendor's facts take off the log-loss of a deal",
            &dots,
            "Log-loss taken off; right is better",
            &[(0.0, "no difference")],
        ),
        &html! {
            p.small { "The dot is the mean; the line is its 95 % interval, over accounts drawn by lot." }
            (details("The vendors as a table", &as_table))
        },
    )
}

fn dot(vendor: &VendorWorth) -> Option<Dot> {
    let gain = vendor.gain?;
    let cost = vendor.usd_per_lead().map(|dollars| format!(" · {} a lead", usd(dollars)));
    Some(Dot {
        name: vendor.provider.clone(),
        value: gain.mean,
        label: format!("{}{}", signed(gain.mean, 3), cost.unwrap_or_default()),
        bounds: vec![gain.from, gain.to],
        best: gain.from > 0.0,
    })
}

fn vendor_table(vendors: &[VendorWorth]) -> Markup {
    let rows: Vec<Vec<String>> = vendors
        .iter()
        .map(|vendor| {
            let gain = vendor.gain;
            let between = |gain: WorthGain| format!("{} to {}", signed(gain.from, 4), signed(gain.to, 4));
            vec![
                vendor.provider.clone(),
                thousands(vendor.deals),
                thousands(vendor.filled),
                gain.map_or_else(|| NONE.to_owned(), |gain| signed(gain.mean, 4)),
                gain.map_or_else(|| NONE.to_owned(), between),
                vendor.usd_per_lead().map_or_else(|| NONE.to_owned(), usd),
            ]
        })
        .collect();
    let columns = [
        Column::Words("Vendor"),
        Column::Figures("Deals asked about"),
        Column::Figures("With its facts"),
        Column::Figures("Log-loss taken off"),
        Column::Figures("95\u{a0}% interval"),
        Column::Figures("Cost a lead"),
    ];
    table("What each vendor's facts add, and what they cost", &columns, &rows)
}
