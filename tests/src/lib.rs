//! End to end, contracts, faults, template.
