//! What a job title tells a learner: its function and its seniority. The title itself is written in a hundred ways, and
//! each is seen too seldom to tell anything.

use leadlight_reading::{Function, Seniority, TitleReading, read_title};

/// Function and seniority as far as they can be read, as tags; empty where neither can.
pub(crate) fn tags(title: &str) -> Vec<&'static str> {
    let TitleReading { function, seniority, .. } = read_title(title);
    let mut tags: Vec<&'static str> =
        function.map(of_function).into_iter().chain(seniority.map(of_seniority)).collect();
    tags.sort_unstable();
    tags
}

fn of_function(function: Function) -> &'static str {
    match function {
        Function::RevenueOperations => "function: revenue operations",
        Function::Sales => "function: sales",
        Function::Marketing => "function: marketing",
        Function::CustomerSuccess => "function: customer success",
        Function::Engineering => "function: engineering",
        Function::Product => "function: product",
        Function::It => "function: IT",
        Function::Data => "function: data",
        Function::GeneralManagement => "function: general management",
        Function::Operations => "function: operations",
        Function::Finance => "function: finance",
        Function::HumanResources => "function: human resources",
        Function::Legal => "function: legal",
        Function::Education => "function: education",
        Function::Other => "function: other",
    }
}

fn of_seniority(seniority: Seniority) -> &'static str {
    match seniority {
        Seniority::Training => "seniority: training",
        Seniority::Entry => "seniority: entry",
        Seniority::Individual => "seniority: individual",
        Seniority::Senior => "seniority: senior",
        Seniority::Manager => "seniority: manager",
        Seniority::Director => "seniority: director",
        Seniority::Vp => "seniority: vice president",
        Seniority::CLevel => "seniority: chief officer",
        Seniority::Owner => "seniority: owner",
    }
}
