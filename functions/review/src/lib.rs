//! The review console: where people decide at both checkpoints, by pages and by an API with the same rules.
//!
//! [`Console`] does what is asked, over the ports; [`router`] is the HTTP around it. Who may do what with a lead is
//! `leadlight-desk`'s to say, how a page looks `leadlight-console`'s, who is asking `leadlight-identity`'s.

mod account;
mod action_request;
mod all_leads;
mod answers;
mod api;
mod api_pages;
mod config;
mod console;
mod exports;
mod facts;
mod find;
mod health;
mod learnt;
mod list_pages;
mod lists;
mod openapi;
mod page_answers;
mod pages;
mod params;
mod problem;
mod record;
mod respond;
mod routes;
mod serve;
mod server;
mod sign_in;
mod slack;
mod steps;
mod team_answer;
mod team_view;
mod values;
mod views;

pub use action_request::ActionRequest;
pub use answers::{LeadAnswer, Me, NextAnswer, ProblemAnswer, Row, Rows};
pub use config::{Config, SignInConfig};
pub use console::{Console, Outcome, Person};
pub use openapi::document as openapi_document;
pub use problem::Problem;
pub use routes::{router, slack_router};
pub use serve::serve;
pub use server::{Issuer, Server, SignIn};
pub use slack::SlackDoor;
