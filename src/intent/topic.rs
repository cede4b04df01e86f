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

/// Declares the topics once: variant, dotted name, category.
macro_rules! topics {
    ($($variant:ident $name:literal $category:ident,)+) => {
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

            /// The desk that this topic belongs to.
            #[must_use]
            pub const fn category(self) -> Category {
                match self { $(Self::$variant => Category::$category,)+ }
            }
        }
    };
}

topics! {
    LoginFailed "account.login_failed" Account,
    VerificationCode "account.verification_code" Account,
    SecurityCheck "account.security_check" Account,
    PasswordReset "account.password_reset" Account,
    Stolen "account.stolen" Account,
    Banned "account.banned" Account,
    RealName "account.real_name" Account,
    PhoneChange "account.phone_change" Account,
    Cancel "account.cancel" Account,
    MinorMode "account.minor_mode" Account,
    Profile "account.profile" Account,
    Removed "content.removed" Content,
    Review "content.review" Content,
    Limited "content.limited" Content,
    Infringement "content.infringement" Content,
    Report "content.report" Content,
    Live "content.live" Content,
    Publish "content.publish" Content,
    RechargeMissing "finance.recharge_missing" Finance,
    Refund "finance.refund" Finance,
    Withdrawal "finance.withdrawal" Finance,
    DuplicateCharge "finance.duplicate_charge" Finance,
    AdBilling "finance.ad_billing" Finance,
    MinorRecharge "finance.minor_recharge" Finance,
    Invoice "finance.invoice" Finance,
    AutoRenew "finance.auto_renew" Finance,
    Fraud "finance.fraud" Finance,
    Order "finance.order" Finance,
    HumanRequest "human.request" Human,
    Other "other" Other,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no topic.
#[derive(Debug, thiserror::Error)]
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
