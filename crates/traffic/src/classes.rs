//! The partition of all requests by the rules that they meet.
//!
//! In: one or several lists of rules, each tried in its order, and a request whose host and entry are those of all others. Out:
//! for each combination of first rules that some request meets, such a request. The search goes over a few values of each
//! field: one for every set of conditions that a value can meet at once. For exact texts and prefixes these are all there are, so that what is
//! not found does not exist. Of regular expressions only samples are tried, which [`Decided`] says.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::{Condition, Field, Test};
use crate::model::Route;
use crate::request::Request;
use crate::samples;

/// The number of steps after which a search ends without a result.
const BUDGET: usize = 20_000;

/// The certainty of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// All requests were considered.
    Exactly,
    /// Samples were.
    BySamples,
}

/// The requests that meet the same first rule in each list.
#[derive(Clone, Debug)]
pub struct Class {
    /// The rule's position in each list; absent where no rule of it matches.
    pub rules: Vec<Option<usize>>,
    /// One of the requests.
    pub request: Request,
}

/// Partitions requests by the first rule that they meet in each of `lists`. `base` has the host, entry and port of all of them.
pub fn classes(lists: &[&[Arc<Route>]], base: &Request) -> (Vec<Class>, Decided) {
    let space = Space::new(lists, base);
    let mut decided = Decided::Exactly;
    let mut found = vec![Part::default()];
    for (at, list) in lists.iter().enumerate() {
        // A list that is equal to an earlier one divides nothing.
        if let Some(same) = lists[..at].iter().position(|earlier| same_rules(earlier, list)) {
            found.iter_mut().for_each(|part| part.rules.push(part.rules[same]));
            continue;
        }
        let mut finer = Vec::new();
        for part in found {
            for rule in (0..list.len()).map(Some).chain([None]) {
                let before = rule.unwrap_or(list.len());
                let mut next = part.clone();
                next.rules.push(rule);
                next.must.extend(rule.map(|rule| list[rule].conditions.as_slice()));
                next.must_not.extend(list[..before].iter().map(|route| route.conditions.as_slice()));
                match space.find(&next.must, &next.must_not, base) {
                    Search::Found(request) => finer.push(Part { request: Some(request), ..next }),
                    Search::Impossible => {}
                    Search::GaveUp => decided = Decided::BySamples,
                }
            }
        }
        found = finer;
    }
    let class = |part: Part<'_>| Class { rules: part.rules, request: part.request.unwrap_or_else(|| base.clone()) };
    (found.into_iter().map(class).collect(), decided)
}

fn same_rules(one: &[Arc<Route>], other: &[Arc<Route>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.conditions == b.conditions)
}

#[derive(Clone, Default)]
struct Part<'r> {
    rules: Vec<Option<usize>>,
    must: Vec<&'r [Condition]>,
    must_not: Vec<&'r [Condition]>,
    request: Option<Request>,
}

enum Search {
    Found(Request),
    Impossible,
    GaveUp,
}

/// The values of a field that are tried, and whether they stand for all.
struct Values {
    values: Vec<Option<String>>,
    all: bool,
}

struct Space {
    fields: BTreeMap<Field, Values>,
}

impl Space {
    fn new(lists: &[&[Arc<Route>]], base: &Request) -> Space {
        let mut tests: BTreeMap<Field, Vec<&Condition>> = BTreeMap::new();
        for condition in lists.iter().flat_map(|list| list.iter()).flat_map(|route| &route.conditions) {
            tests.entry(condition.field.clone()).or_default().push(condition);
        }
        let fields = tests.into_iter().map(|(field, conditions)| {
            let values = Values::new(&field, &conditions, base);
            (field, values)
        });
        Space { fields: fields.collect() }
    }

    fn find(&self, must: &[&[Condition]], must_not: &[&[Condition]], base: &Request) -> Search {
        // A rule for everything leaves nothing to those after it.
        if must_not.iter().any(|conditions| conditions.is_empty()) {
            return Search::Impossible;
        }
        // A rule whose conditions are all required takes the request; the search below would try everything else first.
        let is_required = |condition: &Condition| must.iter().any(|conditions| conditions.contains(condition));
        if must_not.iter().any(|conditions| conditions.iter().all(is_required)) {
            return Search::Impossible;
        }
        let mut allowed: BTreeMap<&Field, Vec<&Option<String>>> = BTreeMap::new();
        let mut all = true;
        let mentioned = must.iter().chain(must_not).flat_map(|conditions| conditions.iter());
        for field in mentioned.map(|condition| &condition.field) {
            let Some(values) = self.fields.get(field) else { continue };
            all &= values.all;
            allowed.entry(field).or_insert_with(|| {
                let conditions = must.iter().flat_map(|conditions| conditions.iter());
                let own: Vec<&Condition> = conditions.filter(|condition| condition.field == *field).collect();
                let holds = |value: &&Option<String>| own.iter().all(|condition| condition.holds(value.as_deref()));
                values.values.iter().filter(holds).collect()
            });
        }
        let mut chosen = BTreeMap::new();
        let mut budget = BUDGET;
        let is_found =
            allowed.values().all(|values| !values.is_empty()) && violate(must_not, &allowed, &mut chosen, &mut budget);
        if !is_found {
            return if budget > 0 && all { Search::Impossible } else { Search::GaveUp };
        }
        let mut request = base.clone();
        for (field, values) in &allowed {
            let value = chosen.get(*field).copied().or_else(|| values.first().copied());
            field.set(&mut request, value.and_then(|value| value.as_deref()));
        }
        Search::Found(request)
    }
}

