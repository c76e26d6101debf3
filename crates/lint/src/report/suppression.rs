//! Suppression comments: `// relc: allow(rule) because …`, in YAML after `#`.
//!
//! A comment on a line of its own applies to the next node (an entry with everything inside it, an element, a version,
//! a release); a comment after something applies to its line. Mistakes in comments are diagnostics, too: a rule without
//! a diagnostic there, an unknown rule, a missing reason.
//!
//! `// relc: expect(rule) "part of the message"` is for tests of environments: the diagnostic must occur, with this
//! part in its message, if given. In other files it suppresses the diagnostic.

use std::cell::Cell;
use std::ops::Range;

use crate::registry::{Origin, RuleInfo};
use relc_core::compile::LoadedInput;
use relc_core::nodes::Tree;
use relc_syntax::diagnostic::{
    Applicability, Code, Diagnostic, Diagnostics, Reported, Severity, Topic, nearest, quoted,
};
use relc_syntax::source::{FileId, Span, Syntax};

/// The rule for a suppression without a matching diagnostic.
pub const UNUSED: &str = "unused-suppression";
/// The rule for a comment that names an unknown rule.
pub const UNKNOWN: &str = "unknown-rule";
/// The rule for a suppression without a reason.
pub const UNREASONED: &str = "suppression-without-reason";

/// The rule for an expectation without a matching diagnostic.
pub const UNMET: &str = "unmet-expectation";

/// Returns the diagnostics that no comment of `input` suppresses, each mistake once, in the order of the text.
pub fn unsuppressed(input: &LoadedInput, found: Diagnostics) -> Vec<Diagnostic> {
    let mut comments = Suppressions::default();
    CommentedFile::files(input).for_each(|file| comments.read(&file));
    let mut kept = Reported::default().retain_new(&input.sources, comments.apply(found.into_vec()));
    kept.sort_by_key(|finding| (finding.span.file, finding.span.start));
    kept
}

/// Returns the diagnostics that no comment of the definition file `tree` suppresses.
pub fn unsuppressed_in(tree: Tree<'_>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut comments = Suppressions::default();
    if tree.text.contains(MARK) {
        comments.read(&CommentedFile::of(tree));
    }
    comments.apply(found)
}

/// A file with its comments.
pub struct CommentedFile<'t> {
    /// The nodes of the file.
    tree: Tree<'t>,
    /// The ranges of the comments, including their delimiters.
    comments: Vec<Range<usize>>,
    /// Whether the comments themselves are checked where the definitions are, not with an input that uses some of them.
    is_definition: bool,
}

impl<'t> CommentedFile<'t> {
    /// Returns the user's files of `input` with comments for relc. Parsing the others would waste time.
    pub fn files(input: &LoadedInput) -> impl Iterator<Item = CommentedFile<'_>> {
        let is_marked = |file: &FileId| input.sources.file(*file).text().contains(MARK);
        let own = input.user_files().filter(is_marked).map(|file| CommentedFile::of(input.tree(file)));
        let definitions = input.definition_files().filter(is_marked);
        // What an input doesn't use isn't checked, so that a comment without a finding is no mistake.
        let of_definitions = |file| CommentedFile { is_definition: true, ..CommentedFile::of(input.tree(file)) };
        own.chain(definitions.map(of_definitions))
    }

    /// Finds the comments of the file with the nodes `tree`.
    pub fn of(tree: Tree<'t>) -> Self {
        let comments = match tree.syntax {
            Syntax::Rel => relc_syntax::comments(tree.text),
            Syntax::Yaml => relc_core::helm_values::comments(tree.text),
        };
        CommentedFile { tree, comments, is_definition: false }
    }
}

/// The prefix of comments for relc.
const MARK: &str = "relc:";

/// The rules that a comment can name.
pub struct RuleNames<'k> {
    /// Every rule.
    pub rules: Vec<&'k str>,
    /// The compiler's rules, which can't be suppressed.
    pub compiler: Vec<&'k str>,
    /// The rules whose findings keep a release from being built: comments can suppress single findings.
    pub required: Vec<&'k str>,
}

