//! What a classifier is worth on labelled lines.
//!
//! Reads the lines, holds them against the verdicts, and counts. The same file format serves the
//! corpus and the evaluation sets. It changes nothing and knows neither files nor pictures; `cli`
//! reads the one and draws the other.

mod measure;

pub use measure::{Bin, Point, Report, Share, measure};

use super::{Category, Topic, topic::UnknownTopic};

/// One utterance and its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Who says it in which manner; lines of a family are never split between training and test.
    pub family: String,
    /// What the caller wants first.
    pub topic: Topic,
    /// What the caller wants besides.
    pub secondary: Option<Topic>,
    /// Somebody is losing money or is in danger right now.
    pub urgent: bool,
    /// The desk that the caller says it is not about.
    pub forbidden: Option<Category>,
    /// What was said.
    pub text: String,
}

/// A file of labelled lines that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {fault}")]
pub struct Error {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Fault {
    /// The first line names the columns.
    #[error("no column \"{0}\": the first line names the columns, separated by tabs")]
    Column(&'static str),
    /// Too few or too many columns.
    #[error("{found} columns instead of {wanted}")]
    Columns {
        /// Of this line.
        found: usize,
        /// Of the first line.
        wanted: usize,
    },
    /// Not a topic.
    #[error(transparent)]
    Topic(#[from] UnknownTopic),
    /// Not a category.
    #[error("unknown category \"{0}\"")]
    Category(String),
    /// Neither 0 nor 1.
    #[error("urgent is \"{0}\" instead of 0 or 1")]
    Urgent(String),
    /// Nothing below the first line.
    #[error("no lines")]
    Empty,
}

/// Reads labelled lines: tab-separated, with a first line that names the columns. `topic` and
/// `text` must be there; `family`, `secondary`, `urgent` and `forbidden` may be, others are passed
/// over. `-` stands for none.
///
/// # Errors
/// At the first line that cannot be understood.
pub fn read(file: &str) -> Result<Vec<Row>, Error> {
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let mut lines = file.lines().enumerate().map(|(at, line)| (at + 1, line));
    let (_, header) = lines.next().ok_or(Error { line: 1, fault: Fault::Empty })?;
    let columns: Vec<&str> = header.split('\t').collect();
    let columns = Columns::new(&columns).map_err(|fault| Error { line: 1, fault })?;
    let rows: Vec<Row> = lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| columns.row(line).map_err(|fault| Error { line: number, fault }))
        .collect::<Result<_, _>>()?;
    if rows.is_empty() { Err(Error { line: 1, fault: Fault::Empty }) } else { Ok(rows) }
}

/// Where each column stands.
struct Columns {
    n_columns: usize,
    topic: usize,
    text: usize,
    family: Option<usize>,
    secondary: Option<usize>,
    urgent: Option<usize>,
    forbidden: Option<usize>,
}

impl Columns {
    fn new(names: &[&str]) -> Result<Self, Fault> {
        let find = |name: &str| names.iter().position(|found| found.trim() == name);
        Ok(Self {
            n_columns: names.len(),
            topic: find("topic").ok_or(Fault::Column("topic"))?,
            text: find("text").ok_or(Fault::Column("text"))?,
            family: find("family"),
            secondary: find("secondary"),
            urgent: find("urgent"),
            forbidden: find("forbidden"),
        })
    }

    fn row(&self, line: &str) -> Result<Row, Fault> {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() != self.n_columns {
            return Err(Fault::Columns { found: cells.len(), wanted: self.n_columns });
        }
        let cell = |at: Option<usize>| at.map(|at| cells[at]).filter(|cell| *cell != "-");
        let mut topic: Topic = cells[self.topic].parse()?;
        let mut secondary = cell(self.secondary).map(str::parse::<Topic>).transpose()?;
        // A wish for a person beats everything, wherever in the text it stands.
        if let Some(other) = secondary.filter(|other| other.category() == Category::Human) {
            secondary = Some(std::mem::replace(&mut topic, other));
        }
        let urgent = match cell(self.urgent) {
            Some("1") => true,
            Some("0") | None => false,
            Some(other) => return Err(Fault::Urgent(other.to_owned())),
        };
        let category = |name: &str| {
            let mut all = Category::ALL.into_iter();
            all.find(|category| category.as_str() == name)
                .ok_or_else(|| Fault::Category(name.to_owned()))
        };
        Ok(Row {
            family: cell(self.family).unwrap_or_default().to_owned(),
            topic,
            secondary: secondary.filter(|other| *other != topic),
            urgent,
            forbidden: cell(self.forbidden).map(category).transpose()?,
            text: cells[self.text].to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
