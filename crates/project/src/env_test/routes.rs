//! The text of a test's routes: below each line `# RELEASE ready: v1, v2`, the object that the controller writes while
//! exactly these versions are ready.

use super::TestedRelease;
use relc_core::codegen::{Format, Stream};
use relc_syntax::diagnostic::{nearest, quoted};

/// The text between a release's name and its ready versions.
const READY: &str = " ready:";

/// The list of no versions.
const NONE: &str = "none";

/// Returns the correct text for `recorded`: its questions, each with the answer.
///
/// # Errors
/// The number of a line that can't be answered, from 1, and the reason.
pub fn update(recorded: &str, releases: &[TestedRelease], sound: bool) -> Result<String, (usize, String)> {
    let mut out = String::new();
    let mut asked = false;
    for (at, line) in recorded.lines().enumerate() {
        let Some((name, versions)) = question(line) else {
            if !asked {
                // Text above the first question is the author's.
                out.push_str(line);
                out.push('\n');
            }
            continue;
        };
        if std::mem::replace(&mut asked, true) {
            out.push_str("---\n");
        }
        out.push_str(line.trim_end());
        out.push('\n');
        out.push_str(&answer(name, versions, releases, sound).map_err(|why| (at + 1, why))?);
    }
    if asked {
        Ok(out)
    } else {
        Err((1, "nothing is asked: write `# RELEASE ready: VERSION, VERSION`, or `none`".to_owned()))
    }
}

/// Parses the release and the versions that a line asks for.
fn question(line: &str) -> Option<(&str, &str)> {
    let (name, versions) = line.strip_prefix('#')?.split_once(READY)?;
    let name = name.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some((name, versions.trim()))
}

fn answer(name: &str, versions: &str, releases: &[TestedRelease], sound: bool) -> Result<String, String> {
    let Some(TestedRelease { routed, .. }) = releases.iter().find(|release| release.name == name) else {
        return Err(unknown_name("release", name, releases.iter().map(|release| release.name.as_str())));
    };
    if !sound {
        return Err("the release has errors, so it has no routes".to_owned());
    }
    let mut ready = vec![false; routed.versions.len()];
    for version in versions.split(',').map(str::trim).filter(|version| *version != NONE) {
        match routed.versions.iter().position(|known| known == version) {
            Some(at) => ready[at] = true,
            None => return Err(unknown_name("version", version, routed.versions.iter().map(String::as_str))),
        }
    }
    let objects = routed.objects(&ready);
    if objects.is_empty() { Err(format!("`{name}` routes nothing")) } else { Ok(Stream::piece(Format::Yaml, &objects)) }
}

fn unknown_name<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str> + Clone) -> String {
    let hint = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the test has {}", quoted(known)),
    };
    format!("{what} `{name}` not found; {hint}")
}
