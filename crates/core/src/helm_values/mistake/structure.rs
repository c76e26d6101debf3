//! Mistakes in indentation, dashes and colons.

use super::Mistake;
use super::lines::Lines;
use relc_syntax::diagnostic::Applicability;
use relc_syntax::lookalike;

/// A text that is indented with tabs throughout.
pub fn tabs(lines: &Lines<'_>) -> Option<Mistake> {
    let indents = (0..lines.len()).filter(|line| lines.item(*line).is_some()).filter_map(|line| {
        let range = lines.range(line).start..lines.trimmed(line).start;
        (!range.is_empty()).then_some(range)
    });
    let indents: Vec<_> = indents.collect();
    // An item's further keys are aligned to its first one with spaces after the tabs.
    let tabs =
        |range: &std::ops::Range<usize>| lines.text[range.clone()].bytes().take_while(|byte| *byte == b'\t').count();
    let is_tabs = |range: &std::ops::Range<usize>| {
        tabs(range) > 0 && lines.text[range.start + tabs(range)..range.end].bytes().all(|byte| byte == b' ')
    };
    if indents.len() < 2 || !indents.iter().all(is_tabs) {
        return None;
    }
    let first = indents.first()?;
    let help = "indent with spaces: 2 in place of each tab";
    let mistake = Mistake::new(first.clone(), "tabs cannot indent YAML", help);
    let repaired = { indents.into_iter() }.fold(mistake, |mistake, range| {
        let columns = range.len() + tabs(&range);
        mistake.repair(range, " ".repeat(columns))
    });
    Some(repaired.offer(Applicability::Unsafe))
}

