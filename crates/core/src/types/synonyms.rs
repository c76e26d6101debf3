//! Other words for keys and values. Which there are is data of the standard library.

use relc_syntax::diagnostic::same_name;

/// The one of `known` that `key` is another word for.
pub fn of_key<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    find("key", key, known)
}

/// The one of `known` that `value` is another word for.
pub fn of_value<'a>(value: &str, known: &[&'a str]) -> Option<&'a str> {
    find("value", value, known)
}

/// Returns the path at which `key` goes below one of `known`.
pub fn path_of_key(key: &str, known: &[&str]) -> Option<&'static str> {
    let is_below = |path: &str| path.split_once(['.', '[']).is_some_and(|(first, _)| known.contains(&first));
    words("key", key).into_iter().flatten().find(|path| is_below(path))
}

/// The keys that a scalar is meant for where an object is expected, the likeliest first.
pub fn keys_of_scalars() -> impl Iterator<Item = &'static str> {
    words("scalar", "object").into_iter().flatten()
}

fn find<'a>(what: &str, word: &str, known: &[&'a str]) -> Option<&'a str> {
    words(what, word)?.find_map(|meant| known.iter().copied().find(|known| *known == meant))
}

/// Returns the words that `word` is another one for.
fn words(what: &str, word: &str) -> Option<impl Iterator<Item = &'static str>> {
    relc_stdlib::SYNONYMS.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let is_meant = words.next() == Some(what) && words.next().is_some_and(|known| same_name(known, word));
        is_meant.then_some(words)
    })
}
