//! Environments that grow exponentially: evaluation ends within its budget, and the error is at the expression that
//! grows.

use rayon::prelude::*;

use crate::place::Place;

/// Returns an environment whose versions have `lets`, the last of which is `all`, and is emitted.
fn environment(lets: &str) -> String {
    format!(
        "import kube\n\nfragment twice(text: string): string = \"{{text}}{{text}}\"\n\n\
         environment hostile extends kube.application {{\n  version {{\n    headline text: string\n{lets}    \
         emit kube.ConfigMap {{ metadata: v.metadata, data: {{ all: yaml(v.all) }} }}\n  }}\n  strategy none {{ }}\n}}\n"
    )
}

/// Returns `count` lets, each computed from the previous one, which is `LAST` in `next`.
fn chain(first: &str, count: usize, next: &str) -> String {
    let lets = (1..=count).map(|at| format!("    let a{at} = {}\n", next.replace("LAST", &format!("v.a{}", at - 1))));
    format!("    let a0 = {first}\n{}    let all = v.a{count}\n", lets.collect::<String>())
}

/// Returns a list of 64,000 strings, `v.long`, and `all`.
fn over_many(all: &str) -> String {
    let few: Vec<String> = (0..40).map(|at| at.to_string()).collect();
    format!(
        "    let few = [{}]\n    let long = [for a in v.few: for b in v.few: for c in v.few: \"{{a}}/{{b}}/{{c}}\"]\n    let all = {all}\n",
        few.join(", ")
    )
}

/// Returns a string of some megabytes, `v.text_long`, and `all`.
fn of_long_text(all: &str) -> String {
    chain("v.text", 18, "twice(LAST)").replace("let all =", "let text_long =") + &over_many(all)
}

#[test]
fn a_hostile_environment_ends_with_one_error() {
    let holes = format!("\"{}\"", "{v.text_long}".repeat(1000));
    let cases = [
        // The name, the start of the reported expression, and the lets.
        ("doubling spreads", "v.a", chain("[v.text]", 40, "[...LAST, ...LAST]")),
        ("doubling spreads of objects", "v.a", chain("{ a: v.text }", 40, "{ ...LAST, b: LAST, c: LAST }")),
        ("doubling objects", "v.a", chain("{ a: v.text }", 40, "{ a: LAST, b: LAST }")),
        ("doubling merges", "v.a", chain("{ a: v.text }", 40, "merge({ a: LAST }, { b: LAST })")),
        ("doubling texts", "\"{v.a", chain("v.text", 40, "\"{LAST}{LAST}\"")),
        ("doubling calls", "v.a", chain("v.text", 40, "twice(LAST)")),
        ("doubling YAML", "yaml({ a: v.a", chain("v.text", 40, "yaml({ a: LAST, b: LAST })")),
        ("nested comprehensions", "a]", over_many("[for a in v.long: for b in v.long: a]")),
        ("a huge interpolation", "\"{v.text_long}{v.text_long}", of_long_text(&holes)),
        ("a long text joined", "join(", of_long_text("join([for a in v.long: v.text_long], \"\")")),
        ("a long text written", "yaml([", of_long_text("yaml([for a in v.long: v.text_long])")),
        (
            "a list looked through for each of its elements",
            "a in v.long",
            over_many("[for a in v.long: if a in v.long: a]"),
        ),
        (
            "a list compared for each of its elements",
            "v.long == v",
            over_many("[for a in v.long: if v.long == v.long: a]"),
        ),
        ("each element sought in all", "includes(v.long", over_many("includes(v.long, v.long)")),
        ("a deep chain", "v.a", chain("v.text", 3000, "\"{LAST}\"")),
    ];
    let wrong: Vec<String> = cases.par_iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs `relc lint` on a file of declarations, the last of which is first, and a release.
fn linted(declarations: &[String]) -> String {
    let text: String = declarations.iter().rev().map(|line| format!("{line}\n")).collect();
    let place = Place::new(&[("a.rel", &format!("{text}\nrelease a on deployment < \"x:1\" >\n"))]);
    let found = place.run(&["lint", "--format", "short", "a.rel"]);
    assert!(found.code == Some(0) || found.code == Some(1), "{}", found.err);
    found.out.lines().filter(|line| line.contains("error[")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn long_chains_of_declarations_are_one_error() {
    let chain = |first: &str, next: &dyn Fn(usize) -> String| {
        let rest = (1..3_000).map(next);
        linted(&std::iter::once(first.to_owned()).chain(rest).collect::<Vec<_>>())
    };
    let types = chain("type T0 = { a: int? }", &|at| format!("type T{at} = {{ a: T{}? }}", at - 1));
    let parts = chain("part p0 {}", &|at| format!("part p{at} extends p{} {{}}", at - 1));
    let also_first = chain("part p0 {}", &|at| format!("part p{at} extends p0, p{} {{}}", at - 1));
    for (found, message) in [
        (types, "type `T128` is nested deeper than 128 types"),
        (parts, "`p129` extends more than 128 parts, one after another"),
        (also_first, "`p130` extends more than 128 parts, one after another"),
    ] {
        assert!(found.lines().count() == 1 && found.contains(message), "{message}:\n{found}");
    }
}

#[test]
fn a_type_that_is_written_twice_is_resolved_once() {
    let doubling = (1..100).map(|at| format!("type T{at} = {{ a: T{0}?, b: T{0}? }}", at - 1));
    let types: Vec<String> = std::iter::once("type T0 = { a: int? }".to_owned()).chain(doubling).collect();
    let value = "let x: T99 = { a: { b: { a: {} } } }".to_owned();
    assert_eq!(linted(&[types, vec![value]].concat()), "");
}

fn check((name, begins, lets): &(&str, &str, String)) -> Result<(), String> {
    let environment = environment(lets);
    let place = Place::new(&[
        ("relc.toml", "environments = [\"envs/\"]\n"),
        ("envs/hostile.rel", &environment),
        ("x.rel", "release x on hostile < \"a text that is not short\" >\n"),
    ]);
    let built = place.run(&["build", "x.rel", "--message-format", "short"]);
    let mut found = built.err.lines();
    let (first, rest) = (found.next().unwrap_or_default(), found.count());
    // The error is at the expression that grows, not at one that uses it.
    let at = first.strip_prefix("envs/hostile.rel:").and_then(|rest| {
        let mut numbers = rest.split(':').map_while(|number| number.parse::<usize>().ok());
        let line = environment.lines().nth(numbers.next()? - 1)?;
        line.get(numbers.next()? - 1..)
    });
    let is_there = at.is_some_and(|text| text.starts_with(begins));
    if built.code != Some(1) || !built.out.is_empty() || rest > 0 || !first.contains(": error[E0308]: ") || !is_there {
        return Err(format!("{name}: {:?} {first}, {rest} more, at {at:?}", built.code));
    }
    // Nothing is evaluated without a release; inference is bounded, too.
    let checked = place.run(&["env", "check", "envs", "--format", "short"]);
    let is_bounded = checked.code == Some(0) || checked.code == Some(1) && checked.out.contains("error[E0308]");
    if is_bounded { Ok(()) } else { Err(format!("{name}: {:?} {}{}", checked.code, checked.out, checked.err)) }
}
