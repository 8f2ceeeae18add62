//! Integration tests: one binary that mirrors `src/`.

mod house;
mod site;
mod transition;
