//! The words around a run of digits, and what they say about it.
//!
//! The nearest cue decides: 抖音号绑的手机 is about a phone. A cue that only linking words separate
//! from the digits says more than one further off.

/// What a word says about the digits near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// A phone number is meant.
    Phone,
    /// An identity number is meant.
    ResidentId,
    /// A bank card is meant.
    BankCard,
    /// A verification code is meant.
    Code,
    /// A password is meant.
    Password,
    /// A number that anybody may know: an order, an error, a public account.
    Harmless,
}

/// How far before the digits a cue may stand, in characters.
const REACH: usize = 14;
/// How far behind the digits.
const REACH_BEHIND: usize = 8;

const CUES: [(&str, Cue); 62] = [
    ("手机", Cue::Phone),
    ("电话", Cue::Phone),
    ("号码", Cue::Phone),
    ("座机", Cue::Phone),
    ("联系", Cue::Phone),
    ("打给", Cue::Phone),
    ("打我", Cue::Phone),
    ("拨", Cue::Phone),
    ("微信", Cue::Phone),
    ("身份", Cue::ResidentId),
    ("证件", Cue::ResidentId),
    ("证号", Cue::ResidentId),
    ("卡号", Cue::BankCard),
    ("银行卡", Cue::BankCard),
    ("储蓄卡", Cue::BankCard),
    ("信用卡", Cue::BankCard),
    ("工资卡", Cue::BankCard),
    ("验证码", Cue::Code),
    ("校验码", Cue::Code),
    ("动态码", Cue::Code),
    ("动态密码", Cue::Code),
    ("短信码", Cue::Code),
    ("认证码", Cue::Code),
    ("检验码", Cue::Code),
    ("确认码", Cue::Code),
    ("短信密码", Cue::Code),
    ("验证吗", Cue::Code),
    ("密码", Cue::Password),
    ("密马", Cue::Password),
    ("口令", Cue::Password),
    ("抖音号", Cue::Harmless),
    ("抖号", Cue::Harmless),
    ("火山号", Cue::Harmless),
    ("订单", Cue::Harmless),
    ("定单", Cue::Harmless),
    ("单号", Cue::Harmless),
    ("工单", Cue::Harmless),
    ("流水", Cue::Harmless),
    ("错误", Cue::Harmless),
    ("报错", Cue::Harmless),
    ("代码", Cue::Harmless),
    ("编号", Cue::Harmless),
    ("编码", Cue::Harmless),
    ("工号", Cue::Harmless),
    ("房间", Cue::Harmless),
    ("直播间", Cue::Harmless),
    ("货号", Cue::Harmless),
    ("型号", Cue::Harmless),
    ("版本", Cue::Harmless),
    ("快递", Cue::Harmless),
    ("运单", Cue::Harmless),
    ("发票", Cue::Harmless),
    ("商品", Cue::Harmless),
    ("店铺", Cue::Harmless),
    ("案件", Cue::Harmless),
    ("受理号", Cue::Harmless),
    ("粉丝", Cue::Harmless),
    ("播放", Cue::Harmless),
    ("uid", Cue::Harmless),
    ("UID", Cue::Harmless),
    ("id", Cue::Harmless),
    ("ID", Cue::Harmless),
];

/// Words and signs that may stand between a cue and its digits without loosening it.
const LINKS: &str = "是为叫有的号码个就那这呢啊嗯呃哦我你它看写着显示收到发来了念给填输入设成改等于后面尾：:，,#＃。. \t\u{3000}“”\"'=";

/// What digits are counted in: amounts, times, quantities.
const MEASURES: [&str; 46] = [
    "块", "元", "万", "亿", "毛", "角", "分钱", "钱", "次", "个", "遍", "条", "天", "年", "月",
    "日", "号线", "点", "时", "小时", "分钟", "秒", "岁", "人", "位", "斤", "公里", "米", "粉",
    "播放", "赞", "抖币", "音浪", "％", "%", "倍", "级", "楼", "单", "件", "张", "台", "集", "期",
    "折", "步",
];

/// The text before and behind a run.
pub(super) struct Surroundings<'text> {
    /// From the last secret, or the start, to the run.
    pub(super) before: &'text str,
    /// From the run to the end.
    pub(super) after: &'text str,
}

/// The nearest cue, and whether only linking words separate it from the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nearest {
    pub(super) cue: Cue,
    pub(super) linked: bool,
}

impl Surroundings<'_> {
    /// The cue that the digits belong to, if there is one.
    pub(super) fn cue(&self) -> Option<Nearest> {
        let behind = self.cue_behind();
        let before = self.cue_before();
        match (before, behind) {
            (Some(before), Some(behind)) if !before.linked => Some(behind),
            (None, behind) => behind,
            (before, _) => before,
        }
    }

    /// Whether the digits are counted in something: 三百块, 60 秒.
    pub(super) fn is_quantity(&self) -> bool {
        MEASURES.iter().any(|measure| self.after.starts_with(measure))
    }

    fn cue_before(&self) -> Option<Nearest> {
        let start = self.before.char_indices().rev().take(REACH).last().map_or(0, |(at, _)| at);
        let near = &self.before[start..];
        let (end, cue) = CUES
            .iter()
            .filter_map(|(word, cue)| near.rfind(word).map(|at| (at + word.len(), word.len(), cue)))
            .max_by_key(|(end, length, _)| (*end, *length))
            .map(|(end, _, cue)| (end, *cue))?;
        Some(Nearest { cue, linked: near[end..].chars().all(|between| LINKS.contains(between)) })
    }

    /// 是我的手机号: a cue behind the digits counts where it is linked to them.
    fn cue_behind(&self) -> Option<Nearest> {
        let end =
            self.after.char_indices().nth(REACH_BEHIND).map_or(self.after.len(), |(at, _)| at);
        let near = &self.after[..end];
        let (start, cue) = CUES
            .iter()
            .filter_map(|(word, cue)| near.find(word).map(|at| (at, word.len(), cue)))
            .min_by_key(|(start, length, _)| (*start, usize::MAX - length))
            .map(|(start, _, cue)| (start, *cue))?;
        let between = &near[..start];
        let linked = !between.is_empty() && between.chars().all(|link| LINKS.contains(link));
        linked.then_some(Nearest { cue, linked })
    }
}
