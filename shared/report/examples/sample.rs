//! Writes a page over an invented report, to look at:
//!
//! ```text
//! cargo run -p leadlight-report --example sample > sample.html
//! ```

use std::io::Write;

#[expect(clippy::unwrap_used, reason = "invented figures, known to be valid")]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() -> std::io::Result<()> {
    let page = leadlight_report::html(&sample::report(18));
    std::io::stdout().write_all(page.as_bytes())
}
