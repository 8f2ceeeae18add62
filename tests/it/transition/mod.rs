//! The engine.

mod document;
mod worked_examples;
