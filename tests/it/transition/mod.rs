//! The engine.

mod document;
mod optimal;
mod worked_examples;
