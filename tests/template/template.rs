//! The deployment template keeps its promises. Each invariant is a function that names what breaks it; `broken` breaks a copy in
//! every way that counts and sees that it is noticed.

mod broken;
mod bus;
mod checks;
mod document;
mod exports;
mod own_facts;
mod rights;
mod runbook;
mod surface;
mod watch;

use checks::Breaches;
use document::Template;

type Check = fn(&Template) -> Breaches;

fn holds(check: Check) -> Result<(), String> {
    let breaches = check(Template::shipped()?);
    if breaches.is_empty() { Ok(()) } else { Err(breaches.join("; ")) }
}

#[test]
fn each_function_is_built_for_the_custom_runtime_with_its_own_limits() -> Result<(), String> {
    holds(checks::build)
}

#[test]
fn a_queue_hides_a_message_for_six_times_its_consumers_timeout() -> Result<(), String> {
    holds(checks::visibility)
}

#[test]
fn a_queue_redrives_after_hours_alone_into_a_dead_letter_queue_of_its_own() -> Result<(), String> {
    holds(checks::redrives)
}

#[test]
fn every_queue_has_a_dead_letter_queue_or_is_one_that_keeps_14_days() -> Result<(), String> {
    holds(checks::dead_letters)
}

#[test]
fn each_consumer_answers_for_each_message_and_knows_its_dead_letter_queue() -> Result<(), String> {
    holds(checks::mappings)
}

#[test]
fn each_function_has_a_role_that_allows_what_it_needs_and_no_more() -> Result<(), String> {
    holds(rights::roles)
}

#[test]
fn the_tables_stream_is_read_from_its_start_and_no_record_keeps_the_others_waiting() -> Result<(), String> {
    holds(bus::streams)
}

#[test]
fn the_bus_may_hand_on_what_it_is_told() -> Result<(), String> {
    holds(bus::rules)
}

#[test]
fn a_large_table_is_exported_and_the_run_goes_on() -> Result<(), String> {
    holds(exports::exports)
}

#[test]
fn a_table_of_ones_own_is_read_an_item_at_a_time_where_it_is_named() -> Result<(), String> {
    holds(own_facts::own_facts)
}

#[test]
fn every_store_is_encrypted_kept_and_closed() -> Result<(), String> {
    holds(checks::stores)
}

#[test]
fn every_function_logs_to_a_group_of_its_own_that_forgets() -> Result<(), String> {
    holds(checks::logs)
}

#[test]
fn each_function_is_told_what_it_reads() -> Result<(), String> {
    holds(surface::variables)
}

#[test]
fn the_outputs_bear_the_names_that_are_read() -> Result<(), String> {
    holds(surface::outputs)
}

#[test]
fn retraining_is_scheduled_retried_and_its_failures_kept() -> Result<(), String> {
    holds(surface::schedule)
}

#[test]
fn retraining_reaches_what_it_reads_and_publishes() -> Result<(), String> {
    holds(checks::registry)
}

#[test]
fn the_intake_is_closed_by_default_and_throttled() -> Result<(), String> {
    holds(surface::api)
}

#[test]
fn the_consoles_api_is_behind_the_issuer() -> Result<(), String> {
    holds(surface::console)
}

#[test]
fn sample_users_and_plain_http_are_for_one_machine_alone() -> Result<(), String> {
    holds(surface::samples)
}

#[test]
fn every_alarm_says_what_it_means_and_reaches_whoever_listens() -> Result<(), String> {
    holds(watch::alarms)
}

#[test]
fn each_alarm_has_a_row_in_the_runbook_that_says_what_to_do() -> Result<(), String> {
    holds(runbook::runbook)
}

#[test]
fn somebody_hears_of_each_kind_of_alarm_by_itself() -> Result<(), String> {
    holds(watch::kinds)
}

#[test]
fn somebody_hears_of_messages_that_nobody_takes_long_before_they_expire() -> Result<(), String> {
    holds(watch::waiting)
}

#[test]
fn somebody_hears_of_dead_letters_and_of_new_ones_beside_old_ones() -> Result<(), String> {
    holds(watch::dead_letters)
}

#[test]
fn somebody_hears_of_functions_and_apis_that_fail() -> Result<(), String> {
    holds(watch::failures)
}

#[test]
fn somebody_hears_of_a_schedule_that_stops() -> Result<(), String> {
    holds(watch::heartbeats)
}

#[test]
fn every_function_has_a_bound_that_a_small_account_can_hold() -> Result<(), String> {
    holds(watch::bounds)
}

#[test]
fn each_function_touches_the_items_and_indexes_it_uses() -> Result<(), String> {
    holds(watch::table_rights)
}

#[test]
fn nothing_ties_the_stack_to_one_account_or_machine() -> Result<(), String> {
    holds(surface::names)
}
