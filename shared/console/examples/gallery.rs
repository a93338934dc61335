//! Writes every page over invented views into a folder, with style and script beside them, to look at:
//!
//! ```text
//! cargo run -p leadlight-console --example gallery -- FOLDER
//! ```

use std::path::PathBuf;

#[expect(clippy::unwrap_used, reason = "invented figures, known to be valid")]
#[path = "../tests/sample/mod.rs"]
mod sample;

#[expect(clippy::unwrap_used, reason = "invented figures, known to be valid")]
#[expect(dead_code, reason = "shared with the tests of the report, which use all of it")]
#[path = "../../report/tests/sample/mod.rs"]
mod report;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("console.css"), leadlight_console::style())?;
    std::fs::write(folder.join("console.js"), leadlight_console::SCRIPT)?;
    let report = report::report(12);
    for page in sample::all(str::to_owned, &report) {
        // Opened as files, pages look for style and script beside them.
        let html = page.html.replace("\"/assets/", "\"").replace(".css?", ".css#").replace(".js?", ".js#");
        std::fs::write(folder.join(format!("{}.html", page.name)), html)?;
    }
    Ok(())
}
