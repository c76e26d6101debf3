//! `relc.toml`: where environments of one's own are, which lint rules are asked, and how much their findings weigh.
//!
//! In: the file's text, and the path of what is linted, relative to the file. Out: what it says, a rule's level, or that it is
//! not asked. Finding and reading the file is the command line's.

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{Glob, GlobMatcher};
use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::Spanned;

use relc_syntax::diagnostic::Severity;
use relc_syntax::source::SourceFile;

/// What a `relc.toml` says.
#[derive(Debug, Default)]
pub struct Config {
    /// Directories of definition files, relative to the file.
    pub environments: Vec<String>,
    /// Environments and libraries of the standard library whose names those files may take.
    pub replaces: Vec<String>,
    /// The version of Kubernetes whose schemas are wanted, with its place in the file.
    kubernetes: Option<(String, Range<usize>)>,
    base: Rules,
    paths: Vec<(GlobMatcher, Rules)>,
    /// Every rule that is named, with its place in the file.
    named: Vec<(String, Range<usize>, Said)>,
}

/// A look at the name of a rule: what is wrong with it, in a sentence.
pub type Look<'l> = &'l dyn Fn(&str) -> Result<(), String>;

/// What is said of a rule that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Asked,
    Changed,
}

/// What is said of rules, for all files or for some.
#[derive(Clone, Debug, Default)]
struct Rules {
    /// The rules that are asked; all where nothing is said.
    select: Option<Vec<String>>,
    ignore: Vec<String>,
    levels: BTreeMap<String, Level>,
}

/// A level that a rule can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Its findings fail a run.
    Error,
    /// Worth a look.
    Warn,
    /// Worth knowing.
    Info,
    /// It is not asked.
    Off,
}

/// What the command line says over every file.
#[derive(Clone, Debug, Default)]
pub struct RuleScope {
    /// `--select`: only these.
    pub select: Option<Vec<String>>,
    /// `--ignore`: not these.
    pub ignore: Vec<String>,
}

/// What is wrong with a `relc.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// A sentence.
    pub message: String,
    /// The bytes that it is about, where that is known.
    pub place: Option<Range<usize>>,
}

impl ConfigError {
    /// The error with the name of its file, whose text is `text`, and the place if there is one.
    pub fn shown(&self, name: &str, text: &str) -> String {
        let place = self.place.as_ref().map_or_else(String::new, |place| {
            let at = SourceFile::new("", text).position(u32::try_from(place.start).unwrap_or(0));
            format!(":{}:{}", at.line, at.column)
        });
        format!("{name}{place}: {}", self.message.trim_end())
    }
}

/// What a `relc-package.toml` says of the definition files beside it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The versions of relc that read it, as Cargo writes them: `0.2`, `>=0.2, <0.4`.
    relc: Spanned<VersionReq>,
}

