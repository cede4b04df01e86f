//! The closed list of categories and topics.
//!
//! The names are a contract: they stand in JSON, on the wire and in reports.

use std::{fmt, str::FromStr};

/// A desk of the hotline, the wish for a person, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// 账号: login, bans, real name, a stolen account.
    Account,
    /// 内容: videos, reviews, reports, live rooms.
    Content,
    /// 财务: recharges, refunds, withdrawals, orders.
    Finance,
    /// 人工: a clear wish for a person.
    Human,
    /// Another company's product, chit-chat, a wrong number.
    Other,
}

impl Category {
    /// All categories, desks first.
    pub const ALL: [Self; 5] =
        [Self::Account, Self::Content, Self::Finance, Self::Human, Self::Other];

    /// The name used in JSON and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Content => "content",
            Self::Finance => "finance",
            Self::Human => "human",
            Self::Other => "other",
        }
    }

    /// Whether a specialist desk stands behind this category.
    #[must_use]
    pub const fn is_desk(self) -> bool {
        matches!(self, Self::Account | Self::Content | Self::Finance)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares the topics once: variant, dotted name, Chinese title, category.
macro_rules! topics {
    ($($variant:ident $name:literal $title:literal $category:ident,)+) => {
        /// What a caller wants, finer than the desk. The boundaries are documented in
        /// `hotline/default.toml`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the dotted name beside each variant says it")]
        pub enum Topic { $($variant,)+ }

        impl Topic {
            /// All topics, in the order of the desks.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The dotted name used in JSON, on the wire and in the profile.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What operators call it, in Chinese.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// The desk that this topic belongs to.
            #[must_use]
            pub const fn category(self) -> Category {
                match self { $(Self::$variant => Category::$category,)+ }
            }
        }
    };
}

topics! {
    LoginFailed "account.login_failed" "登录不上" Account,
    VerificationCode "account.verification_code" "验证码" Account,
    SecurityCheck "account.security_check" "安全验证" Account,
    PasswordReset "account.password_reset" "密码" Account,
    Stolen "account.stolen" "账号被盗" Account,
    Banned "account.banned" "封号" Account,
    RealName "account.real_name" "实名认证" Account,
    PhoneChange "account.phone_change" "换绑手机" Account,
    Cancel "account.cancel" "注销" Account,
    MinorMode "account.minor_mode" "青少年模式" Account,
    Profile "account.profile" "资料修改" Account,
    Removed "content.removed" "作品被下架" Content,
    Review "content.review" "审核" Content,
    Limited "content.limited" "限流" Content,
    Infringement "content.infringement" "侵权" Content,
    Report "content.report" "举报" Content,
    Live "content.live" "直播" Content,
    Publish "content.publish" "发布失败" Content,
    RechargeMissing "finance.recharge_missing" "充值未到账" Finance,
    Refund "finance.refund" "退款" Finance,
    Withdrawal "finance.withdrawal" "提现" Finance,
    DuplicateCharge "finance.duplicate_charge" "扣费不对" Finance,
    AdBilling "finance.ad_billing" "广告投放" Finance,
    MinorRecharge "finance.minor_recharge" "未成年充值" Finance,
    Invoice "finance.invoice" "发票" Finance,
    AutoRenew "finance.auto_renew" "自动续费" Finance,
    Fraud "finance.fraud" "被骗" Finance,
    Order "finance.order" "订单" Finance,
    HumanRequest "human.request" "要人工" Human,
    Other "other" "其他" Other,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no topic.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown topic \"{0}\"")]
pub struct UnknownTopic(String);

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|topic| topic.as_str() == name)
            .ok_or_else(|| UnknownTopic(name.to_owned()))
    }
}