/// Chooses values so that each of `clauses` fails in a condition.
fn violate<'s>(
    clauses: &[&'s [Condition]],
    allowed: &BTreeMap<&'s Field, Vec<&'s Option<String>>>,
    chosen: &mut BTreeMap<&'s Field, &'s Option<String>>,
    budget: &mut usize,
) -> bool {
    let Some((clause, rest)) = clauses.split_first() else { return true };
    if *budget == 0 {
        return false;
    }
    *budget -= 1;
    let fails = |condition: &Condition, chosen: &BTreeMap<&Field, &Option<String>>| {
        chosen.get(&condition.field).is_some_and(|value| !condition.holds(value.as_deref()))
    };
    if clause.iter().any(|condition| fails(condition, chosen)) {
        return violate(rest, allowed, chosen, budget);
    }
    for condition in *clause {
        if chosen.contains_key(&condition.field) {
            continue;
        }
        let values = allowed.get(&condition.field).map_or(&[][..], Vec::as_slice);
        for value in values.iter().filter(|value| !condition.holds(value.as_deref())) {
            chosen.insert(&condition.field, value);
            if violate(rest, allowed, chosen, budget) {
                return true;
            }
            chosen.remove(&condition.field);
        }
    }
    false
}

impl Values {
    fn new(field: &Field, conditions: &[&Condition], base: &Request) -> Values {
        let fixed = match field {
            // Tables are for one host, entry and port; of the client nothing is known.
            Field::Host | Field::Port => Some(field.of(base)),
            Field::Client => Some(None),
            Field::Path | Field::Method | Field::Scheme | Field::Header(_) | Field::Query(_) => None,
        };
        if let Some(value) = fixed {
            return Values { values: vec![value], all: true };
        }
        let mut candidates = ordinary(field, conditions);
        for condition in conditions {
            candidates.extend(near(&condition.test, field).into_iter().map(Some));
        }
        // Two values that meet the same conditions are one.
        let mut seen: Vec<Vec<bool>> = Vec::new();
        candidates.retain(|value| {
            let meets = conditions.iter().map(|condition| condition.holds(value.as_deref())).collect();
            let is_new = !seen.contains(&meets);
            seen.extend(is_new.then_some(meets));
            is_new
        });
        Values { values: candidates, all: conditions.iter().all(|condition| condition.test.plain().is_some()) }
    }
}

/// Values that no condition names: the most ordinary first.
fn ordinary(field: &Field, conditions: &[&Condition]) -> Vec<Option<String>> {
    let texts: &[&str] = match field {
        Field::Path => &["/", "/other"],
        Field::Method => &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"],
        Field::Scheme => &["http", "https"],
        Field::Header(_) | Field::Query(_) => &["other"],
        Field::Host | Field::Port | Field::Client => &[],
    };
    let mut values = match field {
        Field::Header(_) | Field::Query(_) => vec![None],
        _ => Vec::new(),
    };
    values.extend(texts.iter().map(|text| Some((*text).to_owned())));
    if matches!(field, Field::Header(_) | Field::Query(_) | Field::Path) {
        // One that is named nowhere.
        let mut other = texts.last().copied().unwrap_or_default().to_owned();
        while conditions.iter().any(|condition| condition.test != Test::Present && condition.test.passes(&other))
            && other.len() < 64
        {
            other.push('x');
        }
        values.push(Some(other));
    }
    values
}

/// Values around a test: those that pass it, and those that nearly do.
fn near(test: &Test, field: &Field) -> Vec<String> {
    let (text, longer) = match test.plain().as_ref().unwrap_or(test) {
        Test::Present => return Vec::new(),
        Test::Exact(text) => return vec![text.clone()],
        Test::ExactAnyCase(text) => return vec![text.clone(), text.to_ascii_uppercase(), text.to_ascii_lowercase()],
        Test::Regex(pattern, _) => {
            let mut samples = samples::samples(pattern);
            samples.retain(|sample| *field != Field::Path || sample.starts_with('/'));
            return samples;
        }
        Test::Prefix(text) => (text.clone(), vec![text.clone()]),
        Test::PrefixAnyCase(text) => (text.clone(), vec![text.clone(), text.to_ascii_uppercase()]),
        Test::Below(text) => (text.clone(), vec![format!("{text}/"), text.clone()]),
    };
    let mut values = Vec::new();
    // A path is seldom the prefix alone.
    if !text.is_empty() && *field != Field::Path || text.starts_with('/') {
        values.push(text);
    }
    for start in longer {
        let starts_path = *field != Field::Path || start.starts_with('/');
        values.extend(starts_path.then(|| format!("{start}other")));
        values.extend(starts_path.then(|| format!("{start}-{}", "x".repeat(8))));
    }
    values
}
