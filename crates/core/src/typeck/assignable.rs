//! Assignability: decides if a value of one type is valid where another type is expected.
//!
//! A refinement of a text and a bound of a number that are not seen to be broken wait for the finished manifest, as does
//! the least length of a list that a release gives.

use std::collections::HashSet;
use std::sync::Arc;

use super::inferred::{field_type, is_manifest, is_object, kinds, map_value};
use crate::types::Type;
use crate::types::written::{element_type, field_names};
use relc_schema::Node;

/// The types that differ, and the path within the value.
#[derive(Clone, Debug)]
pub(super) struct Mismatch {
    pub(super) path: String,
    pub(super) why: Why,
}

/// Why it does not fit.
#[derive(Clone, Debug)]
pub(super) enum Why {
    /// It is of another sort.
    Sort { wanted: Type, found: Type },
    /// It may be absent.
    Absent,
    /// An object lacks what is required.
    Lacks(Arc<str>),
    /// An object has what is not declared.
    Has { name: Arc<str>, known: Vec<Arc<str>> },
    /// A list may have too few elements.
    Short(u64),
    /// A word that is no member.
    Member { member: Arc<str>, members: Vec<Arc<str>> },
}

/// Checks that a value of the type `found` is valid where `wanted` is expected.
pub(super) fn fits(found: &Type, wanted: &Type) -> Result<(), Mismatch> {
    Assignability { path: Vec::new(), partial: false, seen: HashSet::new() }.go(found, wanted)
}

/// Returns true if a value can have both types.
pub(super) fn overlap(one: &Type, other: &Type) -> bool {
    match (one.present(), other.present()) {
        (Type::Union(branches), ty) | (ty, Type::Union(branches)) => branches.iter().any(|branch| overlap(branch, ty)),
        (one, other) => match (shape(one), shape(other)) {
            (Shape::IntOrText | Shape::Quantity, Shape::Int(..) | Shape::Number | Shape::Text | Shape::Words(_))
            | (Shape::Int(..) | Shape::Number | Shape::Text | Shape::Words(_), Shape::IntOrText | Shape::Quantity) => {
                true
            }
            _ => fits(one, other).is_ok() || fits(other, one).is_ok(),
        },
    }
}

/// The parts of two types that are compared.
enum Shape {
    Bool,
    Int(Option<i64>, Option<i64>),
    Number,
    Text,
    Words(Vec<Arc<str>>),
    IntOrText,
    Quantity,
    List { least: Option<u64>, needs: u64 },
    Map,
    Object,
    Manifest,
    Version,
    Any,
}

fn shape(ty: &Type) -> Shape {
    match ty {
        Type::Error | Type::Any | Type::Union(_) => Shape::Any,
        Type::Optional(inner) | Type::Partial(inner) => shape(inner),
        Type::Manifest => Shape::Manifest,
        Type::Bool => Shape::Bool,
        Type::Int { min, max } => Shape::Int(*min, *max),
        Type::Number { .. } => Shape::Number,
        Type::String(_) => Shape::Text,
        Type::Enum(members) => Shape::Words(members.to_vec()),
        Type::List(list) => Shape::List { least: list.least, needs: 0 },
        Type::Map(_) => Shape::Map,
        Type::Record(_) => Shape::Object,
        Type::Version => Shape::Version,
        Type::Schema(node) => match node.node() {
            Node::Any => Shape::Any,
            Node::Boolean => Shape::Bool,
            Node::Integer { min, max } => Shape::Int(*min, *max),
            Node::Number { .. } => Shape::Number,
            Node::String(text) if !text.members.is_empty() => {
                Shape::Words(text.members.iter().map(|member| member.as_str().into()).collect())
            }
            Node::String(_) => Shape::Text,
            Node::IntOrString { .. } => Shape::IntOrText,
            Node::Quantity => Shape::Quantity,
            Node::List { min, .. } => Shape::List { least: *min, needs: min.unwrap_or(0) },
            Node::Map { .. } => Shape::Map,
            Node::Object(_) => Shape::Object,
        },
    }
}

struct Assignability {
    path: Vec<String>,
    /// True if nothing is required here.
    partial: bool,
    /// Pairs of places in schemas that were compared: schemas share their nodes.
    seen: HashSet<(String, String)>,
}

impl Assignability {
    fn fail(&self, why: Why) -> Result<(), Mismatch> {
        Err(Mismatch { path: self.path.concat(), why })
    }

    fn sort(&self, found: &Type, wanted: &Type) -> Result<(), Mismatch> {
        self.fail(Why::Sort { wanted: wanted.present().clone(), found: found.present().clone() })
    }

