//! YAML events become a value, each part with its place.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as YamlSpan, StrInput, StructureStyle, Tag};

use super::{remedy, scalar};
use crate::value::{Element, Entry, Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Span};

/// How many nodes a document may have when its aliases are expanded, beside those that it writes out.
const ALIAS_BUDGET: usize = 100_000;

/// How deep collections may nest.
pub(super) const MAX_DEPTH: usize = 128;

/// Reads the first document of `text`. No value where the text is not YAML; `null` for an empty document.
pub fn read(file: FileId, text: &str) -> (Option<Value>, Diagnostics) {
    let joined = join_surrogates(text);
    let mut composer = Composer::new(file, text, &joined);
    let value = composer.document();
    (value.ok(), composer.out)
}

/// Where the comments of `text` are, with their `#`; those of what can be read.
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

/// Every document of `text`, a stream of manifests, as far as it can be read.
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

/// What was reported and ends the reading.
struct Stop;

type Composed<T> = Result<T, Stop>;

struct Composer<'t> {
    file: FileId,
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    /// Values by anchor, with how many nodes each has.
    anchors: HashMap<usize, (Value, usize)>,
    expanded: usize,
    depth: usize,
    out: Diagnostics,
}

impl<'t> Composer<'t> {
    /// Reads `events`, which is `text` with as many bytes to each character.
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
            out: Diagnostics::default(),
        }
    }

    fn span(&self, span: &YamlSpan) -> Span {
        let start = span.start.byte_offset().unwrap_or(0).min(self.text.len());
        let end = span.end.byte_offset().unwrap_or(start).clamp(start, self.text.len());
        Span::new(self.file, start, end)
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
        let at = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        self.out.push(remedy::diagnostic(self.file, self.text, at, error));
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

    /// Helm reads the first document and nothing behind it.
    fn only_document(&mut self, end: Span) {
        while let Ok((event, span)) = self.next() {
            match event {
                Event::StreamEnd => return,
                Event::Scalar(text, ..) if text.is_empty() || &*text == "~" => {}
                Event::Scalar(..) | Event::MappingStart(..) | Event::SequenceStart(..) => {
                    let message = "Helm reads the first document of a values file and ignores this one";
                    let warning = Diagnostic::warning(Code::YamlSyntax, span.at_start(), message);
                    self.out
                        .push(warning.related(end.at_start(), "the first one ends here").help("take the `---` away"));
                    return;
                }
                _ => {}
            }
        }
    }

    /// The value that begins with `event`, with how many nodes it has.
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
            let message = format!("this nests more than {MAX_DEPTH} deep");
            self.out.push(Diagnostic::error(Code::NestingTooDeep, span.at_start(), message));
            return Err(Stop);
        }
        let result = then(self);
        self.depth -= 1;
        result
    }

    /// `{{ .Values.x }}` without quotes is a map in a map to YAML.
    fn refuse_template(&mut self, style: StructureStyle, span: Span) -> Composed<()> {
        let rest = &self.text[span.start as usize..];
        if style != StructureStyle::Flow || !rest.starts_with("{{") {
            return Ok(());
        }
        let line = rest.lines().next().unwrap_or("");
        let length = line.find("}}").map_or(line.len(), |at| at + 2);
        let span = Span::new(self.file, span.start as usize, span.start as usize + length);
        let message = format!("Helm does not expand `{}` in a values file", &line[..length]);
        let error = Diagnostic::error(Code::HelmTemplateInValues, span, message);
        self.out.push(error.help("write the value itself, or put it into quotes if the text is meant"));
        Err(Stop)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        let data = match tag.and_then(Tag::core_suffix) {
            Some("str") => Some(ValueKind::String(text.into())),
            Some("int" | "float" | "bool" | "null") => scalar::resolve(text),
            Some("binary") => Some(ValueKind::String(text.into())),
            _ if style == ScalarStyle::Plain && tag.is_none() && span.start == span.end => Some(ValueKind::Null),
            _ if style == ScalarStyle::Plain && tag.is_none() => scalar::resolve(text),
            _ => Some(ValueKind::String(split_surrogates(text))),
        };
        let data = data.unwrap_or_else(|| {
            let message = format!("`{text}` is no number that JSON has, and Helm refuses it");
            self.out.push(
                Diagnostic::error(Code::YamlSyntax, span, message).help("put it into quotes if the text is meant"),
            );
            ValueKind::Error
        });
        Value::new(data, self.trimmed(span))
    }

    /// Spans of block scalars run on through the white space behind them.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        Span::new(self.file, span.start as usize, span.start as usize + text.trim_end().len())
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
        let Some(text) = scalar::key_text(&key.data) else {
            if !matches!(key.data, ValueKind::Error) {
                let message = format!("a key is a text, and this is {}", key.describe());
                let help = "put it into quotes if the text is meant";
                self.out.push(Diagnostic::error(Code::YamlSyntax, key.span, message).help(help));
            }
            return;
        };
        let text: Arc<str> = text.into();
        if let Some(first) = building.written.insert(Arc::clone(&text), key.span) {
            let message = format!("`{text}` is given twice");
            let error = Diagnostic::error(Code::DuplicateKey, key.span, message);
            let error = error.related(first, "given here already, and Helm ignores it");
            self.out.push(error.help("take one of them away"));
        }
        building.set(Entry::new(text, key.span, value));
    }

    /// `<<: *base`: as yaml.v2 does, in the order of the keys, so that a key before it is overwritten.
    fn merge_key(&mut self, value: &Value, building: &mut Mapping) {
        match &value.data {
            ValueKind::Object(object) => object.entries.iter().for_each(|entry| building.set(entry.clone())),
            ValueKind::List(elements) => {
                // The first of several wins.
                elements.iter().rev().for_each(|element| self.merge_key(&element.value, building));
            }
            ValueKind::Error => {}
            _ => {
                let message = format!("`<<` merges a map or a list of maps, and this is {}", value.describe());
                let help = "name an anchor: `<<: *base`";
                self.out.push(Diagnostic::error(Code::YamlSyntax, value.span, message).help(help));
            }
        }
    }

    /// The anchored value, at the place where the alias stands; what is in it keeps its own place.
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

