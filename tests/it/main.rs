//! Integration tests: one binary that mirrors `src/`.

#[cfg(test)]
mod house;
