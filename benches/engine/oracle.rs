//! The third implementation, which the tests judge the engine by: here for its search alone.

#[path = "../../tests/it/oracle/condition.rs"]
pub(crate) mod condition;
#[path = "../../tests/it/oracle/conditions.rs"]
pub(crate) mod conditions;
#[path = "../../tests/it/oracle/goal.rs"]
pub(crate) mod goal;
#[path = "../../tests/it/oracle/interface.rs"]
pub(crate) mod interface;
#[path = "../../tests/it/oracle/moves.rs"]
pub(crate) mod moves;
#[path = "../../tests/it/oracle/port.rs"]
pub(crate) mod port;
#[path = "../../tests/it/oracle/rules.rs"]
pub(crate) mod rules;
#[path = "../../tests/it/oracle/search.rs"]
pub(crate) mod search;
#[path = "../../tests/it/oracle/settings.rs"]
pub(crate) mod settings;
#[path = "../../tests/it/oracle/site_file.rs"]
pub(crate) mod site_file;
#[path = "../../tests/it/oracle/step.rs"]
pub(crate) mod step;
#[path = "../../tests/it/oracle/text.rs"]
pub(crate) mod text;
#[path = "../../tests/it/oracle/world.rs"]
pub(crate) mod world;
