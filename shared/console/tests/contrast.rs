//! Colours: whether people can tell text from what is behind it. The limits are those of WCAG 2.2: 4.5 for
//! text (1.4.3), 3 for parts of controls and pictures (1.4.11).

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::collections::BTreeMap;

use leadlight_console::style;

/// Text and what is behind it.
const TEXT: [(&str, &str); 24] = [
    ("ink", "paper"),
    ("ink", "panel"),
    ("ink", "soft"),
    ("quiet", "paper"),
    ("quiet", "panel"),
    ("quiet", "soft"),
    ("blue", "paper"),
    ("blue", "panel"),
    ("blue", "soft"),
    ("green", "paper"),
    ("green", "panel"),
    ("amber", "paper"),
    ("amber", "panel"),
    ("red", "paper"),
    ("red", "panel"),
    ("red", "soft"),
    ("grey", "paper"),
    ("grey", "panel"),
    ("on", "blue"),
    ("ink", "bar"),
    ("green", "soft"),
    ("amber", "soft"),
    ("grey", "soft"),
    ("ink", "rail"),
];
/// Parts of controls and pictures, and what is behind them.
const PARTS: [(&str, &str); 8] = [
    ("focus", "paper"),
    ("focus", "panel"),
    ("quiet", "paper"),
    ("quiet", "panel"),
    ("won", "paper"),
    ("lost", "paper"),
    ("blue", "panel"),
    ("red", "panel"),
];

/// The colours of one half of the style, by name.
fn colours(style: &str) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for entry in style.split(['{', ';', '}', '\n']) {
        let Some((name, value)) = entry.trim().strip_prefix("--").and_then(|e| e.split_once(':')) else {
            continue;
        };
        let Some(hex) = value.strip_prefix('#') else { continue };
        let long: String =
            if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
        found.insert(name.to_owned(), u32::from_str_radix(&long, 16).unwrap());
    }
    found
}

fn luminance(colour: u32) -> f64 {
    let [_, r, g, b] = colour.to_be_bytes().map(|part| {
        let x = f64::from(part) / 255.0;
        if x <= 0.040_45 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// Light and dark: dark ones stand in blocks of their own and take the place of the light ones.
fn both() -> [(&'static str, BTreeMap<String, u32>); 2] {
    let (mut light, mut dark) = (String::new(), String::new());
    let mut rest = style();
    while let Some(at) = rest.find("prefers-color-scheme:dark") {
        light += &rest[..at];
        let end = at + rest[at..].find("}}").unwrap();
        dark = dark + "\n" + &rest[at..end];
        rest = &rest[end..];
    }
    light += rest;
    let light = colours(&light);
    let dark = light.clone().into_iter().chain(colours(&dark)).collect();
    [("light", light), ("dark", dark)]
}

#[test]
fn the_formula_is_wcags() {
    assert!((contrast(0x00_00_00, 0xff_ff_ff) - 21.0).abs() < 1e-9);
    assert!((contrast(0x76_76_76, 0xff_ff_ff) - 4.54).abs() < 0.01);
}

#[test]
fn text_and_controls_stand_out_in_light_and_dark() {
    let both = both();
    assert_ne!(both[0].1["paper"], both[1].1["paper"], "the dark colours were not found");
    let mut weak = Vec::new();
    for (scheme, colours) in &both {
        let pairs = TEXT.map(|pair| (pair, 4.5)).into_iter().chain(PARTS.map(|pair| (pair, 3.0)));
        for ((front, behind), least) in pairs {
            let found = contrast(colours[front], colours[behind]);
            if found < least {
                weak.push(format!("{scheme}: {front} on {behind} is {found:.2}, needs {least}"));
            }
        }
    }
    assert!(weak.is_empty(), "{weak:#?}");
}

#[test]
fn every_colour_is_one_of_the_named_ones() {
    let after_names = style().split("color-scheme:light dark}").nth(1).unwrap();
    for line in after_names.lines().filter(|line| !line.contains(":root{")) {
        for part in line.split(['{', ';', '}']) {
            if let Some((property, value)) = part.split_once(':')
                && (property.ends_with("color") || property == "background")
            {
                assert!(!value.starts_with('#') || value == "#0008", "{part}");
            }
        }
    }
}
