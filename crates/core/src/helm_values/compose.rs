//! Builds a value with spans from YAML events.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as YamlSpan, StrInput, StructureStyle, Tag};

use super::mistake::{self, Mistake, Repaired};
use super::scalar;
use crate::value::{Element, Entry, Value, ValueKind};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Span};

/// Number of nodes that a document may have after expanding its aliases, in addition to those that it writes out.
const ALIAS_BUDGET: usize = 100_000;

/// Largest nesting of collections.
pub(super) const MAX_DEPTH: usize = 128;

/// After how many mistakes of the syntax the reading of a text ends, and how long a text is read further after one: each is a
/// reading of the whole.
const MOST_REPAIRS: usize = 20;
const LONGEST_REPAIRED: usize = 1 << 20;

/// Reads the first document of `text`. After a mistake of the syntax the reading goes on as if its likeliest repair had been made. No
/// value where there is none; `null` for an empty document.
pub fn read(file: FileId, text: &str) -> (Option<Value>, Diagnostics) {
    if let Some(foreign) = mistake::not_yaml(file, text) {
        return (None, std::iter::once(foreign).collect());
    }
    let mut repaired = Repaired::new(text);
    let mut found = Diagnostics::default();
    let mut sure = true;
    let mut most = if text.len() > LONGEST_REPAIRED { 0 } else { MOST_REPAIRS };
    loop {
        let joined = join_surrogates(&repaired.text).into_owned();
        let mut composer = Composer::new(file, text, &joined);
        composer.repaired = Some(&repaired);
        let value = composer.document();
        let (out, mistake) = (std::mem::take(&mut composer.out), composer.mistake.take());
        let Some(mistake) = mistake.filter(|mistake| most > 0 && !mistake.is_last && !mistake.repairs.is_empty())
        else {
            found.extend(out);
            return (value.ok().filter(|_| sure), found);
        };
        most -= 1;
        sure &= mistake.is_sure();
        found.push(mistake.diagnostic);
        if let Some(at) = mistake.uncertain {
            repaired.doubt(at);
        }
        // From the last on, so that places before it stay.
        mistake.repairs.iter().rev().for_each(|(at, with)| repaired.replace(at.clone(), with));
    }
}

/// Returns the ranges of the comments in `text`, including `#`, as far as it can be parsed.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    let mut options = Options::default();
    options.set_emit_comments(true);
    let mut events = Parser::new_from_str_with_options(text, options);
    let mut found = Vec::new();
    while let Some(Ok((event, span))) = events.next_event() {
        if let (Event::Comment(..), Some(start), Some(end)) = (event, span.start.byte_offset(), span.end.byte_offset())
        {
            found.push(start..end);
        }
    }
    found
}

/// Parses every document of `text`, a stream of manifests, as far as possible.
pub fn documents(file: FileId, text: &str) -> Vec<Value> {
    let mut composer = Composer::new(file, text, text);
    let mut found = Vec::new();
    while let Ok((event, span)) = composer.next() {
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            event => match composer.node(event, span) {
                Ok((value, _)) => found.push(value),
                Err(Stop) => break,
            },
        }
    }
    found
}

/// Ends parsing after a reported error.
struct Stop;

type Composed<T> = Result<T, Stop>;

struct Composer<'t> {
    file: FileId,
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    /// The values of anchors, with their number of nodes.
    anchors: HashMap<usize, (Value, usize)>,
    expanded: usize,
    depth: usize,
    /// The origin of the events' text in the user's text, if they differ.
    repaired: Option<&'t Repaired<'t>>,
    /// The mistake that ended the reading.
    mistake: Option<Mistake>,
    out: Diagnostics,
}

impl<'t> Composer<'t> {
    /// Parses `events`, which is `text` with the same number of bytes for each character.
    fn new(file: FileId, text: &'t str, events: &'t str) -> Self {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = MAX_DEPTH + 8;
        options.block_nesting_limit = MAX_DEPTH + 8;
        Composer {
            file,
            text,
            events: Parser::new_from_str_with_options(events, options),
            anchors: HashMap::new(),
            expanded: 0,
            depth: 0,
            repaired: None,
            mistake: None,
            out: Diagnostics::default(),
        }
    }

