//! The preview of a release: which version answers which group of requests, for each set of ready versions, as data and as a picture.
//!
//! In: the [`Routing`] of a release. Out: a [`Preview`], and [`picture`]. Nothing is read from disk.

mod svg;

use std::sync::Arc;

use relc_routing::{Cell, Guarantee, ReadySets, Routing, Target, base, own_tables};
use relc_traffic::{Class, Decided, Domain, Entry, Model, Request, Route, classes};

pub use svg::{COLORS, class, escaped, picture};

/// The preview of a release.
pub struct Preview {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its versions.
    pub versions: Vec<String>,
    /// The sets of ready versions.
    pub sets: Vec<Vec<bool>>,
    /// The tables, one for all entries with the same rows.
    pub groups: Vec<Group>,
    /// The parts that the model omits, in sentences.
    pub notes: Vec<String>,
}

/// A table for entries that route alike.
#[derive(PartialEq)]
pub struct Group {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The hosts.
    pub hosts: Vec<String>,
    /// Groups of requests.
    pub rows: Vec<Row>,
    /// True if no request is missing.
    pub exact: bool,
}

/// Requests that get the same answers.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The stages of a rollout at which they do.
    pub stages: Vec<String>,
    /// The requests in words.
    pub title: String,
    /// One of them.
    pub example: String,
    /// The answer for each set of ready versions.
    pub cells: Vec<Cell>,
}

impl Preview {
    /// Previews a release: at all stages of its rollout, if it has one, or at the stage that `routing` is at.
    ///
    /// # Errors
    /// A version that the release doesn't have.
    pub fn new(routing: &Routing, sets: ReadySets<'_>) -> Result<Preview, String> {
        match routing.rollout() {
            Some(rollout) => Preview::of_stages(routing, 0..rollout.stages.len(), sets),
            None => {
                let mut preview = Preview::of_routes(routing, sets)?;
                preview.add_weaknesses(routing);
                Ok(preview)
            }
        }
    }

    /// Adds what manifests do to requests that can be answered.
    fn add_weaknesses(&mut self, routing: &Routing) {
        let versions = &self.versions;
        let texts = routing.weaknesses().into_iter().map(|weakness| weakness.text(versions));
        self.notes.extend(texts.collect::<Vec<_>>());
    }

    /// Previews stages of a release's rollout.
    ///
    /// # Errors
    /// As [`Preview::new`].
    pub fn of_stages(
        routing: &Routing,
        stages: impl IntoIterator<Item = usize>,
        sets: ReadySets<'_>,
    ) -> Result<Preview, String> {
        let mut all: Option<Preview> = None;
        for stage in stages {
            let routing = routing.at_stage(stage);
            let mut preview = Preview::of_routes(&routing, sets)?;
            let title = routing.stage_title().unwrap_or_default().to_owned();
            let rows = preview.groups.iter_mut().flat_map(|group| &mut group.rows);
            rows.for_each(|row| row.stages.push(title.clone()));
            match &mut all {
                Some(all) => preview.groups.into_iter().for_each(|group| add_stage(&mut all.groups, group)),
                None => all = Some(preview),
            }
        }
        let mut preview = all.ok_or("the rollout has no steps")?;
        preview.notes = routing.rollout().map(|rollout| rollout.notes.clone()).unwrap_or_default();
        preview.add_weaknesses(routing);
        Ok(preview)
    }

    fn of_routes(routing: &Routing, sets: ReadySets<'_>) -> Result<Preview, String> {
        let sets = routing.sets(sets)?;
        let models: Vec<Model> = sets.iter().map(|set| routing.model(set)).collect();
        let own = routing.own_host();
        let mut groups: Vec<Group> = Vec::new();
        let mut places: Vec<(Entry, Domain, Request)> = Vec::new();
        for table in models.iter().flat_map(own_tables) {
            if !places.iter().any(|(entry, domain, _)| *entry == table.entry && *domain == table.domain) {
                places.push((table.entry.clone(), table.domain.clone(), base(table, &own)));
            }
        }
        let has_routes = !places.is_empty();
        if !has_routes {
            places.push((Entry::Mesh, Domain::Exact(own.clone()), Request::get(&own, Entry::Mesh)));
        }
        for (entry, _, base) in places {
            let group = group(routing, &models, &sets, &base);
            match groups.iter_mut().find(|known| known.rows == group.rows) {
                Some(known) => {
                    let add = |list: &mut Vec<String>, item: String| {
                        if !list.contains(&item) {
                            list.push(item);
                        }
                    };
                    add(&mut known.hosts, base.host);
                    if !known.entries.contains(&entry) {
                        known.entries.push(entry);
                    }
                }
                None => groups.push(group),
            }
        }
        let mut notes = models.first().map(|model| model.notes.clone()).unwrap_or_default();
        notes.extend(routing.unread_template());
        let unknown = unknown(&groups);
        let is_of_environment = !has_routes && !unknown.is_empty() && !routing.is_stream();
        notes.extend(unknown);
        if is_of_environment {
            notes.push("an environment describes the routes of its router in `let traffic`".to_owned());
        }
        let missing: Vec<&str> = routing.guarantees.missing().into_iter().map(Guarantee::without).collect();
        if !missing.is_empty()
            && !routing.is_stream()
            && models.iter().flat_map(Model::tables).any(|table| !table.is_derived())
        {
            notes.push(format!("not guaranteed: {}", missing.join("; ")));
        }
        let (name, namespace, versions) = (routing.name.clone(), routing.namespace.clone(), routing.versions.clone());
        Ok(Preview { name, namespace, versions, sets, groups, notes })
    }

