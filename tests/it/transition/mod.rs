//! Plans.

mod document;
