//! What a caller does in a conversation: answers, asks, hesitates, shows what they need.
//!
//! Each reader takes the text of one utterance and gives a closed list's entry or nothing. All of
//! them read toneless syllables, because the recogniser writes no punctuation and errs to
//! homophones. They refuse to know which question was asked, what is said back, and what the
//! caller's trouble is: the rest behind an answer goes to [`super::Classifier`].

mod faq;
mod filler;
mod heard;
mod phrases;
mod reply;
mod request;
mod signs;
#[cfg(test)]
mod tests;
mod unfinished;

pub use faq::{Faq, Match};
pub use filler::{is_filler, n_meaningful};
pub use reply::{Answer, Reply, answer, solved};
pub use request::{Request, request};
pub use signs::{Language, Signs, signs};
pub use unfinished::is_unfinished;
