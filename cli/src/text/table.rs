//! Columns that line up.

use std::fmt::Write as _;

use anstyle::Style;

use super::{line::one_line, style::ASIDE};

/// A table with a heading.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    indent: &'static str,
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(heading: [&str; N]) -> Self {
        Self { indent: "", rows: vec![heading.map(str::to_owned)] }
    }

    pub(crate) fn indented(self) -> Self {
        Self { indent: "  ", ..self }
    }

    pub(crate) fn row(&mut self, row: [String; N]) {
        self.rows.push(row.map(|cell| one_line(&cell).into_owned()));
    }

    pub(crate) fn to_text(&self) -> String {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(widths);
            let line: Vec<String> = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
            let line = line.join("  ");
            let line = line.trim_end();
            let style = if number == 0 { ASIDE } else { Style::new() };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}{style}{line}{style:#}", self.indent);
        }
        text
    }
}