impl Package {
    /// Reads the text of a `relc-package.toml`, for the relc of the version `own`.
    ///
    /// # Errors
    /// Text that is not TOML, keys that are missing or do not exist, and a package that needs another relc.
    pub fn read(text: &str, own: &Version) -> Result<Package, ConfigError> {
        let package: Package = toml::from_str(text)
            .map_err(|error| ConfigError { message: error.message().to_owned(), place: error.span() })?;
        let needed = package.relc.get_ref();
        if needed.matches(own) {
            return Ok(package);
        }
        let Package { name, version, .. } = &package;
        let message = format!("`{name}` {version} needs relc {needed}, and this is relc {own}");
        Err(ConfigError { message, place: Some(package.relc.span()) })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    environments: Vec<String>,
    #[serde(default)]
    replaces: Vec<String>,
    kubernetes: Option<Spanned<String>>,
    #[serde(default)]
    lint: Lint,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lint {
    // The same three as in `RulesTable`: flattening would lose their places.
    select: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    levels: BTreeMap<Spanned<String>, Level>,
    /// Globs of paths relative to the file, with what holds for them in addition.
    #[serde(default)]
    paths: BTreeMap<Spanned<String>, RulesTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesTable {
    select: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    levels: BTreeMap<Spanned<String>, Level>,
}

impl Config {
    /// Reads the text of a `relc.toml`.
    ///
    /// # Errors
    /// Text that is not TOML, keys and levels that do not exist, globs that cannot be read.
    pub fn read(text: &str) -> Result<Config, ConfigError> {
        let file: File = toml::from_str(text)
            .map_err(|error| ConfigError { message: error.message().to_owned(), place: error.span() })?;
        let kubernetes = file.kubernetes.map(|version| {
            let place = version.span();
            (version.into_inner(), place)
        });
        let mut config =
            Config { environments: file.environments, replaces: file.replaces, kubernetes, ..Config::default() };
        let Lint { select, ignore, levels, paths } = file.lint;
        config.base = config.rules(RulesTable { select, ignore, levels });
        for (glob, rules) in paths {
            let matcher = Glob::new(glob.get_ref()).map_err(|error| ConfigError {
                message: format!("`{}` is no pattern of paths: {}", glob.get_ref(), error.kind()),
                place: Some(glob.span()),
            })?;
            let rules = config.rules(rules);
            config.paths.push((matcher.compile_matcher(), rules));
        }
        Ok(config)
    }

    fn rules(&mut self, table: RulesTable) -> Rules {
        let mut plain = |name: Spanned<String>, said: Said| {
            let span = name.span();
            let name = name.into_inner();
            self.named.push((name.clone(), span, said));
            name
        };
        let select = table.select.map(|names| names.into_iter().map(|name| plain(name, Said::Asked)).collect());
        let ignore = table.ignore.into_iter().map(|name| plain(name, Said::Changed)).collect();
        let levels = { table.levels.into_iter() }.map(|(name, level)| (plain(name, Said::Changed), level)).collect();
        Rules { select, ignore, levels }
    }

    /// Whether the schemas that there are, those of the version `embedded`, are those that are wanted: `1.34` stands for all
    /// of its patches.
    ///
    /// # Errors
    /// What to say where they are not.
    pub fn check_kubernetes(&self, embedded: &str) -> Result<(), ConfigError> {
        let Some((wanted, place)) = &self.kubernetes else { return Ok(()) };
        let plain = wanted.trim_start_matches('v');
        if embedded == plain || embedded.strip_prefix(plain).is_some_and(|rest| rest.starts_with('.')) {
            return Ok(());
        }
        let message = format!("this relc has the schemas of Kubernetes {embedded}, and `{wanted}` is wanted");
        Err(ConfigError { message, place: Some(place.clone()) })
    }

    /// Looks at the rules that are named: with `asked` at those that are to be asked, with `changed` at those that are not, or at
    /// another level.
    ///
    /// # Errors
    /// What is said of the first of which anything is.
    pub fn check(&self, asked: Look<'_>, changed: Look<'_>) -> Result<(), ConfigError> {
        for (name, place, said) in &self.named {
            let checked = match said {
                Said::Asked => asked(name),
                Said::Changed => changed(name),
            };
            checked.map_err(|message| ConfigError { message, place: Some(place.clone()) })?;
        }
        Ok(())
    }

    /// The level of `rule`, by default `own`, for the file at `path` (relative to the `relc.toml`, with `/`). None where it
    /// is not asked.
    pub fn level(&self, scope: &RuleScope, path: &str, rule: &str, own: Severity) -> Option<Severity> {
        if scope.ignore.iter().any(|name| name == rule) {
            return None;
        }
        if scope.select.as_ref().is_some_and(|names| !names.iter().any(|name| name == rule)) {
            return None;
        }
        let mut level = match own {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warn,
            Severity::Info => Level::Info,
        };
        let chosen = scope.select.is_some();
        let here = self.paths.iter().filter(|(glob, _)| glob.is_match(path)).map(|(_, rules)| rules);
        for rules in std::iter::once(&self.base).chain(here) {
            if !chosen && rules.leaves_out(rule) {
                level = Level::Off;
            }
            if let Some(given) = rules.levels.get(rule) {
                level = *given;
            }
        }
        match level {
            Level::Error => Some(Severity::Error),
            Level::Warn => Some(Severity::Warning),
            Level::Info => Some(Severity::Info),
            Level::Off => None,
        }
    }
}

impl Rules {
    fn leaves_out(&self, rule: &str) -> bool {
        self.ignore.iter().any(|name| name == rule)
            || self.select.as_ref().is_some_and(|names| !names.iter().any(|name| name == rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(config: &Config, path: &str, rule: &str) -> Option<Severity> {
        config.level(&RuleScope::default(), path, rule, Severity::Warning)
    }

    #[test]
    fn levels_are_for_all_files_or_for_some() {
        let text = "
            [lint]
            ignore = [\"image-latest\"]
            [lint.levels]
            weight-zero = \"error\"
            [lint.paths.\"legacy/**\"]
            ignore = [\"weight-zero\"]
            [lint.paths.\"legacy/**\".levels]
            image-latest = \"info\"
        ";
        let config = Config::read(text).expect("it is right");
        assert_eq!(level(&config, "shop/a.rel", "weight-zero"), Some(Severity::Error));
        assert_eq!(level(&config, "shop/a.rel", "image-latest"), None);
        assert_eq!(level(&config, "legacy/b/a.rel", "weight-zero"), None);
        assert_eq!(level(&config, "legacy/a.rel", "image-latest"), Some(Severity::Info));
        assert_eq!(level(&config, "legacy/a.rel", "dead-key"), Some(Severity::Warning));
    }

    #[test]
    fn the_command_line_goes_over_the_file() {
        let config = Config::read("[lint]\nselect = [\"dead-key\"]\n").expect("it is right");
        assert_eq!(level(&config, "a.rel", "dead-key"), Some(Severity::Warning));
        assert_eq!(level(&config, "a.rel", "weight-zero"), None);
        let scope = RuleScope { select: Some(vec!["weight-zero".into()]), ignore: Vec::new() };
        assert_eq!(config.level(&scope, "a.rel", "weight-zero", Severity::Warning), Some(Severity::Warning));
        assert_eq!(config.level(&scope, "a.rel", "dead-key", Severity::Warning), None);
    }

    #[test]
    fn the_version_of_kubernetes_is_that_of_the_schemas() {
        let check = |version: &str| {
            let config = Config::read(&format!("kubernetes = \"{version}\"\n")).expect("it is right");
            config.check_kubernetes("1.34.4").map_err(|error| error.place)
        };
        assert_eq!(check("1.34"), Ok(()));
        assert_eq!(check("v1.34.4"), Ok(()));
        assert_eq!(check("1.3"), Err(Some(13..18)));
        assert_eq!(check("1.33"), Err(Some(13..19)));
    }

    #[test]
    fn a_package_says_which_relc_it_needs() {
        let own = Version::new(0, 1, 3);
        let text = |relc: &str| format!("name = \"shops\"\nversion = \"2.0.1\"\nrelc = \"{relc}\"\n");
        for relc in ["0.1", "0.1.3", ">=0.1, <0.4"] {
            assert_eq!(Package::read(&text(relc), &own).expect("it is read").name, "shops");
        }
        let error = Package::read(&text("0.2"), &own).expect_err("it needs a newer one");
        assert_eq!(error.message, "`shops` 2.0.1 needs relc ^0.2, and this is relc 0.1.3");
        assert_eq!(error.shown("relc-package.toml", &text("0.2")).split(' ').next(), Some("relc-package.toml:3:8:"));
        assert!(Package::read(&text("new"), &own).is_err());
        assert!(Package::read("name = \"shops\"\n", &own).is_err());
    }

    #[test]
    fn mistakes_have_a_place() {
        let text = "[lint]\nignroe = []\n";
        let error = Config::read(text).expect_err("the key is misspelt");
        assert!(error.message.contains("ignroe"), "{error:?}");
        let text = "[lint]\nignore = [\"ded-key\"]\n";
        let none = |rule: &str| Err(format!("no `{rule}`"));
        let error = Config::read(text).expect("its form is right").check(&|_| Ok(()), &none).expect_err("it is said");
        assert_eq!(error.message, "no `ded-key`");
        assert_eq!(error.place.map(|place| text[place].to_owned()), Some("\"ded-key\"".to_owned()));
        let asked = Config::read("[lint]\nselect = [\"dead-key\"]\n").expect("its form is right");
        assert_eq!(asked.check(&|_| Ok(()), &none), Ok(()));
    }
}
