//! `relc.toml`: the directories of custom environments, the selected lint rules, and their levels.
//!
//! In: the file's text, and the path of the linted file, relative to it. Out: its configuration, and a rule's level, if
//! it is on. Finding and reading the file is not done here.

mod check;

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{Glob, GlobMatcher};
use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::Spanned;

use relc_core::library::ClusterSettings;
use relc_syntax::diagnostic::Severity;
use relc_syntax::source::SourceFile;

/// The contents of a `relc.toml`.
#[derive(Debug, Default)]
pub struct Config {
    /// Directories of definition files, relative to the file.
    pub environments: Vec<String>,
    /// Environments and libraries of the standard library whose names those files may reuse.
    pub replaces: Vec<String>,
    /// Directories of schemas, relative to the file. Their kinds take precedence over those of relc.
    pub schemas: Vec<String>,
    /// The cluster that releases are for.
    pub cluster: ClusterSettings,
    /// The required version of the Kubernetes schemas, with its position in the file.
    kubernetes: Option<(String, Range<usize>)>,
    base: Rules,
    paths: Vec<(GlobMatcher, Rules)>,
    /// Every rule that the file names, with its position.
    named: Vec<(String, Range<usize>, Mention)>,
}

/// Checks the name of a rule, and returns a message if it is invalid.
pub type RuleCheck<'l> = &'l dyn Fn(&str) -> Result<(), String>;

/// The way in which a file mentions a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mention {
    Asked,
    Changed,
}

/// The rule settings for all files or for some.
#[derive(Clone, Debug, Default)]
struct Rules {
    /// The selected rules; all if not set.
    select: Option<Vec<String>>,
    ignore: Vec<String>,
    levels: BTreeMap<String, Level>,
}

/// The level of a rule in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Diagnostics fail a run.
    Error,
    /// Diagnostics need review.
    Warn,
    /// Diagnostics are informational.
    Info,
    /// The rule is off.
    Off,
}

/// The rule selection on the command line, which applies to every file.
#[derive(Clone, Debug, Default)]
pub struct RuleScope {
    /// `--select`: only these rules.
    pub select: Option<Vec<String>>,
    /// `--ignore`: all rules except these.
    pub ignore: Vec<String>,
}

/// An error in a `relc.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The message.
    pub message: String,
    /// The range of bytes, if known.
    pub place: Option<Range<usize>>,
}

/// Formats `errors` with the name of their file, each on its line as a report begins one.
pub fn render(errors: &[ConfigError], name: &str, text: &str) -> String {
    errors.iter().map(|error| error.render(name, text)).collect::<Vec<_>>().join("\nerror: ")
}

/// Returns the rules that a `relc.toml` with other errors names, with their ranges.
pub fn rule_names(text: &str) -> Vec<(String, Range<usize>)> {
    let (table, _) = toml::de::DeTable::parse_recoverable(text);
    let Some(lint) = table.get_ref().get("lint").and_then(|lint| lint.get_ref().as_table()) else { return Vec::new() };
    let paths = lint.get("paths").and_then(|paths| paths.get_ref().as_table());
    let tables = paths.into_iter().flat_map(|paths| paths.values()).filter_map(|table| table.get_ref().as_table());
    let mut names = Vec::new();
    for table in std::iter::once(lint).chain(tables) {
        for key in ["select", "ignore"] {
            let list = table.get(key).and_then(|list| list.get_ref().as_array());
            for item in list.into_iter().flat_map(|list| list.iter()) {
                names.extend(item.get_ref().as_str().map(|name| (name.to_owned(), item.span())));
            }
        }
        let levels = table.get("levels").and_then(|levels| levels.get_ref().as_table());
        names.extend(levels.into_iter().flatten().map(|(name, _)| (name.get_ref().to_string(), name.span())));
    }
    names
}

impl ConfigError {
    /// Formats the error with the file's name and, if known, its position in the file, whose text is `text`.
    pub fn render(&self, name: &str, text: &str) -> String {
        let place = self.place.as_ref().map_or_else(String::new, |place| {
            let at = SourceFile::new("", text).position(u32::try_from(place.start).unwrap_or(0));
            format!(":{}:{}", at.line, at.column)
        });
        format!("{name}{place}: {}", self.message.trim_end())
    }
}

/// The contents of a `relc-package.toml`, which describes the definition files next to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// The package's version.
    pub version: Version,
    /// The versions of relc that can read the package, in Cargo's syntax: `0.2`, `>=0.2, <0.4`.
    relc: Spanned<VersionReq>,
}

impl Package {
    /// Parses a `relc-package.toml`, for the version `own` of relc.
    ///
    /// # Errors
    /// Invalid TOML, missing or unknown keys, and a package that requires another version of relc.
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
    #[serde(default)]
    schemas: Vec<String>,
    kubernetes: Option<Spanned<String>>,
    #[serde(default)]
    cluster: Cluster,
    #[serde(default)]
    lint: Lint,
}