    fn go(&mut self, found: &Type, wanted: &Type) -> Result<(), Mismatch> {
        match (found, wanted) {
            (Type::Error, _) | (_, Type::Error) => Ok(()),
            (Type::Optional(found), _) => {
                self.go(found, wanted.present())?;
                if wanted.is_optional() || self.partial { Ok(()) } else { self.fail(Why::Absent) }
            }
            (_, Type::Optional(wanted)) => self.go(found, wanted),
            (Type::Version, Type::Any) => self.sort(found, wanted),
            (Type::Any, _) | (_, Type::Any) => Ok(()),
            (Type::Partial(found), _) => self.loosely(|this| this.go(found, wanted)),
            (_, Type::Partial(wanted)) => self.loosely(|this| this.go(found, wanted)),
            (Type::Union(branches), _) => branches.iter().try_for_each(|branch| self.go(branch, wanted)),
            (_, Type::Union(branches)) => self.any_branch(found, branches, wanted),
            (Type::Schema(a), Type::Schema(b)) if a == b => Ok(()),
            (Type::Schema(a), Type::Schema(b)) => {
                let pair = (format!("{a:?}"), format!("{b:?}{}", self.partial));
                if self.seen.insert(pair) { self.shapes(found, wanted) } else { Ok(()) }
            }
            _ => self.shapes(found, wanted),
        }
    }

    fn loosely<T>(&mut self, then: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.partial, true);
        let result = then(self);
        self.partial = before;
        result
    }

    /// The branch that takes it; where only one is of its sort, that one says why not.
    fn any_branch(&mut self, found: &Type, branches: &[Type], wanted: &Type) -> Result<(), Mismatch> {
        let mut misfits = Vec::new();
        for branch in branches {
            let mut attempt =
                Assignability { path: self.path.clone(), partial: self.partial, seen: std::mem::take(&mut self.seen) };
            match attempt.go(found, branch) {
                Ok(()) => return Ok(()),
                Err(misfit) => misfits.push(misfit),
            }
        }
        let here = self.path.concat();
        let inner = |misfit: &&Mismatch| misfit.path != here || !matches!(misfit.why, Why::Sort { .. });
        match misfits.iter().find(inner) {
            Some(misfit) => Err(misfit.clone()),
            None => self.sort(found, wanted),
        }
    }

    fn shapes(&mut self, found: &Type, wanted: &Type) -> Result<(), Mismatch> {
        match (shape(found), shape(wanted)) {
            (_, Shape::Any) | (Shape::Any, _) => Ok(()),
            (Shape::Bool, Shape::Bool)
            | (Shape::Version, Shape::Version)
            | (Shape::Number, Shape::Number | Shape::Quantity)
            | (Shape::Int(..), Shape::Number | Shape::IntOrText | Shape::Quantity)
            | (Shape::Text | Shape::Words(_), Shape::Text | Shape::IntOrText | Shape::Quantity)
            | (Shape::IntOrText | Shape::Quantity, Shape::IntOrText | Shape::Quantity)
            | (Shape::Manifest, Shape::Manifest) => Ok(()),
            // A text of a schema's few words is checked on the finished manifest; a word of the language is a member now.
            (Shape::Text, Shape::Words(_)) if matches!(wanted, Type::Schema(_)) => Ok(()),
            (Shape::Int(a, b), Shape::Int(c, d)) => {
                let apart = b.zip(c).is_some_and(|(b, c)| b < c) || d.zip(a).is_some_and(|(d, a)| d < a);
                if apart { self.sort(found, wanted) } else { Ok(()) }
            }
            (Shape::Words(found), Shape::Words(members)) => {
                match found.into_iter().find(|member| !members.contains(member)) {
                    Some(member) => self.fail(Why::Member { member, members }),
                    None => Ok(()),
                }
            }
            (Shape::List { least, .. }, Shape::List { needs, .. }) => self.lists(found, wanted, least, needs),
            (Shape::Map, Shape::Map) => self.maps(found, wanted),
            (Shape::Object, Shape::Map) => self.object_in_map(found, wanted),
            (Shape::Object, Shape::Object) => self.objects(found, wanted),
            (Shape::Map, Shape::Object) if is_open(wanted) => Ok(()),
            (Shape::Object, Shape::Manifest) if is_manifest(found) || !kinds(found).is_empty() => Ok(()),
            (
                Shape::Bool
                | Shape::Int(..)
                | Shape::Number
                | Shape::Text
                | Shape::Words(_)
                | Shape::IntOrText
                | Shape::Quantity
                | Shape::List { .. }
                | Shape::Map
                | Shape::Object
                | Shape::Manifest
                | Shape::Version,
                _,
            ) => self.sort(found, wanted),
        }
    }

    fn lists(&mut self, found: &Type, wanted: &Type, least: Option<u64>, needs: u64) -> Result<(), Mismatch> {
        if let (Some(of_found), Some(of_wanted)) = (element_type(found), element_type(wanted)) {
            self.below("[]".to_owned(), |this| this.go(&of_found, &of_wanted))?;
        }
        match least {
            Some(least) if least < needs && !self.partial => self.fail(Why::Short(needs)),
            _ => Ok(()),
        }
    }

    fn maps(&mut self, found: &Type, wanted: &Type) -> Result<(), Mismatch> {
        match (map_value(found), map_value(wanted)) {
            (Some(found), Some(wanted)) => self.below("[…]".to_owned(), |this| this.go(&found, &wanted)),
            _ => Ok(()),
        }
    }

    fn object_in_map(&mut self, found: &Type, wanted: &Type) -> Result<(), Mismatch> {
        let Some(value) = map_value(wanted) else { return Ok(()) };
        let value = Type::Optional(Arc::new(value));
        for name in field_names(found) {
            if let Some(ty) = field_type(found, &name) {
                self.below(format!(".{name}"), |this| this.go(&ty, &value))?;
            }
        }
        Ok(())
    }

    fn objects(&mut self, found: &Type, wanted: &Type) -> Result<(), Mismatch> {
        // What is left of an object of the same place in a schema fits by itself.
        let names = if same_rest(found, wanted) { listed(found) } else { field_names(found) };
        let known = field_names(wanted);
        let sure = listed(found);
        for name in names {
            let Some(ty) = field_type(found, &name) else { continue };
            // What a part of a kind may lack is found on the finished manifest.
            let waits = matches!(found, Type::Record(_)) && !sure.contains(&name) && has_partial_rest(found);
            match field_type(wanted, &name) {
                Some(field) if waits => {
                    self.below(format!(".{name}"), |this| this.loosely(|this| this.go(&ty, &field)))?;
                }
                Some(field) => self.below(format!(".{name}"), |this| this.go(&ty, &field))?,
                None if is_open(wanted) || asks_for_few(wanted) => {}
                None => return self.fail(Why::Has { name, known }),
            }
        }
        if self.partial {
            return Ok(());
        }
        for name in &known {
            let required = field_type(wanted, name).is_some_and(|ty| !ty.is_optional());
            if required && field_type(found, name).is_none() {
                return self.fail(Why::Lacks(Arc::clone(name)));
            }
        }
        Ok(())
    }

    fn below<T>(&mut self, step: String, then: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = then(self);
        self.path.pop();
        result
    }
}

