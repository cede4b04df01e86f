//! What may stand between two digits of one number: blanks, signs, fillers, and what callers say
//! while they dictate.
//!
//! It only measures; whether the digits on both sides belong together is decided elsewhere.

use super::line::Line;

/// Fillers and the words of dictation. Longer ones are tried before shorter ones.
const FILLERS: &[&str] = &[
    "后面四位是",
    "后面四位",
    "最后四位是",
    "最后四位",
    "末尾是",
    "末尾",
    "结尾是",
    "结尾",
    "尾巴是",
    "尾巴",
    "末四位是",
    "末四位",
    "再往后是",
    "再往后",
    "往后是",
    "往后",
    "再后面是",
    "生日",
    "出生日期",
    "中间四位是",
    "中间四位",
    "后面三位是",
    "后四位是",
    "后三位是",
    "后三位",
    "后两位是",
    "后两位",
    "后四位",
    "前三位是",
    "前四位是",
    "中间是",
    "中间",
    "后面是",
    "后面",
    "后边是",
    "后边",
    "最后是",
    "最后",
    "然后是",
    "然后",
    "就是说",
    "就是",
    "接着是",
    "接着",
    "接下来是",
    "接下来",
    "下面是",
    "下面",
    "跟着",
    "还有",
    "再来",
    "再是",
    "再",
    "继续",
    "完了是",
    "完了",
    "那个",
    "那",
    "这个",
    "等一下啊",
    "等一下",
    "等等",
    "等下",
    "等会儿",
    "等会",
    "稍等一下",
    "稍等",
    "我看一下",
    "我看看",
    "我看下",
    "我想一下",
    "我想想",
    "我想下",
    "你记一下",
    "您记一下",
    "记一下",
    "记好了吗",
    "记下来了吗",
    "记好了",
    "听清了吗",
    "听清楚了吗",
    "听得清吗",
    "听到了吗",
    "不对不对",
    "我是说",
    "我说错了",
    "说反了",
    "重新说",
    "重说",
    "我慢点说",
    "那四位是",
    "那四位",
    "不对",
    "不是",
    "说错了",
    "错了",
    "哦不",
    "应该是",
    "好像是",
    "横杠",
    "横线",
    "减号",
    "杠",
    "空格",
    "对对",
    "对",
    "好",
    "嗯",
    "啊",
    "呃",
    "额",
    "哦",
    "噢",
    "喔",
    "诶",
    "欸",
    "哎",
    "唉",
    "呀",
    "呢",
    "哈",
    "嘛",
];

/// The longest gap inside a number, in characters: two phrases of dictation and a filler.
const MAX_GAP: usize = 14;

/// How many characters of a gap stand here; 0 where there is none or it is too long.
pub(super) fn gap(line: &Line<'_>, at: usize) -> usize {
    let mut n_chars = 0;
    while let Some(character) = line.char(at + n_chars) {
        n_chars += if separates(character) {
            1
        } else {
            match line.longest(at + n_chars, FILLERS) {
                Some(length) => length,
                // 再四位, 然后 三位是: how many digits come next.
                None => match group(line, at + n_chars, n_chars > 0) {
                    0 => break,
                    length => length,
                },
            }
        };
        if n_chars > MAX_GAP {
            return 0;
        }
    }
    n_chars
}

/// 四位, 后4位是: the length of what announces the next group; 0 where nothing does. Without 后 or 末
/// something must part it from the digits before.
fn group(line: &Line<'_>, at: usize, parted: bool) -> usize {
    let n_ordering = usize::from(matches!(line.char(at), Some('后' | '末')));
    let counted = at + n_ordering;
    let announces = (parted || n_ordering > 0)
        && line.char(counted).is_some_and(|it| "两三四五六七八2345678".contains(it))
        && line.char(counted + 1) == Some('位');
    if !announces {
        return 0;
    }
    let closing = line.longest(counted + 2, &["是", "数", "数是", "的是", "数字", "数字是"]);
    n_ordering + 2 + closing.unwrap_or(0)
}

/// Blanks and signs that group digits; also marks that nobody sees, and what stands for bytes that
/// are no text.
fn separates(character: char) -> bool {
    character != '\n' && character.is_whitespace()
        || matches!(
            character,
            '-' | '－'
                | '—'
                | '–'
                | '‐'
                | '‑'
                | '−'
                | '_'
                | '.'
                | '·'
                | '•'
                | ','
                | '，'
                | '、'
                | '('
                | ')'
                | '（'
                | '）'
                | '…'
                | '。'
                | '~'
                | '～'
                | '|'
                | '*'
                | '\u{200b}'
                ..='\u{200f}'
                    | '\u{2060}'
                    | '\u{feff}'
                    | '\u{fe0f}'
                    | '\u{20e3}'
                    | '\u{ad}'
                    | '\u{fffd}'
        )
}