impl<'k> RuleNames<'k> {
    /// Returns the names of `rules`.
    pub fn of(rules: &'k [RuleInfo]) -> Self {
        let compiler = |rule: &&RuleInfo| matches!(rule.origin, Origin::Compiler(_));
        RuleNames {
            rules: rules.iter().map(|rule| rule.name.as_str()).collect(),
            compiler: rules.iter().filter(compiler).map(|rule| rule.name.as_str()).collect(),
            required: rules.iter().filter(|rule| rule.required).map(|rule| rule.name.as_str()).collect(),
        }
    }

    /// Checks that `rule` can be selected.
    ///
    /// # Errors
    /// The rule is unknown, as a message.
    pub fn asked(&self, rule: &str) -> Result<(), String> {
        if self.rules.contains(&rule) {
            return Ok(());
        }
        let hint = match nearest(rule, self.rules.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`relc rules` lists them".to_owned(),
        };
        Err(format!("rule `{rule}` not found: {hint}"))
    }

    /// Checks that `rule` can be ignored, or have another level.
    ///
    /// # Errors
    /// The rule is unknown, or its findings are errors of a build, as a message.
    pub fn changed(&self, rule: &str) -> Result<(), String> {
        if self.compiler.contains(&rule) {
            return Err(format!("`{rule}` is an error of the compiler, which is always reported"));
        }
        if self.required.contains(&rule) {
            return Err(format!(
                "`{rule}` is an error of `relc build`: allow single findings with a comment, `relc: allow({rule}) because REASON`"
            ));
        }
        self.asked(rule)
    }
}

/// The suppression comments of a run's files.
#[derive(Default)]
pub struct Suppressions {
    list: Vec<Suppression>,
}

struct Suppression {
    verb: Verb,
    /// The span of the comment.
    comment: Span,
    /// The range to remove with it: its line, if it is alone there.
    removal: Span,
    rules: Vec<Allowed>,
    /// The text that the message must contain.
    part: Option<String>,
    reason: bool,
    /// The span in which suppressed diagnostics start.
    place: Option<Span>,
    /// As of its file.
    is_definition: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Allow,
    Expect,
}

struct Allowed {
    name: String,
    span: Span,
    used: Cell<bool>,
}

impl Suppressions {
    /// Reads the comments of a file.
    pub fn read(&mut self, file: &CommentedFile<'_>) {
        for comment in &file.comments {
            self.list.extend(suppression(file, comment.clone()));
        }
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the diagnostics that no comment suppresses.
    pub fn apply(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.into_iter().filter(|finding| !self.allows(finding)).collect()
    }

    fn allows(&self, finding: &Diagnostic) -> bool {
        matches!(finding.code, Topic::Rule(_)) && used(self.list.iter(), finding)
    }

    /// Returns true if a comment expects a diagnostic.
    pub fn expect_something(&self) -> bool {
        self.expecting().next().is_some()
    }

    /// Returns true if a comment expects `finding`, which may be the compiler's or a rule's.
    pub fn expects(&self, finding: &Diagnostic) -> bool {
        used(self.expecting(), finding)
    }

    /// Returns an error for each expectation that none of `findings` met, after [`Suppressions::expects`] was called
    /// for them.
    pub fn unmet(&self, findings: &[Diagnostic]) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for suppression in self.expecting() {
            let here: Vec<&Diagnostic> = findings.iter().filter(|finding| suppression.covers(finding)).collect();
            for named in suppression.rules.iter().filter(|named| !named.used.get()) {
                out.push(suppression.unmet(named, &here));
            }
        }
        out
    }

    fn expecting(&self) -> impl Iterator<Item = &Suppression> {
        self.list.iter().filter(|suppression| suppression.verb == Verb::Expect && !suppression.is_definition)
    }

