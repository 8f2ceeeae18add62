//! The engine.

mod worked_examples;