    fn span(&self, span: &YamlSpan) -> Span {
        let start = self.origin(span.start.byte_offset().unwrap_or(0)).min(self.text.len());
        let end = span.end.byte_offset().map_or(start, |end| self.origin(end)).clamp(start, self.text.len());
        Span::new(self.file, start, end)
    }

    /// The place in the user's text of a byte of the events' text.
    fn origin(&self, at: usize) -> usize {
        self.repaired.map_or(at, |repaired| repaired.origin(at))
    }

    fn next(&mut self) -> Composed<(Event<'t>, Span)> {
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                let span = self.span(&span);
                Ok((event, span))
            }
            Some(Err(error)) => Err(self.syntax_error(&error)),
            None => Ok((Event::StreamEnd, Span::new(self.file, self.text.len(), self.text.len()))),
        }
    }

    fn syntax_error(&mut self, error: &ScanError) -> Stop {
        let text: &str = self.repaired.map_or(self.text, |repaired| &repaired.text);
        let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
        let mut mistake = mistake::find(text, at, error);
        if let (Some(repaired), Some(fix)) = (self.repaired, &mistake.diagnostic.fix)
            && fix.edits.iter().any(|edit| repaired.is_inserted(edit.span.range()))
        {
            mistake.diagnostic.fix = None;
        }
        for span in mistake.diagnostic.spans_mut() {
            let range = span.range();
            let place = |at: usize| self.origin(at).min(self.text.len());
            *span = Span::new(self.file, place(range.start), place(range.end));
        }
        self.out.push(mistake.diagnostic.clone());
        self.mistake = Some(mistake);
        Stop
    }

    fn document(&mut self) -> Composed<Value> {
        let mut value = Value::null(Span::new(self.file, 0, 0));
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, _) => return Ok(value),
                (Event::DocumentEnd, span) => {
                    self.only_document(span);
                    return Ok(value);
                }
                (event, span) => value = self.node(event, span)?.0,
            }
        }
    }

    /// Reports further documents: Helm reads only the first one.
    fn only_document(&mut self, end: Span) {
        while let Ok((event, span)) = self.next() {
            match event {
                Event::StreamEnd => return,
                Event::Scalar(text, ..) if text.is_empty() || &*text == "~" => {}
                Event::Scalar(..) | Event::MappingStart(..) | Event::SequenceStart(..) => {
                    let message = "a values file has one YAML document: Helm ignores the second one, which begins here";
                    let error = Diagnostic::error(Code::YamlSyntax, span.at_start(), message);
                    let error = error.related(end.at_start(), "the first document ends here");
                    self.out.push(error.help("move the second document into its own file"));
                    return;
                }
                _ => {}
            }
        }
    }

    /// Returns the value that starts with `event`, with its number of nodes.
    fn node(&mut self, event: Event<'t>, span: Span) -> Composed<(Value, usize)> {
        let (anchor, composed) = match event {
            Event::Scalar(text, style, anchor, tag) => (anchor, (self.scalar(&text, style, tag.as_deref(), span), 1)),
            Event::SequenceStart(style, anchor, _) => (anchor, self.deeper(span, |this| this.sequence(style, span))?),
            Event::MappingStart(style, anchor, _) => {
                self.refuse_template(style, span)?;
                (anchor, self.deeper(span, |this| this.mapping(style, span))?)
            }
            Event::Alias(id) => return self.alias(id, span),
            _ => (0, (Value::null(span), 1)),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, composed.clone());
        }
        Ok(composed)
    }

    fn deeper<T>(&mut self, span: Span, then: impl FnOnce(&mut Self) -> Composed<T>) -> Composed<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("this is nested more than {MAX_DEPTH} levels deep");
            self.out.push(Diagnostic::error(Code::NestingTooDeep, span.at_start(), message));
            return Err(Stop);
        }
        let result = then(self);
        self.depth -= 1;
        result
    }

    /// Reports `{{ .Values.x }}` without quotes, which is a nested map in YAML.
    fn refuse_template(&mut self, style: StructureStyle, span: Span) -> Composed<()> {
        let rest = &self.text[span.start as usize..];
        if style != StructureStyle::Flow || !rest.starts_with("{{") {
            return Ok(());
        }
        let found = mistake::templates(self.text);
        let error = mistake::unrendered(self.text, if found.is_empty() { &[] } else { &found });
        let line = rest.lines().next().unwrap_or("");
        let here = span.start as usize..span.start as usize + line.find("}}").map_or(line.len(), |at| at + 2);
        let error = error.or_else(|| mistake::unrendered(self.text, &[here]));
        self.out.extend(error.map(|error| mistake::in_file(error, self.file)).into_iter().collect());
        Err(Stop)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        let data = match tag.and_then(Tag::core_suffix) {
            Some("str") => Some(ValueKind::String(text.into())),
            Some("int" | "float" | "bool" | "null") => scalar::resolve(text),
            Some("binary") => Some(ValueKind::String(text.into())),
            _ if style == ScalarStyle::Plain && tag.is_none() && span.start == span.end => Some(ValueKind::Null),
            _ if style == ScalarStyle::Plain && self.is_uncertain(span) => Some(ValueKind::Error),
            _ if style == ScalarStyle::Plain && tag.is_none() => {
                self.typographic(text, span).or_else(|| scalar::resolve(text))
            }
            _ if self.is_uncertain(span) => Some(ValueKind::Error),
            _ => Some(ValueKind::String(split_surrogates(text))),
        };
        let data = data.unwrap_or_else(|| {
            let message = format!("`{text}` is not a number in JSON, and Helm refuses it");
            let help = format!("for a string, write `\"{text}\"`");
            self.out.push(Diagnostic::error(Code::YamlSyntax, span, message).help(help));
            ValueKind::Error
        });
        Value::new(data, self.trimmed(span))
    }

    /// Returns true if the value at `span` depends on a repair that may not be the intended one.
    fn is_uncertain(&self, span: Span) -> bool {
        self.repaired.is_some_and(|repaired| repaired.is_uncertain(span.range()))
    }

    /// A string in typographic quotes, which YAML takes for a part of it.
    fn typographic(&mut self, text: &str, span: Span) -> Option<ValueKind> {
        let inside = text.strip_prefix(['“', '”', '„', '‘', '’'])?.strip_suffix(['“', '”', '‘', '’'])?;
        let message = format!("`{text}` has typographic quotes, which YAML reads as a part of the string");
        let error = Diagnostic::error(Code::YamlSyntax, span, message).help(format!("write `\"{inside}\"`"));
        self.out.push(error.fix(Applicability::Safe, span, format!("\"{inside}\"")));
        Some(ValueKind::String(inside.into()))
    }

    /// Spans of block scalars run on through the white space behind them.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        // Other white space, such as a no-break space, is a part of the value.
        let text = text.trim_end_matches([' ', '\t', '\r', '\n']);
        Span::new(self.file, span.start as usize, span.start as usize + text.len())
    }

    fn sequence(&mut self, style: StructureStyle, start: Span) -> Composed<(Value, usize)> {
        let mut elements: Vec<Element> = Vec::new();
        let mut nodes = 1;
        let end = loop {
            match self.next()? {
                (Event::SequenceEnd, end) => break end,
                (event, span) => {
                    let (value, count) = self.node(event, span)?;
                    nodes += count;
                    elements.push(Element { guard: None, value });
                }
            }
        };
        let last = elements.last().map(|element| element.value.span);
        let span = collection_span(style, start, end, last);
        Ok((Value::new(ValueKind::List(Arc::new(elements)), span), nodes))
    }

    fn mapping(&mut self, style: StructureStyle, start: Span) -> Composed<(Value, usize)> {
        let mut building = Mapping::default();
        let mut nodes = 1;
        let mut last = None;
        let end = loop {
            let (key, key_count) = match self.next()? {
                (Event::MappingEnd, end) => break end,
                (event, span) => {
                    let is_merge =
                        matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, None) if &**text == "<<");
                    let (key, count) = self.node(event, span)?;
                    (if is_merge { MapKey::Merge } else { MapKey::Plain(key) }, count)
                }
            };
            let (event, span) = self.next()?;
            let (value, count) = self.node(event, span)?;
            nodes += key_count + count;
            last = Some(value.span);
            match key {
                MapKey::Merge => self.merge_key(&value, &mut building),
                MapKey::Plain(key) => self.entry(key, value, &mut building),
            }
        };
        let span = collection_span(style, start, end, last);
        Ok((Value::object(building.entries, span), nodes))
    }

    fn entry(&mut self, key: Value, value: Value, building: &mut Mapping) {
        if let (Some(name), true) = (key.as_str(), value.is_null() && value.span.start == value.span.end) {
            self.glued(name, key.span);
            self.commented_out(name, key.span);
        }
        let key = self.after_comment(key);
        let Some(text) = scalar::key_text(&key.data) else {
            if !matches!(key.data, ValueKind::Error) {
                let message = format!("a key must be a string, but this is {}", key.describe());
                let help = "write the key in quotes";
                self.out.push(Diagnostic::error(Code::YamlSyntax, key.span, message).help(help));
            }
            return;
        };
        let text: Arc<str> = text.into();
        if let Some(first) = building.written.insert(Arc::clone(&text), key.span) {
            let message = format!("the key `{text}` is set twice");
            let error = Diagnostic::error(Code::DuplicateKey, key.span, message);
            let error = error.related(first, "first set here; Helm ignores this value");
            self.out.push(error.help("remove one of them, or rename it"));
            // The rest of a file is more likely right with the value that came first.
            return;
        }
        building.set(Entry::new(text, key.span, value));
    }

    /// A value that is a comment, as in `image: #registry/image`.
    fn commented_out(&mut self, key: &str, at: Span) {
        let rest = self.text[at.end as usize..].lines().next().unwrap_or("");
        let Some(comment) = rest.trim_start_matches(['"', '\'']).strip_prefix(':').map(str::trim) else { return };
        if !comment.starts_with('#') || comment[1..].starts_with([' ', '#']) || comment.len() < 2 {
            return;
        }
        let start = at.end as usize + rest.len() - rest.trim_start_matches(['"', '\'', ':', ' ', '\t']).len();
        let span = Span::new(self.file, start, start + comment.len());
        let message = format!("`{comment}` is a comment, so that `{key}` has no value");
        let warning = Diagnostic::warning(Code::YamlSyntax, span, message);
        let quoted = format!("\"{comment}\"");
        let help = format!("for a string, write `{key}: {quoted}`; for a comment, write a space after `#`");
        self.out.push(warning.help(help).fix(Applicability::Unsafe, span, quoted));
    }

    /// A key after a comment of another language, which YAML reads as a part of the key.
    fn after_comment(&mut self, key: Value) -> Value {
        let Some(text) = key.as_str().filter(|text| text.starts_with("//") || text.starts_with("/*")) else {
            return key;
        };
        let start = key.span.start as usize;
        let line = self.text[start..].lines().next().unwrap_or("").trim_end();
        let written = &self.text[start..key.span.end as usize];
        let Some(rest) = written.get(line.len()..).map(str::trim_start).filter(|rest| !rest.is_empty()) else {
            return key;
        };
        let is_json = self.text.trim_start().starts_with(['{', '[']);
        let message = if is_json { "JSON has no comments" } else { "a comment begins with `#` in YAML" };
        let span = Span::new(self.file, start, start + line.len());
        let error = Diagnostic::error(Code::YamlSyntax, span, message);
        let comment = line.trim_start_matches(['/', '*', ' ']).trim_end_matches(['/', '*', ' ']);
        self.out.push(match is_json {
            true => error.help("remove it").fix(Applicability::Safe, span, ""),
            false => error.help(format!("write `# {comment}`")).fix(Applicability::Safe, span, format!("# {comment}")),
        });
        let name = text.rsplit([' ', '\n']).next().unwrap_or(text).trim_matches('"');
        let at = key.span.end as usize - rest.len();
        Value::string(name, Span::new(self.file, at, key.span.end as usize))
    }

    /// `{ cpu:100m }`: between brackets, a key without a value where a colon has no space after it.
    fn glued(&mut self, key: &str, at: Span) {
        let Some((name, value)) = key.split_once(':') else { return };
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // In quotes it is meant as it is.
        if !is_name
            || value.starts_with(['/', '#'])
            || value.is_empty()
            || !self.text[at.start as usize..].starts_with(name)
        {
            return;
        }
        let colon = at.start as usize + name.len();
        let error = Diagnostic::error(
            Code::YamlSyntax,
            Span::new(self.file, colon, colon + 1),
            "a space is missing after the colon",
        );
        let at = Span::new(self.file, colon + 1, colon + 1);
        self.out.push(error.help(format!("write `{name}: {value}`")).fix(Applicability::Safe, at, " "));
    }

    /// `<<: *base`: as yaml.v2 does, in the order of the keys, so that a key before it is overwritten.
    fn merge_key(&mut self, value: &Value, building: &mut Mapping) {
        match &value.data {
            ValueKind::Object(object) => object.entries.iter().for_each(|entry| building.set(entry.clone())),
            ValueKind::List(elements) => {
                // The first of several has priority.
                elements.iter().rev().for_each(|element| self.merge_key(&element.value, building));
            }
            ValueKind::Error => {}
            _ => {
                let message = format!("`<<` merges a map or a list of maps, but this is {}", value.describe());
                let help = "merge an anchor: `<<: *base`";
                self.out.push(Diagnostic::error(Code::YamlSyntax, value.span, message).help(help));
            }
        }
    }

    /// Returns the anchored value with the span of the alias; values inside keep their spans.
    fn alias(&mut self, id: usize, span: Span) -> Composed<(Value, usize)> {
        let Some((value, count)) = self.anchors.get(&id).cloned() else {
            let message = "an anchor cannot contain itself";
            self.out.push(Diagnostic::error(Code::YamlSyntax, span, message));
            return Err(Stop);
        };
        self.expanded += count;
        if self.expanded > ALIAS_BUDGET {
            let message = format!("the aliases expand to more than {ALIAS_BUDGET} values");
            self.out
                .push(Diagnostic::error(Code::YamlBudget, span, message).help("repeat less, or build several files"));
            return Err(Stop);
        }
        Ok((Value::new(value.data, span), count))
    }
}

