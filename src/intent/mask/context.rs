//! What stands around a run of digits, and what it says about it.
//!
//! The nearest cue decides: 抖音号绑的手机 is about a phone. A cue that only linking words separate
//! from the digits says more than one further off.

use super::{
    cues::{Cue, Found},
    digits::Run,
    gap::gap,
    line::Line,
};
use std::ops::Range;

/// How far before the digits a cue may stand, in characters.
const REACH: usize = 14;
/// 验证码刚才那个短信发到我手机上了你看是 …: callers tell how a code came before they say it.
const REACH_OF_CREDENTIALS: usize = 24;
/// How far behind the digits.
const REACH_BEHIND: usize = 10;
/// How many cues are passed on the way to the one that counts.
const MAX_PASSED: usize = 6;

/// Signs and syllables that may stand between a cue and its digits without loosening it.
const LINKS: &str = "是为叫有的号码个就那这呢啊嗯呃哦我你您他她它前看写着显示收到发来了念给填输入设成改等于后面吧嘛哈\
                     好对说先又也都才刚新旧原老在上下里啦呀哎诶额完讲报用要请把将跟和与：:，,#＃。. \t\u{3000}“”\"'=-—（(）)、>";

/// Words that do the same.
const LINKING_WORDS: &[&str] = &[
    "一下",
    "不是",
    "不对",
    "一个",
    "一条",
    "记得",
    "告诉",
    "现在",
    "以前",
    "之前",
    "刚才",
    "刚刚",
    "应该",
    "好像",
    "可能",
    "原来",
    "后来",
    "最近",
    "今天",
    "昨天",
    "短信",
    "手机上",
    "那边",
    "这边",
    "系统",
    "发过来",
    "过来",
    "设置",
    "设定",
    "分别",
    "大写",
    "小写",
    "字母",
    "数字",
    "一串",
    "进去",
    "两个",
    "它说",
    "六位数",
    "六位",
    "四位数",
    "四位",
    "八位",
    "6位",
    "4位",
    "纯数字",
    "登录",
    "支付",
    "比如",
    "例如",
    "比方说",
    "默认",
    "初始",
    "前面",
    "开头是",
    "本来",
    "一直",
    "平时",
    "统一",
    "全部",
];

/// What only figures are counted in. Nobody says 四八二九零一块.
const COUNTS: &[&str] = &[
    "块", "元", "万", "亿", "千", "百", "毛", "角", "分钱", "钱", "次", "个", "遍", "条", "天",
    "点", "时", "小时", "分钟", "分", "秒", "岁", "人", "位", "名", "斤", "公里", "米", "粉",
    "播放", "赞", "抖币", "音浪", "％", "%", "倍", "级", "单", "件", "张", "台", "集", "折", "步",
    "通", "笔", "份", "家", "只", "本", "字", "兆", "G", "M", "KB", "K", "w", "W", "RMB", "rmb",
    "度", "项",
];

/// What names a thing by its number: years, houses, roads, trains. These are spoken digit by digit.
const NAMES: &[&str] = &[
    "年", "月", "日", "号线", "号楼", "号院", "号房", "号店", "楼", "室", "单元", "栋", "幢", "房",
    "路", "期", "届", "款", "版", "型", "系列", "班", "开头", "结尾",
];

/// May stand between a number and its measure: 三百多块.
const ABOUT: &[&str] = &["多", "几", "来", "余", "左右", " "];

/// Who sent a code, not the code: 10086 发来的.
const SENDERS: &[&str] =
    &["发", "打", "来", "给我", "的短信", "短信", "客服", "说", "告诉", "查", "问", "投诉"];

/// A cue in reach of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) cue: Cue,
    /// Whether only linking words separate it from the digits.
    pub(super) linked: bool,
    /// Whether it stands behind the digits.
    pub(super) behind: bool,
}

/// What the digits are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Nothing,
    /// Money, times, pieces.
    Count,
    /// A year, a house, a train.
    Name,
}

/// A text, its cues and its runs, and the part of it that speaks for the run in question: what was
/// masked speaks for nothing, or masking twice would differ.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) line: &'a Line<'a>,
    pub(super) cues: &'a [Found],
    /// From the last secret to the next one, in characters.
    pub(super) within: Range<usize>,
    /// Where the next run begins, if one follows.
    pub(super) next_run: Option<usize>,
}

