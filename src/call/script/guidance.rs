//! What a caller is told besides the prompts: the second menu level, guidance, common questions.

use crate::intent::{Topic, answer::Faq};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The second level of the key menu, for one desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// The words.
    pub text: String,
    /// What each key chooses: a topic of this desk. Never `0`, which is a person everywhere.
    pub keys: BTreeMap<String, String>,
}

/// What is known to help with one topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Guidance {
    /// What the topic is called to the caller; without it the topic's own title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// Steps that mostly solve it, one prompt each. None: the call goes to the desk at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// What the caller should have at hand for the desk.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub prepare: String,
}

/// A common question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name: the prompt is `faq.NAME`.
    pub id: String,
    /// How callers ask it.
    pub asked: Vec<String>,
    /// What they are told.
    pub answer: String,
}

/// The questions, ready to be compared.
pub(crate) fn faq(questions: &[Question]) -> Faq {
    Faq::new(&questions.iter().map(|question| question.asked.clone()).collect::<Vec<_>>())
}

/// The topic that a menu's key chooses.
pub(crate) fn chosen(menu: &Menu, key: char) -> Option<Topic> {
    menu.keys.get(key.encode_utf8(&mut [0; 4]) as &str)?.parse().ok()
}
