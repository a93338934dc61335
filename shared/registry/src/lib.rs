//! What is in force: policies, teams and models, each immutable under its hash, and the pointers to them.

mod in_force;
mod loads;
mod registry;
mod teams;

pub use in_force::{Champion, InForce};
pub use loads::loads;
pub use registry::{
    CHAMPION_KEY, ChampionPointer, FoundChampion, MANIFEST, POLICY_POINTER_KEY, PastChampion, PolicyPointer,
    REPORT, REPORT_POINTER_KEY, Registry, RegistryError, ReportPointer, feature_specs, model_key, policy_key,
};
pub use teams::{TEAM_POINTER_KEY, TeamPointer, team_key};
