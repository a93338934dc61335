//! No code: one set of features, so that `cargo test` builds nothing again that `cargo run` has built.
//!
//! Cargo builds a crate once for each set of features that is asked of it. A library that only tests use may ask for one
//! more of `hashbrown`, say, and with it the HTTP client and all of the AWS SDK would be built a second time, minutes of
//! work. So the command asks for the same. The functions that go to AWS do not know this crate.
//!
//! `tests/same.rs` compares, and names what differs.

use email_address as _;
use getrandom as _;
use hashbrown as _;
use num_bigint as _;
use rand as _;
use regex_automata as _;
use regex_syntax as _;
