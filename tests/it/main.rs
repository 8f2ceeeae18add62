//! Integration tests: one binary that mirrors `src/`.

mod schemas;
mod site;
mod transition;
