//! What a caller asks of the call itself: once more, slower, louder, wait, the menu, goodbye.
//!
//! Only an utterance that says little else counts: 视频声音听不清 is a trouble for a desk. So all of
//! it must be covered by the request's own words and by small words around them. It does not know
//! what is done about a request.

mod lexicon;
#[cfg(test)]
mod tests;

use super::{filler::is_filler, heard::Heard};
use lexicon::{ANNOUNCED, CORES, Part};

/// What a caller may ask of the call itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Request {
    /// 再说一遍, 你说啥, 没听清.
    Repeat,
    /// 慢一点, 太快了.
    Slower,
    /// 大声点, 声音太小.
    Louder,
    /// 听不见, 喂喂听得到吗.
    CannotHear,
    /// 等一下, 我拿个笔.
    Wait,
    /// 有什么选项, 菜单.
    Menu,
    /// 返回, 上一步.
    Back,
    /// 下一步, 然后呢, 继续.
    Next,
    /// 再见, 挂了.
    Goodbye,
    /// 没事了, 不用了谢谢.
    NothingElse,
}

/// Of several in one utterance the first of these counts: what the caller must have before
/// anything else can be understood, then what ends the call, then where to go in it.
const RANKS: [Request; 10] = [
    Request::Slower,
    Request::Louder,
    Request::Repeat,
    Request::CannotHear,
    Request::Goodbye,
    Request::NothingElse,
    Request::Menu,
    Request::Back,
    Request::Next,
    Request::Wait,
];

/// No request is longer, in characters.
const LONGEST: usize = 24;

/// What the utterance asks of the call, where it says little else.
#[must_use]
pub fn request(text: &str) -> Option<Request> {
    let heard = Heard::new(text);
    if heard.len() > LONGEST || is_filler(text) || is_announced(&heard) {
        return None;
    }
    // For each place the best request from there to the end, where all of it is covered.
    let mut best: Vec<Option<Covered>> = vec![None; heard.len()];
    best.push(Some(Covered::default()));
    for at in (0..heard.len()).rev() {
        best[at] = CORES
            .all_at(&heard, at)
            .filter_map(|hit| best[hit.end].map(|behind| behind.with(hit.tag, at, hit.end)))
            .max_by_key(Covered::merit);
    }
    let covered = best[0]?;
    let asked = covered.request?;
    (!covered.needs_address || covered.has_address).then_some(asked)
}

/// 我再说一遍 is what the caller will do; 给我再说一遍 is asked.
fn is_announced(heard: &Heard) -> bool {
    ANNOUNCED.hits(heard).any(|hit| {
        let is_asked =
            hit.start > 0 && ANNOUNCED.at(heard, hit.start - 1).is_some_and(|hit| !hit.tag);
        hit.tag && !is_asked
    })
}

/// What the words from a place to the end ask for.
#[derive(Clone, Copy, Default)]
struct Covered {
    request: Option<Request>,
    needs_address: bool,
    has_address: bool,
    /// Characters of the request's own words; the more, the better the reading.
    n_own: usize,
}

impl Covered {
    fn with(mut self, part: Part, start: usize, end: usize) -> Self {
        match part {
            Part::Own(request) => {
                let rank = |asked: Request| RANKS.iter().position(|one| *one == asked);
                if self.request.is_none_or(|other| rank(request) < rank(other)) {
                    self.request = Some(request);
                }
                self.n_own += end - start;
            }
            Part::Addressed(request) => {
                self = self.with(Part::Own(request), start, end);
                self.needs_address = true;
            }
            Part::Address => self.has_address = true,
            Part::Small => {}
        }
        self
    }

    fn merit(&self) -> (bool, usize) {
        (!self.needs_address || self.has_address, self.n_own)
    }
}
