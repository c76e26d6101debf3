//! Changes of texts that keep most of their structure: whole tokens and lines are moved, and words come from the grammar.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use relc_core::library::Catalog;

/// The words of the grammar, the fields of the library's environments, and characters that are easily misread.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(words);

/// Texts that the grammar doesn't have.
const ODD: &[&str] = &[
    "\u{a0}",
    "\r",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{0}",
    "é",
    "漢",
    "𝄞",
    "“",
    "\u{2028}",
    "\"",
    "'",
    "`",
    "\\",
    "\"\"\"",
    "/*",
    "*/",
    "//",
    "#",
    "null",
    "~",
    "{}",
    "[]",
    "0",
    "-1",
    "99999999999999999999",
    "1.5",
    "100%",
    "101%",
    "\n====\n",
    "- ",
    ": ",
    "application:",
    "environment:",
    "versions:",
    "metadata:",
    "{{ x }}",
    "&a",
    "*a",
    "<<: ",
    "|",
    ">",
    "---\n",
    "import \"common.rel\" as c\n",
    "import \"comon.rel\" as c\n",
    "c.port",
    "\n",
    "\n\n",
];

fn words() -> Vec<String> {
    let mut words: BTreeSet<String> = ODD.iter().map(|word| (*word).to_owned()).collect();
    let grammar = include_str!("../../grammar/relc.pest");
    let quoted = grammar
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2));
    words.extend(quoted.filter(|word| !word.is_empty() && !word.contains('\\')).map(str::to_owned));
    let catalog = Catalog::builtin();
    for name in catalog.environment_names() {
        words.insert(name.to_owned());
        let Some(found) = catalog.environment(name) else { continue };
        for strategy in found.environment.strategy_names() {
            words.insert(strategy.to_owned());
            let plan = found.plan(Some(strategy));
            let fields = plan.settings.fields.iter().chain(&plan.version.fields);
            words.extend(fields.map(|field| field.item.name.text.to_string()));
        }
    }
    words.into_iter().collect()
}

/// A small generator of numbers: the search repeats a run by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    /// Returns a word of the dictionary.
    fn word(&mut self) -> &'static str {
        self.one_of::<String>(&WORDS)
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Changes the `size` bytes of `data`, which has room for `max_size`, and returns the new size.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let text = match std::str::from_utf8(&data[..size]) {
        // Bytes are changed now and then, for what no word is.
        Ok(text) if random.below(8) > 0 => text.to_owned(),
        _ => return libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    };
    let mut text = text;
    for _ in 0..=random.below(3) {
        text = changed(&text, &mut random);
    }
    let mut length = text.len().min(max_size).min(data.len());
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    data[..length].copy_from_slice(&text.as_bytes()[..length]);
    length
}

fn changed(text: &str, random: &mut Random) -> String {
    let by_lines = random.below(3) == 0;
    let pieces = if by_lines { lines(text) } else { tokens(text) };
    if pieces.is_empty() {
        return random.word().to_owned();
    }
    let at = random.below(pieces.len());
    let end = (at + 1 + random.below(3)).min(pieces.len());
    let range = pieces[at].start..pieces[end - 1].end;
    let other = text[random.one_of(&pieces).clone()].to_owned();
    let replaced = |range: Range<usize>, with: &str| format!("{}{with}{}", &text[..range.start], &text[range.end..]);
    match random.below(8) {
        0 => replaced(range, ""),
        1 => replaced(range.end..range.end, &text[range.clone()]),
        2 => replaced(range, &other),
        3 => replaced(range.start..range.start, &other),
        4 | 5 => replaced(pieces[at].clone(), random.word()),
        6 => replaced(range.start..range.start, random.word()),
        _ => replaced(range.start..range.start, &format!("{} ", random.word())),
    }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            at += line.len();
            at - line.len()..at
        })
        .collect()
}

/// Words, runs of space, and single other characters.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => 1,
        ' ' => 2,
        _ => 0,
    };
    let mut found: Vec<(Range<usize>, i32)> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match found.last_mut() {
            Some((last, known)) if *known == class(c) && class(c) != 0 => last.end = end,
            _ => found.push((at..end, class(c))),
        }
    }
    found.into_iter().map(|(range, _)| range).collect()
}
