//! The admin port: `/metrics`, `/ready`, `/live`. For the operator's machines, not for gateways.

use super::server::Readiness;
use crate::metrics;
use axum::{
    Router, http::StatusCode, http::header::CONTENT_TYPE, response::IntoResponse, routing::get,
};

/// The version of Prometheus' text format.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Builds the routes.
pub(super) fn routes(metrics: metrics::Handle, readiness: Readiness) -> Router {
    let scrape = move || async move { ([(CONTENT_TYPE, METRICS_TYPE)], metrics.render()) };
    let ready = move || async move {
        match readiness.fault() {
            None => (StatusCode::OK, "ready\n").into_response(),
            Some(fault) => (StatusCode::SERVICE_UNAVAILABLE, format!("{fault}\n")).into_response(),
        }
    };
    Router::new()
        .route("/metrics", get(scrape))
        .route("/ready", get(ready))
        .route("/live", get(|| async { "live\n" }))
}
