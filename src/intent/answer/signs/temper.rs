//! Anger at the service, and curses.
//!
//! Curses are read to the letter (我妈的 is no 妈的), and one that is only quoted is none: 他骂我废物.
//! Anger at another user is that user's matter. It does not know how one speaks to the angry.

use super::super::{heard::Heard, phrases::Phrases};
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Temper {
    /// At us.
    Service,
    /// A curse: anger unless it is quoted.
    Curse,
    /// Anger unless somebody else is talked about.
    Plain,
    /// Somebody else: a user, a shop.
    Other,
    /// It looks like anger and is none.
    None,
}

static TEMPERS: LazyLock<Phrases<Temper>> = LazyLock::new(|| {
    const SERVICE: &str = "
        = 你们|你|你们这|你这 什么|都什么|是什么|什么狗屁|什么破 垃圾|玩意|东西|态度|狗屁|玩意儿
        = 什么|啥 破 软件|平台|公司|客服|系统|app|玩意|玩意儿|服务
        = 你们|你|你们这|什么|啥|你们什么|这什么|你们是什么|你们这什么|你们这个|这 垃圾|破|狗屁|烂|骗子|流氓|黑心|无良|缺德 平台|公司|客服|东西|玩意|玩意儿|服务|热线|系统|机器|抖音|机器人|电话
        = 垃圾|骗子|流氓|黑心|无良|坑人|坑爹|狗屁 平台|客服|抖音|服务|热线|机器人
        = 你们 就是|是|这是|这就是|这帮|这群|都是|全是|真是|简直是|都是一群|就是一群|一群|是一群|一帮 骗子|垃圾|流氓|强盗|土匪|废物|吃干饭的|吃屎的|猪|黑心|骗人|抢钱
        什么|啥|你们什么|这什么 态度
        投诉 你们|你|你们客服|客服|你们平台|你们公司|你们抖音|这个客服|这个机器|你这个|机器人|你们热线|你们的服务|你们的客服|你们的平台|你们这个平台|刚才那个客服|刚才那个接电话
        听不懂人话|听得懂人话|说人话|讲人话|会不会说人话|会说人话|能不能说人话
        你们|你 太过分|要不要脸|不要脸|还要不要脸|真不要脸|欺人太甚|太欺负人|欺负人|坑人|耍我|耍人|糊弄|忽悠|忽悠人|敷衍|踢皮球|推来推去|玩我|逗我玩|有病|有病吧|脑子有病|脑子有问题|耳朵聋|是不是有病|是不是聋|聋了
        你们|你们就|你们就是|就是|别|少|你少|还想 糊弄我|忽悠我|敷衍我|耍我|糊弄人
        气死我|气死我了|气死个人|气死人|气死人了|气死了|要气死我|被你们气死|把我气死|气炸了|气疯了|肺都气炸|一肚子火|一肚子气|憋了一肚子火|火冒三丈|恼火得很|气得发抖
        受够了|受够你们|忍无可忍|烦死我了|烦不烦|有完没完|一群骗子|大骗子|岂有此理|真他娘|太气人|太气人了
        起诉你们|告你们|曝光你们|告到你们|跟你们没完|砸了你们|举报你们平台|投诉到工信部|投诉到消协|打幺二三一五投诉你们
        要你们有什么用|要你有什么用|要你干什么|要你有啥用|养你们干什么|你们干什么吃的|你们是干什么吃的|吃干饭
    ";
    const CURSE: &str = "
        = 妈的|他妈的|他妈|你妈的|特么的|踏马的|他娘的|妈了个|妈蛋|滚|滚蛋|滚开|你滚|滚犊子|我操|卧槽|操你|草泥马|曹尼玛|草你|去你的|去你妈|傻逼|傻比|煞笔|傻叉|傻屌|傻子|脑残|智障|弱智|白痴|王八蛋|王八|混蛋|混账|狗日的|狗娘养|贱人|不要脸|无耻|放屁|放狗屁|狗屁|屁话|扯蛋|吃屎|废物|饭桶|神经病|有病吧|什么玩意|什么玩意儿|啥玩意|什么东西啊|老子要|老子不|老子等|劳资|龟儿|锤子|扑街|顶你个肺|fuck|shit
        = 我靠 我|你|啊|又|怎么|什么|这什么|咋|搞
    ";
    const PLAIN: &str = "= 像话吗|不像话|太不像话|烦死了|烦死人|太过分了|过分了吧|太欺负人了|欺人太甚|太坑了|坑死我|坑人吗|坑人呢|缺德|丧良心|没良心|太黑了";
    const OTHER: &str = "
        = 主播|博主|商家|店家|卖家|有人|他|她|他们|那个人|这个人|对方|那人|这人|骗子说|用户|粉丝|评论|网友|别人|人家|视频|直播间|作品|同行|老板|团长|孩子|男的|女的|那家|这家|号主|一个号|这个号|那个号|有个|房东|快递|拼多多|淘宝|电信|移动|联通|京东|美团|邻居|老公|老婆|儿子|隔壁
    ";
    const NONE: &str = "
        = 我|老|她|咱|俺|你|后|干|姨|爸|姑|大|丈|奶|亲|孩子|娃|爹|婆|舅|我家|孩子他|孩儿他|孩他|娃他|孩子她|儿子他|女儿她|他他|她她|他和他|他跟他|他爸他 妈的|妈 _
        = 他妈的 手机|卡|号|身份证|账号|钱|微信|指纹|支付宝|银行卡|密码|脸|名
        = 拿|用|刷|是|趁|到|绑|花|登|趁着 他妈的
        = 他妈 给|把|说|的手|的卡|的号|手|用|在|也|那|还|带|不|都|知|看|是|就|要|的指|的身|的微|的支|的账|的银|的钱|的密|的脸|和|跟|打|生|妈|没|发|有|一|拿|去|走|刚|病|住|早|本|说|瞒|来|叫|才|今|昨|哭|急
        = 打滚|滚动|滚筒|滚雪球|翻滚|摇滚|滚滚|滚烫|滚屏|滚轮|滚回|滚床|利滚利|驴打滚|滚铁环
        = 我操 作|办|心|场|盘|持|劳|刀|练|控|纵|守|姓
        = 操作|体操|操场|操盘|操心|早操|做操|操控|操纵|操蛋|情操|节操|操你的心|广播操|健身操|瑜伽操|课间操|出操|操办|操劳|操持|操练|操刀|操守
        = 我靠我 卖|拍|老|这|媳|女|儿|自|写|爸|妈|手|直|做
        = 可靠|依靠|靠谱|靠近|牢靠|靠着|就靠|全靠|靠不住|不靠|靠山|靠墙|靠直播|靠他|靠这|靠它|我靠抖音|我靠直播|我靠这|我靠它|我靠卖|我靠拍|我靠着|停靠|靠右|靠左|靠脸|靠拍|靠卖|要靠|得靠|靠一|靠自|靠打|靠窗|靠在|靠什么|靠得住|靠写|靠手|靠边|挂靠|只靠|靠读|靠听|靠谁|靠抖
        = 锤子手机|一锤子|钉锤子|铁锤子|木锤子|锤子科技|废物利用|废物回收|废物箱|大王八|王八羔|煲汤的王八|白痴式|白痴操作|小傻子|大傻子|地主家的傻子|傻子瓜子|傻子都|把我当傻子|当傻子
        = 神经病院|去死海|烧死|无耻之徒|骗子公司骗了|防骗子|遇到骗子|碰到骗子|被骗子|是骗子|抓骗子|骗子骗|骗子的|个骗子|那骗子|骗子把|骗子让|骗子用|骗子叫|骗子给|骗子还|骗子拿|骗子在|骗子号|骗子账|骗子群|骗子说|骗子电话|是不是骗子|会不会是骗子
        = 投诉你们 平台|那|抖音|那里|软件|app _|上|里|上面|里面|的|上的|里的|上面的 一|有|主播|用户|商家|那|这|视频|个|博主|店
        = 投诉客服 电话|在哪|怎么|热线|入口|渠道
        = 投诉你的|投诉你们的主播|投诉你们的商家|投诉你们主播|投诉你们商家|投诉你们用户|投诉你一个|投诉你们一个|什么破解|什么烂尾|什么破损
        = 你垃圾|这破损|这烂|不像话的视频|骗子平台上|骗子客服说|骗子客服骗
        = 骗子 平台|客服 骗|让|打|说|给|把|叫
    ";
    Phrases::new(&[
        (Temper::None, NONE),
        (Temper::Service, SERVICE),
        (Temper::Curse, CURSE),
        (Temper::Plain, PLAIN),
        (Temper::Other, OTHER),
    ])
});

