//! What people write most, for the order of candidates. Which that is, is data of the standard library.

/// Returns the words of a place, the most usual first: the keys below a key, or what an `@` names.
pub(super) fn below(place: &str) -> impl Iterator<Item = &'static str> + Clone + use<> {
    line(&[place])
}

/// Returns the usual values of a key.
pub(super) fn values(key: &str) -> impl Iterator<Item = &'static str> + Clone + use<> {
    line(&["=", key])
}

fn line(head: &[&str]) -> impl Iterator<Item = &'static str> + Clone + use<> {
    let rest = relc_stdlib::USUAL.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        head.iter().all(|word| words.next() == Some(word)).then_some(words)
    });
    rest.into_iter().flatten()
}

/// Returns the rank of a word in a place: smaller is more usual.
pub(super) fn rank(place: &str, word: &str) -> usize {
    below(place).position(|known| known == word).unwrap_or(usize::MAX)
}

/// Sorts names by how usual they are in a place; others stay in their order.
pub(super) fn sort<T>(place: &str, names: &mut [T], name: impl Fn(&T) -> &str) {
    names.sort_by_key(|item| rank(place, name(item)));
}
