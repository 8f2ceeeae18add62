//! Integration tests: one binary that mirrors `src/`.

mod site;
mod transition;