/// The `[cluster]` table: properties of the cluster that releases are for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cluster {
    #[serde(default)]
    features: Vec<String>,
    overload: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lint {
    // Repeats the three fields of `RulesTable`, as flattening would lose their positions.
    select: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    levels: BTreeMap<Spanned<String>, Level>,
    /// Globs of paths relative to the file, with additional settings for them.
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
    /// Parses a `relc.toml`.
    ///
    /// # Errors
    /// Invalid TOML, unknown keys and levels, invalid globs.
    pub fn read(text: &str) -> Result<Config, Vec<ConfigError>> {
        let mistakes = check::mistakes(text);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let file: File = toml::from_str(text)
            .map_err(|error| vec![ConfigError { message: error.message().to_owned(), place: error.span() }])?;
        let kubernetes = file.kubernetes.map(|version| {
            let place = version.span();
            (version.into_inner(), place)
        });
        let mut config = Config {
            environments: file.environments,
            replaces: file.replaces,
            schemas: file.schemas,
            cluster: ClusterSettings {
                features: file.cluster.features,
                overload: file.cluster.overload.unwrap_or(ClusterSettings::default().overload),
            },
            kubernetes,
            ..Config::default()
        };
        let Lint { select, ignore, levels, paths } = file.lint;
        config.base = config.rules(RulesTable { select, ignore, levels });
        for (glob, rules) in paths {
            let matcher = Glob::new(glob.get_ref()).map_err(|error| {
                let message = format!("`{}` is not a valid pattern of paths: {}", glob.get_ref(), error.kind());
                vec![ConfigError { message, place: Some(glob.span()) }]
            })?;
            let rules = config.rules(rules);
            config.paths.push((matcher.compile_matcher(), rules));
        }
        Ok(config)
    }

    fn rules(&mut self, table: RulesTable) -> Rules {
        let mut plain = |name: Spanned<String>, said: Mention| {
            let span = name.span();
            let name = name.into_inner();
            self.named.push((name.clone(), span, said));
            name
        };
        let select = table.select.map(|names| names.into_iter().map(|name| plain(name, Mention::Asked)).collect());
        let ignore = table.ignore.into_iter().map(|name| plain(name, Mention::Changed)).collect();
        let levels = { table.levels.into_iter() }.map(|(name, level)| (plain(name, Mention::Changed), level)).collect();
        Rules { select, ignore, levels }
    }

    /// Checks that the embedded schemas, of the version `embedded`, are the required ones; `1.34` means any of its
    /// patch releases.
    ///
    /// # Errors
    /// A mismatch, with the message.
    pub fn check_kubernetes(&self, embedded: &str) -> Result<(), ConfigError> {
        let Some((wanted, place)) = &self.kubernetes else { return Ok(()) };
        let plain = wanted.trim_start_matches('v');
        if embedded == plain || embedded.strip_prefix(plain).is_some_and(|rest| rest.starts_with('.')) {
            return Ok(());
        }
        let message = format!("`{wanted}` is not available: this relc has the schemas of Kubernetes {embedded}");
        Err(ConfigError { message, place: Some(place.clone()) })
    }

    /// Checks the rules that the file names: with `asked` those that are selected, with `changed` those that are
    /// ignored or have another level.
    ///
    /// # Errors
    /// A message about each invalid name.
    pub fn check(&self, asked: RuleCheck<'_>, changed: RuleCheck<'_>) -> Result<(), Vec<ConfigError>> {
        let check = |(name, place, mention): &(String, Range<usize>, Mention)| {
            let checked = match mention {
                Mention::Asked => asked(name),
                Mention::Changed => changed(name),
            };
            checked.err().map(|message| ConfigError { message, place: Some(place.clone()) })
        };
        let mistakes: Vec<ConfigError> = self.named.iter().filter_map(check).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    /// Returns the level of `rule`, which is `own` by default, for the file at `path` (relative to the `relc.toml`,
    /// with `/`). Returns `None` if it is off.
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
            if !chosen && rules.excludes(rule) {
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
    fn excludes(&self, rule: &str) -> bool {
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
    fn levels_apply_to_all_files_or_to_some() {
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
    fn the_command_line_overrides_the_file() {
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
    fn a_package_requires_a_version_of_relc() {
        let own = Version::new(0, 1, 3);
        let text = |relc: &str| format!("name = \"shops\"\nversion = \"2.0.1\"\nrelc = \"{relc}\"\n");
        for relc in ["0.1", "0.1.3", ">=0.1, <0.4"] {
            assert_eq!(Package::read(&text(relc), &own).expect("it is read").name, "shops");
        }
        let error = Package::read(&text("0.2"), &own).expect_err("it needs a newer one");
        assert_eq!(error.message, "`shops` 2.0.1 needs relc ^0.2, and this is relc 0.1.3");
        assert_eq!(error.render("relc-package.toml", &text("0.2")).split(' ').next(), Some("relc-package.toml:3:8:"));
        assert!(Package::read(&text("new"), &own).is_err());
        assert!(Package::read("name = \"shops\"\n", &own).is_err());
    }

    #[test]
    fn mistakes_have_a_position() {
        let text = "[lint]\nignroe = []\n";
        let error = Config::read(text).expect_err("the key is misspelt");
        assert!(error[0].message.contains("did you mean `ignore`"), "{error:?}");
        let text = "[lint]\nignore = [\"ded-key\"]\n";
        let none = |rule: &str| Err(format!("no `{rule}`"));
        let error = Config::read(text).expect("its form is right").check(&|_| Ok(()), &none).expect_err("it is said");
        assert_eq!(error[0].message, "no `ded-key`");
        assert_eq!(error[0].place.clone().map(|place| text[place].to_owned()), Some("\"ded-key\"".to_owned()));
        let asked = Config::read("[lint]\nselect = [\"dead-key\"]\n").expect("its form is right");
        assert_eq!(asked.check(&|_| Ok(()), &none), Ok(()));
    }
}
