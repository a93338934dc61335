//! What needs keys that sign.

mod kit;
#[cfg(feature = "http")]
mod over_the_wire;
mod rotation;
mod signing_in;
mod tokens;
mod two_worlds;