/// A character that looks like the dash, the colon or the spaces that a line needs.
pub fn lookalike(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let range = lines.range(line);
    lines.item(line)?;
    let text = &lines.text[range.clone()];
    let odd_space = |c: char| lookalike::is_odd_space(c) || lookalike::is_invisible(c);
    let body = text.trim_start_matches(|c: char| c == ' ' || c == '\t' || odd_space(c));
    let column = text.len() - body.len();
    if let Some((at, space)) = text[..column].char_indices().find(|(_, c)| odd_space(*c)) {
        // A character without width takes no column.
        let indent: String = text[..column].chars().filter(|c| !lookalike::is_invisible(*c)).map(|_| ' ').collect();
        let at = range.start + at..range.start + at + space.len_utf8();
        let mistake = Mistake::new(at, "this is not an ordinary space", "indent with spaces");
        return Some(mistake.repair(range.start..range.start + column, indent).offer(Applicability::Safe));
    }
    let key = body.trim_start_matches("- ");
    let skipped = column + body.len() - key.len();
    let replaced = |at: usize, c: char, with: &str, fixed: String| {
        let at = range.start + at..range.start + at + c.len_utf8();
        let (ascii, name) = lookalike::of(c).unwrap_or((' ', "not an ordinary space"));
        let message = if ascii == ' ' { format!("this is {name}") } else { format!("`{c}` is {name}, not `{ascii}`") };
        let shown: String = fixed.trim_end().chars().take(60).collect();
        Mistake::new(at.clone(), message, format!("write `{shown}`")).repair(at, with).offer(Applicability::Safe)
    };
    let first = key.chars().next()?;
    if let (Some(('-', _)), Some(rest)) =
        (lookalike::of(first), key.strip_prefix(first).and_then(|rest| rest.strip_prefix(' ')))
    {
        return Some(replaced(skipped, first, "-", format!("- {rest}")));
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = key.find(|c: char| !is_word(c)).filter(|length| *length > 0)?;
    let mark = key[length..].chars().next()?;
    let (name, after) = (&key[..length], &key[length + mark.len_utf8()..]);
    if let Some((':', _)) = lookalike::of(mark) {
        let gap = if after.is_empty() || after.starts_with(' ') { "" } else { " " };
        return Some(replaced(skipped + length, mark, &format!(":{gap}"), format!("{name}:{gap}{after}")));
    }
    let space = after.chars().next().filter(|c| mark == ':' && odd_space(*c))?;
    let value = after.trim_start_matches(odd_space);
    Some(replaced(skipped + length + 1, space, " ", format!("{name}: {value}")))
}

/// A tab among the white space that begins `line`.
pub fn tab(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let range = lines.range(line);
    let indent = range.start..lines.trimmed(line).start;
    let tab = indent.start + lines.text[indent.clone()].find('\t')?;
    let wanted = lines.content_before(line).map_or(0, |above| {
        let item = lines.item(above);
        let column = item.as_ref().map_or(0, |item| item.content - lines.range(above).start);
        let opens = item.is_some_and(|item| item.key.is_some() && item.value.is_empty());
        if opens { column + 2 } else { column }
    });
    let help = format!("indent with spaces: {wanted} here");
    let mistake = Mistake::new(tab..tab + 1, "a tab cannot indent YAML", help);
    Some(mistake.repair(indent, " ".repeat(wanted)).offer(Applicability::Unsafe))
}

/// A dash or a colon without the space after it: `-image: x`, `image:x`.
pub fn glued(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let end = lines.range(line).end;
    let rest = &lines.text[item.content..end];
    if let Some(after) =
        rest.strip_prefix('-').filter(|after| after.starts_with(|c: char| c.is_alphabetic() || "\"'{[".contains(c)))
    {
        let shown: String = after.trim_end().chars().take(60).collect();
        let at = item.content..item.content + 1;
        let mistake = Mistake::new(at.clone(), "a space is missing after the dash `-`", format!("write `- {shown}`"));
        return Some(mistake.repair(at.end..at.end, " ").offer(Applicability::Safe));
    }
    let colon = rest.find(':')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_key = !rest[..colon].is_empty() && rest[..colon].chars().all(is_word);
    let after = &rest[colon + 1..];
    let is_glued = after.starts_with(|c: char| !c.is_whitespace() && c != '/') && !after.contains(": ");
    if !is_key || !is_glued {
        return None;
    }
    let at = item.content + colon..item.content + colon + 1;
    let help = format!("write `{}: {}`", &rest[..colon], after.trim_end());
    let mistake = Mistake::new(at.clone(), "a space is missing after the colon", help);
    // After a space, `#` begins a comment.
    let applicability = if after.starts_with('#') { Applicability::Unsafe } else { Applicability::Safe };
    Some(mistake.repair(at.end..at.end, " ").offer(applicability))
}

/// An item of a list that begins with another sign than a dash: `* image: x`.
pub fn bullet(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let range = lines.range(line);
    let start = lines.trimmed(line).start;
    let sign = lines.text[start..range.end].chars().next().filter(|c| matches!(c, '*' | '+' | '\u{2022}'))?;
    let rest = lines.text[start..range.end].strip_prefix(sign)?.strip_prefix(' ')?.trim_start();
    if item.dash.is_some() || !rest.contains(':') {
        return None;
    }
    let shown: String = rest.trim_end().chars().take(60).collect();
    let message = format!("an item of a list begins with `-`, not `{sign}`");
    let mistake = Mistake::new(start..start + sign.len_utf8(), message, format!("write `- {shown}`"));
    let signs = (0..lines.len()).filter(|other| lines.item(*other).is_some()).filter_map(|other| {
        let at = lines.trimmed(other).start;
        let rest = lines.text[at..lines.range(other).end].strip_prefix(sign)?;
        rest.starts_with(' ').then_some(at..at + sign.len_utf8())
    });
    let repaired = { signs }.fold(mistake, |mistake, at| mistake.repair(at, "-"));
    Some(repaired.offer(Applicability::Unsafe).likely(true))
}

/// The key on `line`, if it is the first of an item whose dash is missing: the next item begins with the same key.
fn dashless(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line).filter(|item| item.dash.is_none())?;
    let (key, column) = (item.key?, lines.indent(line));
    let list = lines.item(lines.content_before(line)?).filter(|list| list.value.is_empty() && list.dash.is_none())?;
    let next =
        (line + 1..lines.len()).take(200).find(|next| lines.item(*next).is_some() && lines.indent(*next) <= column)?;
    let next = lines.item(next).filter(|next| next.dash.is_some())?;
    let is_alike = next.key.is_some_and(|other| lines.text[other] == lines.text[key.clone()]);
    let name = &lines.text[list.key.filter(|_| is_alike)?];
    let shown: String = lines.text[lines.trimmed(line)].chars().take(60).collect();
    let message = format!("the first item of `{name}` has no dash");
    let mistake = Mistake::new(lines.char_at(key.start), message, format!("write `- {shown}`"));
    let mistake = mistake.related(next.dash?..next.dash? + 1, "the next item");
    Some(mistake.repair(item.content..item.content, "- ").offer(Applicability::Unsafe).likely(true))
}

