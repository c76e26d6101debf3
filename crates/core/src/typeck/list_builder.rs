//! The inferred type of an object or list while its entries are checked, one after the other.

use std::sync::Arc;

use super::inferred::{Inferred, OptionalOf, Stage, join, map_value};
use crate::types::{ListType, RecordField, RecordType, Type};
use relc_syntax::ast::Name;
use relc_syntax::source::Span;

/// An object on its way: what is known of its fields so far.
#[derive(Default)]
pub(super) struct Build {
    pub(super) fields: Vec<RecordField>,
    /// The type of the fields that a spread adds and that are not listed.
    pub(super) rest: Option<Type>,
    /// The type of the values under keys that are not known.
    pub(super) values: Option<Type>,
    /// Keys that were written here, with their places.
    pub(super) written: Vec<Name>,
    /// Keys that are not declared here, which was said: each may have been meant for one that is missing.
    pub(super) unknown: Vec<Name>,
    pub(super) stage: Option<Stage>,
}

/// The guard of the current entries or elements.
#[derive(Clone, Copy)]
pub(super) struct Guarding {
    /// The stage at which their existence is known.
    pub(super) stage: Stage,
    /// The least number of times that they occur; `None` if that depends on a list of the release.
    pub(super) times: Option<u64>,
}

pub(super) const ALWAYS: Guarding = Guarding { stage: Stage::Now, times: Some(1) };

/// A list on its way.
pub(super) struct ListBuilder {
    pub(super) element: Type,
    pub(super) stage: Stage,
    pub(super) least: u64,
    /// True if a list of the release determines their number.
    pub(super) unknown: bool,
}

impl ListBuilder {
    pub(super) fn add(&mut self, known: &Inferred, guarding: Guarding) {
        self.element = join(&self.element, known.ty.present());
        self.stage = self.stage.max(known.stage.inside()).max(guarding.stage.inside());
        let sure = !known.ty.is_optional() && known.stage != Stage::Guarded && guarding.stage == Stage::Now;
        match guarding.times {
            Some(times) if sure => self.least = self.least.saturating_add(times),
            Some(_) => {}
            None => self.unknown |= guarding.stage == Stage::Now,
        }
    }

    pub(super) fn known(&self) -> Inferred {
        let least = if self.unknown && self.least == 0 { None } else { Some(self.least) };
        Inferred { ty: Type::List(Arc::new(ListType { element: self.element.clone(), least })), stage: self.stage }
    }
}

impl Build {
    pub(super) fn rise(&mut self, stage: Stage) {
        self.stage = Some(self.stage.unwrap_or(Stage::Now).max(stage.inside()));
    }

    /// Puts a written entry in. An absent value leaves the object as it is; a written `null` takes away what a spread
    /// brought.
    pub(super) fn put(&mut self, key: &Name, known: Inferred, removes: bool) {
        self.rise(known.stage);
        if removes {
            self.fields.retain(|field| field.name != key.text);
            return;
        }
        self.set(&key.text, key.span, known.ty, known.stage);
    }

    pub(super) fn set(&mut self, name: &Arc<str>, span: Span, ty: Type, stage: Stage) {
        let before = self.fields.iter_mut().find(|field| field.name == *name);
        match before {
            // What is guarded takes the place of what was there, and is there only at times.
            Some(field) if ty.is_optional() && stage == Stage::Now => field.ty = join(&field.ty, ty.present()),
            Some(field) => field.ty = ty,
            None => self.fields.push(RecordField { name: Arc::clone(name), ty, span }),
        }
    }

    pub(super) fn value(&mut self, known: &Inferred) {
        self.rise(known.stage);
        let ty = known.ty.present();
        self.values = Some(self.values.as_ref().map_or_else(|| ty.clone(), |before| join(before, ty)));
    }

    /// Puts in what a spread or the body of a guard brings.
    pub(super) fn spread(&mut self, known: &Inferred, guarding: Guarding) {
        self.rise(known.stage);
        self.rise(guarding.stage);
        let at_times = known.ty.is_optional() || guarding.times != Some(1) || guarding.stage != Stage::Now;
        // Which of the fields are guarded is not kept apart in what is known of an object.
        let stage = known.stage.max(guarding.stage);
        self.spread_type(known.ty.present(), at_times, stage);
    }

    pub(super) fn spread_type(&mut self, ty: &Type, at_times: bool, stage: Stage) {
        if let Some(value) = map_value(ty) {
            self.value(&Inferred { ty: value, stage });
            return;
        }
        match ty {
            Type::Record(record) => {
                for field in &record.fields {
                    let ty = if at_times { field.ty.clone().optional_of() } else { field.ty.clone() };
                    self.set(&field.name, field.span, ty, stage);
                }
                if let Some(rest) = &record.rest {
                    self.leave(rest);
                }
            }
            Type::Partial(inner) => match &**inner {
                Type::Record(_) => self.spread_type(inner, true, stage),
                _ => self.leave(ty),
            },
            Type::Schema(_) if at_times => self.leave(&Type::Partial(Arc::new(ty.clone()))),
            Type::Schema(_) => self.leave(ty),
            Type::Union(branches) => branches.iter().for_each(|branch| self.spread_type(branch, true, stage)),
            Type::Any => self.value(&Inferred { ty: Type::Any, stage }),
            _ => {}
        }
    }

    pub(super) fn leave(&mut self, rest: &Type) {
        self.rest = Some(rest.clone());
    }

    pub(super) fn known(self) -> Inferred {
        let stage = self.stage.unwrap_or(Stage::Now);
        let ty = match self.values {
            None => Type::Record(Arc::new(RecordType { fields: self.fields, rest: self.rest })),
            Some(values) => {
                let all = self.fields.iter().fold(values, |all, field| join(&all, field.ty.present()));
                Type::Map(Arc::new(all))
            }
        };
        Inferred { ty, stage }
    }
}