    /// Returns the diagnostics of the comments themselves, after [`Suppressions::apply`]. Rules that did not run (for
    /// which `ran` is false) are not reported as unused.
    pub fn findings(&self, known: &RuleNames<'_>, ran: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let checked = |one: &&Suppression| one.verb == Verb::Allow && !one.is_definition;
        for suppression in self.list.iter().filter(checked) {
            for named in &suppression.rules {
                out.extend(suppression.finding(named, known, &ran));
            }
            if !suppression.reason {
                let message = "this allows findings without a reason";
                let finding = Diagnostic::lint(UNREASONED, Severity::Info, suppression.comment, message);
                out.push(finding.help("add `because` and the reason: `relc: allow(rule) because …`"));
            }
        }
        out
    }
}

/// Returns true if any of the comments matches `finding`; marks those that do as used.
fn used<'s>(comments: impl Iterator<Item = &'s Suppression>, finding: &Diagnostic) -> bool {
    let mut used = false;
    for comment in comments.filter(|comment| comment.covers(finding) && comment.quotes(finding)) {
        for named in comment.rules.iter().filter(|named| named.name == finding.code.name()) {
            named.used.set(true);
            used = true;
        }
    }
    used
}

impl Suppression {
    /// Returns true if `finding` starts in the range of the comment.
    fn covers(&self, finding: &Diagnostic) -> bool {
        self.place.is_some_and(|place| contains(place, finding.span))
    }

    /// Returns true if the message of `finding` contains the expected part.
    fn quotes(&self, finding: &Diagnostic) -> bool {
        self.part.as_ref().is_none_or(|part| finding.message.contains(part))
    }

    /// Returns the error for an expectation that none of the diagnostics `here` met.
    fn unmet(&self, named: &Allowed, here: &[&Diagnostic]) -> Diagnostic {
        let other = here.iter().find(|finding| finding.code.name() == named.name);
        let message = match (&self.part, other) {
            (Some(part), Some(_)) => format!("`{}` is expected here with the message \"{part}\"", named.name),
            _ => format!("`{}` is expected here, and is not found", named.name),
        };
        let help = match other {
            Some(other) => format!("its messages are: {}", other.message),
            None if here.is_empty() => "nothing is found here".to_owned(),
            None => format!("what is found here is {}", quoted(here.iter().map(|finding| finding.code.name()))),
        };
        Diagnostic::lint(UNMET, Severity::Error, named.span, message).help(help)
    }

    fn finding(&self, named: &Allowed, known: &RuleNames<'_>, ran: &impl Fn(&str) -> bool) -> Option<Diagnostic> {
        if known.compiler.contains(&&*named.name) {
            let message = format!("`{}` is an error of the compiler and cannot be allowed", named.name);
            let finding = Diagnostic::lint(UNKNOWN, Severity::Warning, named.span, message);
            return Some(finding.help("fix the error itself"));
        }
        if !known.rules.contains(&&*named.name) {
            let message = format!("rule `{}` not found", named.name);
            let finding = Diagnostic::lint(UNKNOWN, Severity::Warning, named.span, message);
            return Some(match nearest(&named.name, known.rules.iter().copied()) {
                Some(near) => {
                    finding.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, named.span, near)
                }
                None => finding.help("`relc rules` lists them"),
            });
        }
        if named.used.get() || !ran(&named.name) {
            return None;
        }
        let message = format!("`{}` finds nothing here", named.name);
        let finding = Diagnostic::lint(UNUSED, Severity::Warning, named.span, message).help("remove the comment");
        Some(if self.rules.len() == 1 { finding.fix(Applicability::Safe, self.removal, "") } else { finding })
    }
}

fn contains(place: Span, finding: Span) -> bool {
    place.file == finding.file && place.start <= finding.start && finding.start < place.end.max(place.start + 1)
}