/// A line that gives keys to a key that has a value already.
pub fn under_a_value(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let key = item.key.clone().or_else(|| item.dash.map(|dash| dash..dash + 1))?;
    let above = lines.content_before(line)?;
    let parent = lines.item(above)?;
    let parent_key = parent.key?;
    let value = &lines.text[parent.value.clone()];
    let column = parent.content - lines.range(above).start;
    let indent = lines.indent(line);
    if value.is_empty() || value.starts_with(['|', '>', '&', '!', '{', '[']) || indent <= column {
        return None;
    }
    let is_first_of_item = parent.dash.is_some();
    if let Some(mistake) = dashless(lines, above) {
        return Some(mistake);
    }
    let (name, parent) = (&lines.text[key.clone()], &lines.text[parent_key.clone()]);
    // Under an empty key the first line may be the one that is not indented.
    let outer =
        lines.content_before(above).filter(|outer| lines.indent(*outer) == lines.indent(above) && !is_first_of_item);
    if outer.and_then(|outer| lines.item(outer)).is_some_and(|outer| outer.key.is_some() && outer.value.is_empty()) {
        let message = format!("`{parent}` is indented by {}, the next line by {indent}", spaces(column));
        let help = format!("indent `{parent}` by {}", spaces(indent));
        let mistake = Mistake::new(parent_key, message, help).related(key, format!("indented by {indent}"));
        return Some(reindent(mistake, lines, above, indent));
    }
    // Between lines that are indented alike, the one with the value is the one that is not.
    let aligned = (0..above).rev().take(200).filter(|line| lines.item(*line).is_some());
    let aligned = aligned.map(|line| lines.indent(line)).find(|column| *column <= indent);
    if aligned == Some(indent) && !is_first_of_item {
        let message = format!("`{parent}` is indented by {}, the lines around it by {indent}", spaces(column));
        let help = format!("indent `{parent}` by {}", spaces(indent));
        let mistake = Mistake::new(parent_key, message, help).related(key, format!("indented by {indent}"));
        return Some(reindent(mistake, lines, above, indent));
    }
    let message = format!("`{name}` is indented under `{parent}`, which already has the value `{value}`");
    let help = format!("indent `{name}` by {}, like `{parent}`", spaces(column));
    let mistake = Mistake::new(key, message, help).related(parent_key, format!("indented by {column}"));
    Some(reindent(mistake, lines, line, column))
}

/// A key and its value without a colon between them: `port 8080`, `port = 8080`.
pub fn without_colon(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    if item.key.is_some() {
        return None;
    }
    let column = item.content - lines.range(line).start;
    let goes_on = lines.content_after(line).is_some_and(|next| lines.indent(next) == column);
    if item.dash.is_some() && !goes_on {
        return None;
    }
    let content = &lines.text[item.value.clone()];
    let length = content.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let rest = content[length..].trim_start();
    let value = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    if length == 0 || value.is_empty() || !content[length..].starts_with([' ', '=', '\t']) {
        return None;
    }
    let (key, gap) = (item.content..item.content + length, item.content + length..item.value.end - value.len());
    let help = format!("write `{}: {value}`", &lines.text[key.clone()]);
    let mistake = Mistake::new(key.clone(), format!("a colon is missing after `{}`", &lines.text[key]), help);
    Some(mistake.repair(gap, ": ").offer(Applicability::Safe))
}