impl Surroundings<'_> {
    /// The cue that the digits belong to, if there is one.
    pub(super) fn cue(&self, run: &Range<usize>) -> Option<Near> {
        let before = self.cue_before(run.start);
        let behind = self.cue_behind(run.end);
        match (before, behind) {
            (Some(before), Some(behind))
                if behind.linked
                    // 提现到 6222… 这张卡: where the money goes, not how much.
                    && (!before.linked || before.cue == Cue::Amount && behind.cue.is_secret()) =>
            {
                Some(behind)
            }
            (None, behind) => behind,
            (before, _) => before,
        }
    }

    fn cue_before(&self, start: usize) -> Option<Near> {
        let n_before = self.cues.partition_point(|found| found.chars.end <= start);
        let (mut end, mut linked) = (start, true);
        let (mut dictated, mut hinted, mut part) = (false, false, false);
        for found in self.cues[..n_before].iter().rev().take(MAX_PASSED) {
            let distance = start - found.chars.end;
            if found.chars.start < self.within.start || distance > REACH_OF_CREDENTIALS {
                break;
            }
            linked = linked && self.is_linking(found.chars.end..end);
            end = found.chars.start;
            match found.cue {
                Cue::Dictation => dictated |= linked,
                Cue::Hint => hinted |= linked,
                // These say nothing at a distance.
                Cue::Amount | Cue::Part | Cue::Name | Cue::Area if !linked => {}
                // 验证码前三位 …: of these no part is told.
                Cue::Part if self.line.char(found.chars.start) != Some('尾') => part = true,
                _ if part && !(linked && matches!(found.cue, Cue::Code | Cue::Password)) => break,
                cue @ (Cue::Code | Cue::Password) => {
                    return Some(Near { cue, linked, behind: false });
                }
                cue @ (Cue::Phone
                | Cue::Calling
                | Cue::Area
                | Cue::ResidentId
                | Cue::BankCard
                | Cue::Harmless
                | Cue::Name
                | Cue::Amount
                | Cue::Part) => {
                    // 密码错误我明明输的 147258: what was typed in is nearer than what went wrong.
                    let nearer =
                        (hinted || dictated) && (!linked || cue == Cue::Amount) && !cue.is_secret();
                    let reaches = !nearer && (linked || distance <= REACH);
                    if !reaches {
                        break;
                    }
                    return Some(Near { cue, linked, behind: false });
                }
            }
        }
        if part {
            return Some(Near { cue: Cue::Part, linked: true, behind: false });
        }
        if hinted {
            return Some(Near { cue: Cue::Hint, linked: true, behind: false });
        }
        dictated.then_some(Near { cue: Cue::Dictation, linked: true, behind: false })
    }

    /// 是我的手机号: a cue behind the digits counts where it is linked to them, and to no others.
    fn cue_behind(&self, end: usize) -> Option<Near> {
        let at = self.cues.partition_point(|found| found.chars.start < end);
        let found = self.cues.get(at)?;
        let distance = found.chars.start - end;
        if found.chars.end > self.within.end || distance > REACH_BEHIND {
            return None;
        }
        // A mask behind it has taken it too.
        let mask = Some(self.within.end).filter(|end| *end < self.line.len());
        let next = self.next_run.into_iter().chain(mask).min();
        let taken = next.is_some_and(|next| {
            next >= found.chars.end
                && next - found.chars.end <= REACH_BEHIND
                && self.is_linking(found.chars.end..next)
        });
        if taken {
            return None;
        }
        let credential = matches!(found.cue, Cue::Code | Cue::Password | Cue::Hint);
        let directly = credential || matches!(found.cue, Cue::BankCard | Cue::ResidentId);
        let linked = (distance > 0 || directly) && self.is_linking(end..found.chars.start);
        let counts = linked && found.cue != Cue::Amount && found.cue != Cue::Dictation;
        (counts || credential && found.cue != Cue::Hint).then_some(Near {
            cue: found.cue,
            linked,
            behind: true,
        })
    }

    fn is_linking(&self, chars: Range<usize>) -> bool {
        let mut at = chars.start;
        while at < chars.end {
            at += match self.line.longest(at, LINKING_WORDS) {
                Some(length) => length,
                None if self.line.char(at).is_some_and(|link| LINKS.contains(link)) => 1,
                None => return false,
            };
        }
        true
    }

    /// Whether somebody used the number: 我用幺三七….
    pub(super) fn is_used(&self, run: &Run) -> bool {
        self.line.before(run.chars.start) == Some('用')
    }

    /// What the digits are counted in: 三百块, 60 秒, 2024 年.
    pub(super) fn measure(&self, run: &Run) -> Measure {
        let mut at = run.chars.end;
        while let Some(length) = self.line.longest(at, ABOUT) {
            at += length;
        }
        if self.line.longest(at, NAMES).is_some() {
            return Measure::Name;
        }
        // 点开看看, 分开, 个人, 时候: words of their own.
        const OTHER_WORDS: &[&str] = &[
            "点开",
            "点进",
            "点击",
            "点一",
            "分开",
            "分别",
            "个人",
            "时候",
            "人工",
            "人家",
            "米粉",
            "次日",
            "条件",
            "单独",
            "本人",
            "本来",
            "家里",
            "家长",
            "家人",
            "通知",
            "天天",
            "名下",
            "名字",
            "万一",
            "点了",
            "点获",
            "点不",
            "点登",
            "点确",
            "次次",
            "位置",
            "时间",
            "级别",
            "步骤",
            "钱包",
            "分给",
            "分机",
            "角色",
            "毛病",
            "条短信",
            "单子",
            "通过",
            "通不",
            "点半天",
        ];
        let counts =
            self.line.longest(at, COUNTS).is_some() && self.line.longest(at, OTHER_WORDS).is_none();
        if counts { Measure::Count } else { Measure::Nothing }
    }

    /// Whether the text ends here, so that more digits may follow with the next utterance.
    pub(super) fn is_open(&self, run: &Run) -> bool {
        let mut at = run.chars.end;
        at += gap(self.line, at);
        while matches!(self.line.char(at), Some('？' | '?' | '！' | '!')) {
            at += 1;
        }
        at >= self.line.len()
    }

    /// Whether more digits follow soon: 区号 0755 电话 …
    pub(super) fn goes_on(&self, run: &Run) -> bool {
        self.next_run.is_some_and(|next| next - run.chars.end <= REACH_BEHIND)
    }

    /// Whether the run is all that the text says.
    pub(super) fn is_alone(&self, run: &Run) -> bool {
        let start = gap(self.line, 0);
        start >= run.chars.start && self.is_open(run)
    }

    /// Where a password of words begins that ends in these digits: 密码是王小二加八八八. They stand at
    /// the end, or after 加.
    pub(super) fn words_of_password(&self, run: &Run) -> Option<usize> {
        /// Behind the cue, before the words.
        const SETS: &[&str] = &["是", "成", "用", "为", "设", "叫"];
        /// How far behind the cue one of them may stand: 密码设成了.
        const SETS_WITHIN: usize = 4;
        let n_before = self.cues.partition_point(|found| found.chars.end <= run.chars.start);
        let cue = n_before.checked_sub(1).and_then(|at| self.cues.get(at))?;
        if cue.chars.start < self.within.start || run.chars.start - cue.chars.end > REACH {
            return None;
        }
        let mut sets = (cue.chars.end..run.chars.start.min(cue.chars.end + SETS_WITHIN)).rev();
        let start = sets.find(|at| self.line.longest(*at, SETS).is_some())? + 1;
        let added = self.line.before(run.chars.start) == Some('加');
        (added || self.is_open(run)).then_some(if added { start } else { run.chars.start })
    }

    /// A letter of a token stands directly before the digits: SF1234567, 京A12345.
    pub(super) fn is_glued(&self, run: &Run) -> bool {
        self.line.before(run.chars.start).is_some_and(|before| {
            before.is_ascii_alphabetic() || matches!(before, '/' | '=' | '&' | '?' | '@')
        })
    }

    /// 962873 就是我的密码, but not 12306 也要验证码.
    pub(super) fn is_named(&self, run: &Run) -> bool {
        let at = run.chars.end + gap(self.line, run.chars.end);
        self.line.longest(run.chars.end, &["就是", "是", "这"]).is_some()
            || self.line.longest(at, &["是", "这"]).is_some()
    }

    /// 10086 发来的验证码.
    pub(super) fn is_sender(&self, run: &Run) -> bool {
        self.line.longest(run.chars.end, SENDERS).is_some()
    }

    /// Whether the pieces are parted by points, as in 3.14 and 192.168.1.1.
    pub(super) fn is_dotted(&self, run: &Run) -> bool {
        let text = self.line.slice(run.chars.clone());
        run.n_figures == run.digits.len()
            && text.chars().filter(|character| *character == '.').count() + 1 == run.pieces.len()
            && text.chars().all(|character| character == '.' || character.is_ascii_digit())
    }
}