/// Parses the suppression in the comment at `range`, if there is one.
fn suppression(file: &CommentedFile<'_>, range: Range<usize>) -> Option<Suppression> {
    let text = &file.tree.text[range.clone()];
    let body = text.trim_start_matches(['/', '#', '*']).trim_start();
    let said = body.strip_prefix(MARK)?.trim_start();
    let (verb, said) = match said.strip_prefix("allow") {
        Some(said) => (Verb::Allow, said),
        None => (Verb::Expect, said.strip_prefix("expect")?),
    };
    let inner = said.trim_start().strip_prefix('(')?;
    let (names, behind) = inner.split_once(')').unwrap_or((inner.trim_end(), ""));
    let start = range.start + (text.len() - inner.len());
    let behind = behind.trim().trim_end_matches("*/").trim();
    let reason = behind.strip_prefix("because");
    let part = behind.strip_prefix('"').filter(|_| verb == Verb::Expect);
    Some(Suppression {
        verb,
        comment: Span::new(file.tree.file, range.start, range.start + text.trim_end().len()),
        removal: removal(file, &range),
        rules: names_of(file.tree.file, names, start),
        part: part.map(|part| part.split('"').next().unwrap_or_default().to_owned()),
        reason: reason.is_some_and(|reason| !reason.trim().is_empty()),
        place: place(file, &range),
        is_definition: file.is_definition,
    })
}

fn names_of(file: FileId, names: &str, start: usize) -> Vec<Allowed> {
    let mut at = start;
    let mut found = Vec::new();
    for piece in names.split(',') {
        let name = piece.trim();
        let begin = at + (piece.len() - piece.trim_start().len());
        if !name.is_empty() {
            let span = Span::new(file, begin, begin + name.len());
            found.push(Allowed { name: rule_name(name).to_owned(), span, used: Cell::new(false) });
        }
        at += piece.len() + 1;
    }
    found
}

/// Returns the name of the rule that a comment names by its name or its code: `E0507` is `requirement`.
fn rule_name(written: &str) -> &str {
    Code::ALL.iter().find(|code| code.id() == written).map_or(written, |code| code.name())
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    start..end
}

/// Returns the range of a comment: its line, or the next node if it is alone there.
fn place(file: &CommentedFile<'_>, comment: &Range<usize>) -> Option<Span> {
    let Tree { file: id, text, .. } = file.tree;
    let line = line_of(text, comment.start);
    if !text[line.start..comment.start].trim().is_empty() {
        return Some(Span::new(id, line.start, line.end));
    }
    file.tree.behind(u32::try_from(comment.end).ok()?).map(|node| node.span)
}