fn listed(ty: &Type) -> Vec<Arc<str>> {
    match ty {
        Type::Record(record) => record.fields.iter().map(|field| Arc::clone(&field.name)).collect(),
        _ => Vec::new(),
    }
}

fn has_partial_rest(ty: &Type) -> bool {
    matches!(ty, Type::Record(record) if matches!(record.rest, Some(Type::Partial(_))))
}

fn same_rest(found: &Type, wanted: &Type) -> bool {
    let Type::Record(record) = found else { return false };
    fn node(ty: &Type) -> Option<&relc_schema::SchemaRef> {
        match ty {
            Type::Schema(node) => Some(node),
            Type::Partial(inner) | Type::Optional(inner) => node(inner),
            Type::Record(record) => record.rest.as_ref().and_then(node),
            _ => None,
        }
    }
    record.rest.as_ref().and_then(node).is_some_and(|rest| node(wanted) == Some(rest))
}

/// A record of the language asks for fewer fields than a variable may have.
fn asks_for_few(ty: &Type) -> bool {
    matches!(ty, Type::Record(record) if record.rest.is_none())
}

/// Returns true if a schema keeps fields that it does not declare.
pub(super) fn is_open(ty: &Type) -> bool {
    match ty {
        Type::Schema(node) => matches!(node.node(), Node::Object(object) if object.open),
        Type::Partial(inner) | Type::Optional(inner) => is_open(inner),
        Type::Record(record) => record.rest.as_ref().is_some_and(is_open),
        _ => false,
    }
}

/// The branches of a type that an object, or with `lists` a list, can be of.
pub(super) fn branches_for(ty: &Type, lists: Literal) -> Vec<Type> {
    match ty {
        Type::Optional(inner) => branches_for(inner, lists),
        Type::Partial(inner) => {
            let partial = |ty| if matches!(ty, Type::Partial(_)) { ty } else { Type::Partial(Arc::new(ty)) };
            branches_for(inner, lists).into_iter().map(partial).collect()
        }
        Type::Union(branches) => branches.iter().flat_map(|branch| branches_for(branch, lists)).collect(),
        Type::Error | Type::Any => vec![ty.clone()],
        other if matches!(shape(other), Shape::Any) => vec![Type::Any],
        other => {
            let takes = match lists {
                Literal::Object => is_object(other),
                Literal::List => matches!(shape(other), Shape::List { .. }),
            };
            if takes { vec![other.clone()] } else { Vec::new() }
        }
    }
}

/// Which literal is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Object,
    List,
}

/// Returns the least number of elements that a type requires.
pub(super) fn least_needed(ty: &Type) -> u64 {
    match shape(ty) {
        Shape::List { needs, .. } if !matches!(ty, Type::Partial(_)) => needs,
        _ => 0,
    }
}

/// The members of the enum that stands there, if it is one.
pub(super) fn members(ty: &Type) -> Vec<Arc<str>> {
    match ty {
        Type::Union(branches) => branches.iter().flat_map(members).collect(),
        Type::Optional(inner) | Type::Partial(inner) => members(inner),
        other => match shape(other) {
            Shape::Words(members) => members,
            _ => Vec::new(),
        },
    }
}
