//! What several of the end-to-end tests need: the pipeline over in-memory twins, and one deployed on an
//! emulator.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test ends where something is not as it should be"
)]

pub mod deployed;
pub mod exports;
pub mod memory;
pub mod office;
pub mod shaky;
pub mod vendors;

pub use leadlight_simulators as simulator;