    /// The heading of a set of ready versions.
    pub fn heading(&self, set: &[bool]) -> String {
        relc_routing::heading(&self.versions, set)
    }
}

/// The reasons why it is unknown who answers, each once.
fn unknown(groups: &[Group]) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    let cells = groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.cells);
    for part in cells.flat_map(|cell| &cell.parts) {
        if let Target::Unknown(reason) = &part.to {
            let reason = format!("unknown: {reason}");
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    reasons
}

impl Row {
    /// The requests in words, with the stages of the rollout.
    pub fn heading(&self) -> String {
        let stages = self.stages.join(", ");
        match self.title.as_str() {
            title if stages.is_empty() => title.to_owned(),
            "all requests" => stages,
            title => format!("{stages}: {title}"),
        }
    }
}

impl Group {
    /// Returns the entry of its requests and their hosts, in words.
    pub fn place(&self) -> String {
        let entries: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        let hosts: Vec<&str> = self.hosts.iter().map(String::as_str).collect();
        place(&entries, &hosts)
    }
}

/// Returns entries and hosts in words: `through mesh, host shop.web and 3 other names`.
pub fn place(entries: &[&str], hosts: &[&str]) -> String {
    let host = hosts.first().copied().unwrap_or_default();
    let others = match hosts {
        [] | [_] => String::new(),
        [_, second] => format!(" and {second}"),
        _ => format!(" and {} other names", hosts.len() - 1),
    };
    format!("through {}, host {host}{others}", entries.join(" and "))
}

fn group(routing: &Routing, models: &[Model], sets: &[Vec<bool>], base: &Request) -> Group {
    let lists: Vec<_> = models.iter().map(|model| model.rules(base)).collect();
    let lists: Vec<&[Arc<Route>]> = lists.iter().map(|list| &**list).collect();
    let (classes, decided) = classes(&lists, base);
    let cells = |request: &Request| -> Vec<Cell> {
        let cell = |(model, set): (&Model, &Vec<bool>)| routing.cell(&model.answer(request), request, set);
        models.iter().zip(sets).map(cell).collect()
    };
    let cells: Vec<Vec<Cell>> = classes.iter().map(|class| cells(&class.request)).collect();
    let titles: Vec<Vec<String>> = classes.iter().map(|class| conditions(class, &lists)).collect();
    let mut rows: Vec<Row> = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        let is_like = |other: &usize| titles[*other].first() == titles[at].first() && cells[*other] != cells[at];
        let title = match &titles[at][..] {
            [] if classes.len() == 1 => "all requests".to_owned(),
            [] => "all other requests".to_owned(),
            // Requests that meet the same rule first can meet different ones while a version isn't ready.
            several if (0..classes.len()).any(|other| is_like(&other)) => several.join(", "),
            [first, ..] => first.clone(),
        };
        let (stages, example) = (Vec::new(), class.request.to_string());
        add_row(&mut rows, Row { stages, title, example, cells: cells[at].clone() });
    }
    if let [only] = &mut rows[..] {
        only.title = "all requests".to_owned();
    }
    Group { entries: vec![base.via.clone()], hosts: vec![base.host.clone()], rows, exact: decided == Decided::Exactly }
}

/// The conditions of the first rules that a group of requests meets, in the order of the sets; none if it meets none with conditions first.
fn conditions(class: &Class, lists: &[&[Arc<Route>]]) -> Vec<String> {
    let mut rules = class.rules.iter().zip(lists).filter_map(|(rule, list)| rule.map(|rule| &list[rule])).peekable();
    if rules.peek().is_none_or(|first| first.conditions.is_empty()) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    for rule in rules.filter(|rule| !rule.conditions.is_empty()) {
        if !found.contains(&rule.asks()) {
            found.push(rule.asks());
        }
    }
    found
}

/// Adds the rows of a stage. Consecutive stages with equal rows are one.
fn add_stage(groups: &mut Vec<Group>, stage: Group) {
    let Some(known) = groups.iter_mut().find(|known| known.entries == stage.entries && known.hosts == stage.hosts)
    else {
        return groups.push(stage);
    };
    known.exact &= stage.exact;
    let last = known.rows.last().map(|row| row.stages.clone()).unwrap_or_default();
    let start = known.rows.iter().position(|row| row.stages == last).unwrap_or(known.rows.len());
    let is_same = |(row, new): (&Row, &Row)| row.title == new.title && row.cells == new.cells;
    let rows = &mut known.rows[start..];
    if rows.len() == stage.rows.len() && rows.iter().zip(&stage.rows).all(is_same) {
        rows.iter_mut().zip(stage.rows).for_each(|(row, new)| row.stages.extend(new.stages));
    } else {
        known.rows.extend(stage.rows);
    }
}

/// Rows with equal answers are one.
fn add_row(rows: &mut Vec<Row>, row: Row) {
    match rows.iter_mut().find(|known| known.cells == row.cells) {
        Some(known) if row.title == "all other requests" => {
            *known = Row { title: row.title, ..known.clone() };
        }
        Some(known) if !known.title.split(" or ").any(|title| title == row.title) => {
            known.title = format!("{} or {}", known.title, row.title);
        }
        Some(_) => {}
        None => rows.push(row),
    }
}