/// A comment of another language.
pub fn comment(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let rest = &lines.text[item.content..lines.range(line).end];
    let text = rest.strip_prefix("//")?.trim();
    let at = item.content..item.content + 2;
    let mistake = Mistake::new(at.clone(), "a comment begins with `#` in YAML", format!("write `# {text}`"));
    Some(mistake.repair(at, "#").offer(Applicability::Safe))
}

/// A line whose indentation is that of no line that it could belong to.
pub fn indentation(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let found = lines.indent(line);
    let levels = levels(lines, line, item.dash.is_some());
    if levels.contains(&found) || levels.first().is_none_or(|deepest| found > *deepest) {
        return None;
    }
    // Between two, the line is most likely like the next one.
    let next = lines.content_after(line).filter(|next| lines.item(*next).is_some_and(|item| item.dash.is_none()));
    let next = next.map(|next| lines.indent(next));
    let wanted = levels.iter().copied().min_by_key(|level| (level.abs_diff(found), Some(*level) != next))?;
    let range = lines.range(line);
    let word = || {
        item.content..item.content + lines.text[item.content..range.end].find(' ').unwrap_or(range.end - item.content)
    };
    let at = item.key.clone().or_else(|| item.dash.map(|dash| dash..dash + 1)).unwrap_or_else(word);
    let name = &lines.text[at.clone()];
    let message = format!("`{name}` is indented by {}, the lines around it by {wanted}", spaces(found));
    let what = if moved(lines, line, wanted) > line { "this line and those of its item" } else { "this line" };
    let help = format!("indent {what} by {}", spaces(wanted));
    let neighbor = neighbor(lines, line, wanted);
    let mut mistake = Mistake::new(if found == 0 { at } else { range.start..range.start + found }, message, help);
    if let Some(neighbor) = neighbor {
        mistake = mistake.related(neighbor, format!("indented by {wanted}"));
    }
    Some(reindent(mistake, lines, line, wanted))
}

/// The key above `line` whose column is `column`.
fn neighbor(lines: &Lines<'_>, line: usize, column: usize) -> Option<std::ops::Range<usize>> {
    let above = (0..line).rev().take(200);
    let mut items = above.filter_map(|at| lines.item(at).map(|item| (lines.range(at).start, item)));
    items.find_map(|(start, item)| item.key.filter(|key| key.start - start == column))
}

/// The columns at which `line` could begin, the deepest first.
fn levels(lines: &Lines<'_>, line: usize, is_item: bool) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::new();
    let mut deepest = usize::MAX;
    for above in (0..line).rev() {
        let Some(item) = lines.item(above) else { continue };
        let indent = lines.indent(above);
        if indent >= deepest {
            continue;
        }
        deepest = indent;
        let behind_dash = item.dash.map(|_| item.content - lines.range(above).start);
        // A key is at the column of keys, an item at that of dashes.
        match behind_dash {
            Some(column) if !is_item => {
                levels.push(column);
            }
            Some(_) => levels.push(indent),
            None if !is_item || item.value.is_empty() => levels.push(indent),
            None => {}
        }
        if indent == 0 {
            break;
        }
    }
    levels
}

/// Moves `line` and what is below it to `column`.
fn reindent(mut mistake: Mistake, lines: &Lines<'_>, line: usize, column: usize) -> Mistake {
    let found = lines.indent(line);
    let last = moved(lines, line, column);
    for below in line..=last {
        let indent = lines.indent(below);
        if lines.trimmed(below).is_empty() || indent < found {
            continue;
        }
        let start = lines.range(below).start;
        mistake = mistake.repair(start..start + indent, " ".repeat(indent - found + column));
    }
    mistake.offer(Applicability::Unsafe).likely(found.abs_diff(column) == 1)
}