enum MapKey {
    Merge,
    Plain(Value),
}

/// A map under construction: each key once, a later value in the position of the first.
#[derive(Default)]
struct Mapping {
    entries: Vec<Entry>,
    index: HashMap<Arc<str>, usize>,
    /// Keys that were written out, with their spans.
    written: HashMap<Arc<str>, Span>,
}

impl Mapping {
    fn set(&mut self, entry: Entry) {
        match self.index.get(&entry.key) {
            Some(at) => self.entries[*at] = entry,
            None => {
                self.index.insert(Arc::clone(&entry.key), self.entries.len());
                self.entries.push(entry);
            }
        }
    }
}

/// Returns the span of a collection: a flow collection ends with its bracket, a block collection with its last item, as
/// its event's span continues.
fn collection_span(style: StructureStyle, start: Span, end: Span, last: Option<Span>) -> Span {
    match style {
        StructureStyle::Flow => start.to(end),
        StructureStyle::Block => last.map_or(start, |last| Span { end: last.end.max(start.start), ..start }),
    }
}

/// Replaces escaped surrogate pairs by private-use characters and escapes of the same length in bytes, as pairs must be
/// joined before parsing without moving offsets. See [`split_surrogates`].
fn join_surrogates(text: &str) -> Cow<'_, str> {
    // `\ud835\udcb3` has 12 bytes, like `\U0001d4b3` and two more. Only texts with such escapes are scanned, as an
    // escape can't be distinguished from a quoted backslash otherwise.
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return Cow::Borrowed(text);
    }
    let mut joined = text.to_owned();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 12 <= bytes.len() {
        if bytes[at] == b'\\' && bytes[at + 1] != b'u' {
            at += 2;
            continue;
        }
        match pair(&bytes[at..at + 12]) {
            // Ten bytes of one escape, and two of filler that is removed later.
            Some(code) => {
                joined.replace_range(at..at + 12, &format!("\\U{code:08x}{FILLER}"));
                at += 12;
            }
            None => at += 1,
        }
    }
    Cow::Owned(joined)
}

/// The two-byte filler after a joined pair: the escape of the bell, which `split_surrogates` removes.
const FILLER: &str = "\\a";

fn pair(bytes: &[u8]) -> Option<u32> {
    let unit = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        u32::from_str_radix(text.strip_prefix("\\u")?, 16).ok()
    };
    let (high, low) = (unit(&bytes[..6])?, unit(&bytes[6..])?);
    let is_pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    is_pair.then(|| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

/// Removes the bells after joined pairs.
fn split_surrogates(text: &str) -> Arc<str> {
    if !text.contains('\u{7}') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut after_astral = false;
    for c in text.chars() {
        if !(after_astral && c == '\u{7}') {
            out.push(c);
        }
        after_astral = u32::from(c) > 0xffff;
    }
    out.into()
}