/// Entries on their way into a map: each key once, the later value in the place of the first.
#[derive(Default)]
struct Mapping {
    entries: Vec<Entry>,
    index: HashMap<Arc<str>, usize>,
    /// Keys that were written out, with their places.
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

/// A flow collection ends with its bracket; a block collection with its last part, as its event's span runs on.
fn collection_span(style: StructureStyle, start: Span, end: Span, last: Option<Span>) -> Span {
    match style {
        StructureStyle::Flow => start.to(end),
        StructureStyle::Block => last.map_or(start, |last| Span { end: last.end.max(start.start), ..start }),
    }
}

/// A character of the private planes in place of each half of a pair of surrogates, as long in bytes as the escape is not:
/// pairs are joined before the reading, and a place in the text must not move. Escapes of pairs are therefore left as they
/// are but for their first digit group; see [`split_surrogates`].
fn join_surrogates(text: &str) -> Cow<'_, str> {
    // `\ud835\udcb3` has 12 bytes, and so has `\U0001d4b3` with two spaces less; a double-quoted `\` before the pair
    // cannot be told from an escape without scanning, so only texts that have such escapes are looked at.
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
            // Ten bytes of one escape and two that are taken away behind: U+E000 U+E000 is never left in a text.
            Some(code) => {
                joined.replace_range(at..at + 12, &format!("\\U{code:08x}{FILLER}"));
                at += 12;
            }
            None => at += 1,
        }
    }
    Cow::Owned(joined)
}

/// Two bytes that stand behind a joined pair: the escape of the bell, which `split_surrogates` takes away again.
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

/// The text without the bells that stand behind joined pairs.
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
