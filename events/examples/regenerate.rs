//! Rewrites what is generated in this folder: `history/deals.csv` and `schemas/*.json`.

use std::path::Path;

use leadlight_events::{DEALS, SEED, generate, schemas};

fn main() -> std::io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::write(here.join("history/deals.csv"), generate(SEED, DEALS))?;
    for schema in schemas() {
        std::fs::write(here.join("schemas").join(schema.file), schema.text())?;
    }
    Ok(())
}
