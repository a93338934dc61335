//! The console's addresses, and what every answer carries.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use leadlight_console::CONTENT_SECURITY_POLICY;
use leadlight_ports::metrics::answered;
use leadlight_ports::{Secrets, World};

use crate::problem::Problem;
use crate::server::{MOST_BYTES, Server};
use crate::slack::SlackDoor;
use crate::{account, all_leads, api, api_pages, exports, find, list_pages, pages, sign_in, slack};

/// All addresses.
pub fn router<O: World>(server: Arc<Server<O>>) -> Router {
    let api = Router::new()
        .route("/me", get(api::me::<O>))
        .route("/queues/{queue}", get(api::queue::<O>))
        .route("/queues/{queue}/next", post(api::next::<O>))
        .route("/leads", get(all_leads::answer::<O>))
        .route("/leads/{id}", get(api::lead::<O>))
        .route("/leads/{id}/{action}", post(api::act::<O>))
        .route("/find", post(find::answer::<O>))
        .route("/accounts/{domain}", get(account::answer::<O>))
        .route("/mine", get(api_pages::mine::<O>))
        .route("/team", get(api_pages::team::<O>))
        .route("/team/{member}/leads", get(api_pages::leads_of::<O>))
        .route("/learnt", get(api_pages::learnt::<O>))
        .route("/model", get(api_pages::model::<O>))
        .route("/data", get(api_pages::data::<O>))
        .route("/policy", get(api_pages::policy::<O>))
        .fallback(async || Problem::NoPage)
        .method_not_allowed_fallback(async || Problem::Method);
    Router::new()
        .nest("/api/v1", api)
        .route("/", get(pages::home::<O>))
        .route("/queue", get(pages::queue::<O>))
        .route("/ae", get(pages::ae::<O>))
        .route("/flagged", get(pages::flagged::<O>))
        .route("/next", post(pages::next::<O>))
        .route("/leads", get(all_leads::leads::<O>))
        .route("/leads.csv", get(exports::leads::<O>))
        .route("/leads/{id}", get(pages::lead::<O>))
        .route("/leads/{id}/{action}", post(pages::act::<O>))
        .route("/find", get(find::empty::<O>).post(find::find::<O>))
        .route("/accounts/{domain}", get(account::account::<O>))
        .route("/mine", get(list_pages::mine::<O>))
        .route("/learnt", get(list_pages::learnt::<O>))
        .route("/manager", get(pages::manager::<O>))
        .route("/manager/leads/{member}", get(list_pages::leads_of::<O>))
        .route("/model", get(pages::model::<O>))
        .route("/model/check", get(pages::check::<O>))
        .route("/model/report", get(pages::latest_report::<O>))
        .route("/model/reports", get(pages::reports::<O>))
        .route("/model/reports/{name}", get(pages::report::<O>))
        .route("/data", get(pages::data::<O>))
        .route("/policy", get(pages::policy::<O>))
        .route("/queue.csv", get(exports::queue::<O>))
        .route("/manager.csv", get(exports::manager::<O>))
        .route("/sign-in", get(sign_in::page::<O>).post(sign_in::begin::<O>))
        .route("/auth/callback", get(sign_in::callback::<O>))
        .route("/sign-out", post(sign_in::sign_out::<O>))
        .route("/openapi.json", get(pages::openapi::<O>))
        .route("/assets/{file}", get(pages::asset))
        .fallback(pages::nothing::<O>)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn(guard))
        .with_state(server)
}

/// Where Slack tells of presses, beside [`router`]: an address for each destination of the kind `slack`.
pub fn slack_router<O: World, S: Secrets + 'static>(door: Arc<SlackDoor<O, S>>) -> Router {
    Router::new()
        .route("/v1/slack/{destination}/interactions", post(slack::press::<O, S>))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn(guard))
        .with_state(door)
}

/// What every answer carries, whatever it is.
async fn guard(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    answered(response.status().as_u16());
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    // Leads are nobody's business but the viewer's: no cache keeps them, not even the browser's.
    set(header::CACHE_CONTROL, "no-store");
    response
}