/// Returns the last line that moves with `line` to `column`.
fn moved(lines: &Lines<'_>, line: usize, column: usize) -> usize {
    let found = lines.indent(line);
    let end = lines.end_of_block(line, found);
    if column <= found {
        return end;
    }
    // A line that moves in does not take along those that are where it goes, but the keys of its own item.
    let Some(width) = lines.item(line).and_then(|item| Some(item.content - item.dash?)) else { return line };
    let next = lines.content_after(line).filter(|next| *next <= end && lines.indent(*next) == found + width);
    let is_moved = |below: &usize| lines.trimmed(*below).is_empty() || lines.indent(*below) != column + width;
    next.map_or(line, |_| (line + 1..=end).take_while(is_moved).last().unwrap_or(line))
}

fn spaces(count: usize) -> String {
    if count == 1 { "1 space".to_owned() } else { format!("{count} spaces") }
}

/// A key without its colon, with keys or items below it.
pub fn bare_parent(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let word = &lines.text[item.value.clone()];
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if item.key.is_some() || !is_word {
        return None;
    }
    let column = item.content - lines.range(line).start;
    let below = lines.content_after(line)?;
    let child = lines.item(below)?;
    let is_child = child.key.is_some() && lines.indent(below) > column
        || child.dash.is_some() && item.dash.is_none() && lines.indent(below) >= column;
    let end = item.value.end;
    let mistake =
        Mistake::new(item.value.clone(), format!("a colon is missing after `{word}`"), format!("write `{word}:`"));
    is_child.then(|| mistake.repair(end..end, ":").offer(Applicability::Safe))
}

/// The first item of a list, without its dash.
pub fn first_without_dash(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let item = lines.item(line)?;
    let (dash, column) = (item.dash?, lines.indent(line));
    let width = item.content - dash;
    let above = |from: usize, is: &dyn Fn(usize) -> bool| {
        (0..from).rev().take(200).find(|at| lines.item(*at).is_some() && is(*at))
    };
    let list = above(line, &|at| lines.indent(at) <= column)?;
    let first = lines.content_after(list).filter(|first| *first < line)?;
    let (key, child) = (lines.item(list)?, lines.item(first)?);
    // An item of another kind belongs to a list whose key is missing.
    let is_alike = child.key.is_some() && child.key.map(|key| &lines.text[key]) == item.key.map(|key| &lines.text[key]);
    let is_list = key.key.is_some() && key.value.is_empty() && child.dash.is_none() && is_alike;
    if !is_list || lines.indent(first) != column + width {
        return None;
    }
    let name = &lines.text[key.key?];
    let shown: String = lines.text[lines.trimmed(first)].chars().take(60).collect();
    let message = format!("the first item of `{name}` has no dash");
    let start = lines.range(first).start;
    let at = lines.char_at(child.content);
    let mistake = Mistake::new(at, message, format!("write `- {shown}`")).related(dash..dash + 1, "the next item");
    let indent = format!("{}-{}", " ".repeat(column), " ".repeat(width - 1));
    Some(mistake.repair(start..child.content, indent).offer(Applicability::Unsafe))
}

/// An item of a list in the middle of an object's keys.
pub fn item_among_keys(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let dash = lines.item(line)?.dash?;
    let indent = lines.indent(line);
    let sibling = (0..line).rev().find(|above| lines.item(*above).is_some() && lines.indent(*above) <= indent)?;
    let key = lines.item(sibling).filter(|item| item.dash.is_none())?.key?;
    let name = &lines.text[key.clone()];
    let message = format!("a list item cannot follow the key `{name}` at the same level");
    let help = "write the key of the list on a line of its own before the first `-`, such as `versions:`";
    Some(Mistake::new(dash..dash + 1, message, help).related(key, "a key, not a list item"))
}
