//! What is in force, short enough for a person to check.

use super::Settings;
use crate::intent::Category;
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The number that callers dial.
    pub number: String,
    /// See [`super::Profile::checksum`].
    pub checksum: String,
    /// `08:00-22:00 Asia/Shanghai`.
    pub hours: String,
    /// Whether calls that come in now are held against the hours.
    pub hours_enforced: bool,
    /// Days without service.
    pub holidays: usize,
    /// Where each desk's calls go.
    pub queues: BTreeMap<&'static str, String>,
    /// Texts that can be said, menus, guidance and answers included.
    pub prompts: usize,
    /// Keys of the second menu level, by desk.
    pub menu_keys: BTreeMap<String, usize>,
    /// Steps of guidance, by topic.
    pub steps: BTreeMap<String, usize>,
    /// Common questions.
    pub faq: usize,
    /// What prompts sound like.
    pub voices: String,
}

impl Settings {
    /// What is in force.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let (decision, call) = (&self.profile.decision, &self.profile.call);
        let hours = &decision.hours;
        let clock = if hours.open == hours.close {
            "round the clock".to_owned()
        } else {
            format!("{}-{}", hours.open.strftime("%H:%M"), hours.close.strftime("%H:%M"))
        };
        let desks = [
            (Category::Account, &decision.account),
            (Category::Content, &decision.content),
            (Category::Finance, &decision.finance),
            (Category::Human, &decision.human),
        ];
        let guided = call.topics.iter().filter(|(_, guidance)| !guidance.steps.is_empty());
        Summary {
            number: self.profile.number.clone(),
            checksum: self.profile.checksum(),
            hours: format!("{clock} {}", hours.time_zone),
            hours_enforced: hours.enforce,
            holidays: hours.holidays.len(),
            queues: desks.map(|(desk, to)| (desk.as_str(), to.queue.clone())).into(),
            prompts: call.spoken().count(),
            menu_keys: call.menu.iter().map(|(desk, it)| (desk.clone(), it.keys.len())).collect(),
            steps: guided.map(|(topic, it)| (topic.clone(), it.steps.len())).collect(),
            faq: call.faq.len(),
            voices: self.voices(),
        }
    }

    fn voices(&self) -> String {
        let prompt = &self.config.prompt;
        let folder = prompt.folder.as_ref().map(|it| format!("recordings in {}", it.display()));
        let command = prompt.command.first().map(|program| format!("spoken by {program}"));
        let sources: Vec<String> = folder.into_iter().chain(command).collect();
        if sources.is_empty() {
            "none: the gateway speaks".to_owned()
        } else {
            sources.join(", then ")
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let enforced = if self.hours_enforced { "enforced" } else { "only on request" };
        let holidays = match self.holidays {
            0 => String::new(),
            n => format!(", {n} days without service"),
        };
        let counted = |counts: &BTreeMap<String, usize>| {
            let counts = counts.iter().map(|(name, n)| format!("{name} ({n})"));
            let listed = counts.collect::<Vec<_>>().join(", ");
            if listed.is_empty() { "none".to_owned() } else { listed }
        };
        writeln!(f, "number    {}", self.number)?;
        writeln!(f, "checksum  {}", self.checksum)?;
        writeln!(f, "hours     {}, {enforced}{holidays}", self.hours)?;
        for desk in Category::ALL.map(Category::as_str) {
            if let Some(queue) = self.queues.get(desk) {
                writeln!(f, "{desk:<9} -> queue {queue}")?;
            }
        }
        writeln!(f, "prompts   {}", self.prompts)?;
        writeln!(f, "menu      {}", counted(&self.menu_keys))?;
        writeln!(f, "guidance  {}", counted(&self.steps))?;
        writeln!(f, "faq       {}", self.faq)?;
        write!(f, "voices    {}", self.voices)
    }
}
