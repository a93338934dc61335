//! The console over in-memory twins with the sample leads, on the loopback interface, to look at and to try tools on:
//! `cargo run -p leadlight-tests --example serve -- 8377`. Prints a token for the API; stays until Ctrl-C.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool prints, and ends where something is wrong"
)]

use leadlight_lead::Role;
use leadlight_review::router;
use leadlight_tests::memory::reference;
use leadlight_tests::office::{MovedClock, Office};

#[tokio::main]
async fn main() {
    let port: u16 = std::env::args().nth(1).map_or(8377, |port| port.parse().unwrap());
    let office = Office::learned(1_200).await;
    let issuer = leadlight_identity::LocalIssuer::new([7; 32]);
    let token = issuer.mint("manager-1", Role::Manager, reference(), leadlight_identity::LONGEST_SIGN_IN);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    println!("http://127.0.0.1:{port}\n{token}");
    axum::serve(listener, router(office.server(MovedClock::default()))).await.unwrap();
}
