//! The third implementation, which the tests judge the engine by: here for its search alone.

#[path = "../../tests/it/oracle/conditions.rs"]
pub(crate) mod conditions;
#[path = "../../tests/it/oracle/moves.rs"]
pub(crate) mod moves;
#[path = "../../tests/it/oracle/search.rs"]
pub(crate) mod search;
#[path = "../../tests/it/oracle/settings.rs"]
pub(crate) mod settings;
#[path = "../../tests/it/oracle/steps.rs"]
pub(crate) mod steps;
#[path = "../../tests/it/oracle/world.rs"]
pub(crate) mod world;
