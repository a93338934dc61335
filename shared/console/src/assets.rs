//! Style and script, each one file that browsers may keep for good: its address changes with its content.

use std::sync::LazyLock;

use leadlight_lead::ContentHash;
use leadlight_report::charts::CHART_STYLE;

/// Where the style is served.
pub const STYLE_PATH: &str = "/assets/console.css";
/// Where the script is served.
pub const SCRIPT_PATH: &str = "/assets/console.js";
/// The script. Pages work without it.
pub const SCRIPT: &str = include_str!("assets/console.js");
/// What pages are made for: nothing from elsewhere, nothing inline, forms only to where the page came from.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src \
     'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static STYLE: LazyLock<String> = LazyLock::new(|| [CHART_STYLE, include_str!("assets/console.css")].concat());
static ADDRESSES: LazyLock<[String; 2]> =
    LazyLock::new(|| [(STYLE_PATH, style()), (SCRIPT_PATH, SCRIPT)].map(|(path, body)| address(path, body)));

/// The style: that of the report's pictures and tables, then the console's own.
pub fn style() -> &'static str {
    &STYLE
}

/// The address of [`STYLE_PATH`] or [`SCRIPT_PATH`] with the hash of what is served there as its query; any
/// other path as it is.
pub fn asset_path(path: &str) -> &str {
    let [style, script] = &*ADDRESSES;
    match path {
        STYLE_PATH => style,
        SCRIPT_PATH => script,
        other => other,
    }
}

fn address(path: &str, body: &str) -> String {
    format!("{path}?v={}", ContentHash::of(body.as_bytes()).short())
}