fn removal(file: &CommentedFile<'_>, comment: &Range<usize>) -> Span {
    let Tree { file: id, text, .. } = file.tree;
    let line = line_of(text, comment.start);
    let before = &text[line.start..comment.start];
    let alone = before.trim().is_empty() && text[comment.end.min(line.end)..line.end].trim().is_empty();
    if alone && comment.end <= line.end {
        return Span::new(id, line.start, (line.end + 1).min(text.len()));
    }
    Span::new(id, line.start + before.trim_end().len(), comment.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commented(text: &str, syntax: Syntax) -> CommentedFile<'_> {
        CommentedFile::of(Tree::parse(FileId(0), text, syntax))
    }

    fn finding(text: &str, at: &str) -> Diagnostic {
        let start = text.find(at).unwrap_or(0);
        Diagnostic::lint("a-rule", Severity::Warning, Span::new(FileId(0), start, start + at.len()), "it is so")
    }

    fn known() -> RuleNames<'static> {
        RuleNames { rules: vec!["a-rule", "b-rule", "c-rule"], compiler: vec!["unknown-key"], required: vec!["c-rule"] }
    }

    #[test]
    fn an_error_of_a_build_keeps_its_level() {
        assert!(known().changed("b-rule").is_ok() && known().asked("c-rule").is_ok());
        assert!(known().changed("c-rule").is_err_and(|message| message.contains("relc: allow(c-rule) because")));
    }

    /// Returns the number of remaining diagnostics at `at`, and the diagnostics of the comments.
    fn left(text: &str, syntax: Syntax, at: &str) -> (usize, Vec<String>) {
        let mut suppressions = Suppressions::default();
        suppressions.read(&commented(text, syntax));
        let left = suppressions.apply(vec![finding(text, at)]).len();
        let said = suppressions.findings(&known(), |_| true);
        (left, said.iter().map(|d| d.code.name().to_owned()).collect())
    }

    fn rel(comment: &str, at: &str) -> (usize, Vec<String>) {
        let text = format!("release a on b <\n  {comment}\n  v1 \"one\" {{\n    x: 1\n  }}\n  v2 \"two\"\n>\n");
        left(&text, Syntax::Rel, at)
    }

    fn yaml(comment: &str, at: &str) -> (usize, Vec<String>) {
        let text = format!("a:\n  - b: 1\n    {comment}\n    c:\n      d: 2\n  - e: 3\n");
        left(&text, Syntax::Yaml, at)
    }

    #[test]
    fn a_comment_allows_what_is_in_the_next_node() {
        assert_eq!(rel("// relc: allow(a-rule) because x", "x: 1"), (0, vec![]));
        assert_eq!(rel("/* relc: allow(a-rule) because x */", "v1"), (0, vec![]));
        assert_eq!(rel("// relc: allow(a-rule) because x", "v2").0, 1);
        assert_eq!(yaml("# relc: allow(a-rule) because x", "d: 2"), (0, vec![]));
        assert_eq!(yaml("# relc: allow(a-rule) because x", "b: 1").0, 1);
        assert_eq!(yaml("# relc: allow(a-rule) because x", "e: 3").0, 1);
    }

    #[test]
    fn an_expectation_with_a_part_of_the_message_allows_nothing_else() {
        // The message of the diagnostic is "it is so".
        assert_eq!(rel("// relc: expect(a-rule) \"is so\"", "x: 1"), (0, vec![]));
        assert_eq!(rel("/* relc: expect(a-rule) \"is so\" */", "x: 1"), (0, vec![]));
        assert_eq!(rel("// relc: expect(a-rule) \"is not\"", "x: 1"), (1, vec![]));
    }

    #[test]
    fn a_comment_behind_something_allows_what_is_on_its_line() {
        let text = "a: 1 # relc: allow(a-rule) because x\nb: 2\n";
        assert_eq!(left(text, Syntax::Yaml, "1"), (0, vec![]));
        assert_eq!(left(text, Syntax::Yaml, "2").0, 1);
        assert_eq!(left("a: \"# relc: allow(a-rule)\"\n", Syntax::Yaml, "a"), (1, vec![]));
    }

    #[test]
    fn comments_are_looked_at_themselves() {
        assert_eq!(rel("// relc: allow(a-rule)", "v1"), (0, vec![UNREASONED.to_owned()]));
        assert_eq!(rel("// relc: allow(a-rul, a-rule) because x", "v1"), (0, vec![UNKNOWN.to_owned()]));
        assert_eq!(rel("// relc: allow(b-rule) because x", "v1"), (1, vec![UNUSED.to_owned()]));
        assert_eq!(rel("// relc: allow(unknown-key) because x", "v1"), (1, vec![UNKNOWN.to_owned()]));
    }

    #[test]
    fn a_comment_goes_with_its_line_or_with_the_space_before_it() {
        let removed = |text: &str| {
            let mut suppressions = Suppressions::default();
            suppressions.read(&commented(text, Syntax::Yaml));
            text[suppressions.list[0].removal.range()].to_owned()
        };
        let own = "a: 1\n# relc: allow(b-rule) because x\nb: 2\n";
        assert_eq!(removed(own), "# relc: allow(b-rule) because x\n");
        assert_eq!(removed("a: 1 # relc: allow(b-rule)\nb: 2\n"), " # relc: allow(b-rule)");
    }
}
