//! What needs keys that sign.

mod kit;
mod rotation;
mod signing_in;
mod tokens;
mod two_worlds;