/// Behind one of these a curse is quoted.
static QUOTES: LazyLock<Phrases<()>> = LazyLock::new(|| {
    let words = "= 骂|骂了|骂我|骂人|骂他|骂她|骂你|说我|说了|说了个|说了句|说句|说一句|评论|写|写了|写了句|打了|叫我|喊我|喊|讽刺|侮辱|辱骂|发了|发了句|说他|说她|说|评我|回了|回了句|回我|回他|叫|念|配文|标题|弹幕|里说|里喊|骂的|飙|飙了|词|两个字|一句|带";
    Phrases::new(&[((), words)])
});

/// How many characters lie between a quoting word and the end of what it quotes: 骂我是个废物.
const QUOTED: usize = 7;

pub(super) fn is_angry(heard: &Heard) -> bool {
    let mut has_other = false;
    let mut at = 0;
    while at < heard.len() {
        let Some(hit) = TEMPERS.at(heard, at) else {
            at += 1;
            continue;
        };
        let found = match hit.tag {
            Temper::Service => true,
            Temper::Curse => !is_quoted(heard, hit.start, hit.end),
            Temper::Plain => !has_other,
            Temper::Other => {
                has_other = true;
                false
            }
            Temper::None => false,
        };
        if found {
            return true;
        }
        at = hit.end;
    }
    false
}

fn is_quoted(heard: &Heard, start: usize, end: usize) -> bool {
    let quoted_before = (start.saturating_sub(QUOTED)..start)
        .any(|at| QUOTES.at(heard, at).is_some_and(|hit| hit.end <= start));
    // 傻子两个字, 狗屁这个词: talked about.
    let named = ["两个字", "这个词", "这两", "三个字", "这句", "四个字", "这词"];
    let behind: String = heard.chars()[end..].iter().take(3).collect();
    quoted_before || named.iter().any(|word| behind.starts_with(word))
}
