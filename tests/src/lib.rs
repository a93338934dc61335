//! What several of the end-to-end tests need: the pipeline over in-memory twins, and one deployed on an
//! emulator.

pub mod deployed;
pub mod memory;
