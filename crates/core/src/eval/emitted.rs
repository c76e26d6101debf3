//! The objects that an environment emits, as its mutations leave them.

use std::sync::Arc;

use super::reads::Input;
use super::{EmittedObject, Evaluator, Scope};
use crate::hir::Local;
use crate::library::Definition;
use crate::types::{Type, written};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{self, WeightMode};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};

impl Evaluator<'_> {
    /// Returns the objects that the statements of a version emit, or without one, those of the environment's body, in their
    /// order.
    pub fn objects(&self, version: Option<usize>) -> Arc<[EmittedObject]> {
        self.reads_beyond();
        let known = self.state.objects.borrow().get(&version).cloned();
        match known {
            Some(Some(objects)) => objects,
            // While they are evaluated, none exists; the definition's check refuses expressions that read them.
            Some(None) => Arc::new([]),
            None => {
                self.state.objects.borrow_mut().insert(version, None);
                let objects: Arc<[EmittedObject]> = self.emit_objects(version).into();
                self.state.objects.borrow_mut().insert(version, Some(Arc::clone(&objects)));
                objects
            }
        }
    }

    /// The objects of all versions, and then those of the release.
    pub(super) fn all_objects(&self) -> Vec<Value> {
        let count = self.instance.map_or(0, |instance| instance.given.versions.len());
        let origins = (0..count).map(Some).chain([None]);
        let objects = origins.flat_map(|origin| self.objects(origin).iter().cloned().collect::<Vec<_>>());
        objects.map(|object| object.value).collect()
    }

    /// The objects of the version `at` that are `wanted`.
    pub(super) fn object_list(&self, at: usize, wanted: fn(&EmittedObject) -> bool) -> Value {
        let objects = self.objects(Some(at));
        let values = objects.iter().filter(|object| wanted(object)).map(|object| object.value.clone());
        let instance = self.instance.expect("versions exist only where there is a release");
        Value::list(values.collect(), instance.given.versions[at].span)
    }

    /// The percentage of traffic of the version `at`, if weights split traffic.
    pub(super) fn percent(&self, at: usize) -> ValueKind {
        let instance = self.instance.expect("versions exist only where there is a release");
        let weight = |at| match self.input(&instance, Input::Weight(at)).map(|weight| weight.data) {
            Some(ValueKind::Int(weight)) => weight.max(0),
            _ => 0,
        };
        let weights: Vec<i64> = (0..instance.given.versions.len()).map(weight).collect();
        let total: i64 = weights.iter().sum();
        match instance.plan.weights() {
            WeightMode::Split | WeightMode::Percent if total > 0 => match 100 * weights[at] {
                hundred if hundred % total == 0 => ValueKind::Int(hundred / total),
                // Weights are small numbers, which a float holds exactly.
                #[expect(clippy::cast_precision_loss)]
                hundred => ValueKind::Float(hundred as f64 / total as f64),
            },
            WeightMode::Split | WeightMode::Percent | WeightMode::Each | WeightMode::None => ValueKind::Null,
        }
    }

    fn emit_objects(&self, version: Option<usize>) -> Vec<EmittedObject> {
        let Some(instance) = self.instance else { return Vec::new() };
        let mut objects = Vec::new();
        let (own, body) = (&instance.plan.version, &instance.plan.body);
        let emits = if version.is_some() { &own.emits } else { &body.emits };
        for emit in emits {
            let scope = Scope::part(&emit.definition.module, version);
            for expr in &emit.definition.item.values {
                flatten(self.eval(expr, &scope), &mut |value| {
                    objects.push(EmittedObject { value, tracked: emit.track });
                });
            }
        }
        let own = version.iter().flat_map(|at| own.mutations.iter().map(|mutation| (mutation, Some(*at))));
        for (mutation, version) in own.chain(body.mutations.iter().map(|mutation| (mutation, None))) {
            self.mutate(mutation, version, &mut objects);
        }
        objects
    }

    /// Applies a mutation to the objects of its type.
    fn mutate(&self, mutation: &Definition<ast::Mutate>, version: Option<usize>, objects: &mut [EmittedObject]) {
        let scope = Scope::part(&mutation.module, version);
        let ty = written::resolve(&mutation.item.ty, &mutation.module, &mut Diagnostics::default()).ty;
        for object in objects.iter_mut().filter(|object| is_of(&object.value, &ty)) {
            let local = Local { name: &mutation.item.name.text, known: object.value.clone(), next: None };
            let changed = self.eval(&mutation.item.value, &Scope { locals: Some(&local), ..scope });
            match self.renamed(&object.value, &changed) {
                Some(field) => {
                    let message = format!("this changes `{field}` of an object, to which others refer");
                    let error = Diagnostic::error(Code::InvalidDeclaration, mutation.item.value.span, message);
                    self.report(error.help("change it where the object is emitted"));
                }
                None => object.value = changed,
            }
        }
    }

    /// Returns the field of an object's identity that differs between the two.
    fn renamed(&self, before: &Value, after: &Value) -> Option<&'static str> {
        let of = |value: &Value, path: &str| -> Option<String> {
            let step = |value: Option<Value>, key: &str| value?.as_object()?.get(key).cloned();
            let found = path.split('.').fold(Some(value.clone()), step)?;
            found.as_str().map(str::to_owned)
        };
        let identity = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];
        let is_known = !matches!(after.data, ValueKind::Error);
        identity.into_iter().find(|path| is_known && of(before, path) != of(after, path))
    }
}

/// Returns true if `value` is an object of the type: of its kind, or of any if that is every kind.
pub(super) fn is_of(value: &Value, ty: &Type) -> bool {
    let Some(object) = value.as_object() else { return false };
    let field = |key: &str| object.get(key).and_then(Value::as_str);
    match ty {
        Type::Manifest => field("kind").is_some(),
        Type::Schema(kind) => {
            let schema = kind.schema();
            field("apiVersion") == Some(&*schema.api_version) && field("kind") == Some(&*schema.kind)
        }
        Type::Union(branches) => branches.iter().any(|branch| is_of(value, branch)),
        _ => false,
    }
}

/// Each object of what an `emit` gives: an object, a list of them, or nothing.
fn flatten(value: Value, push: &mut dyn FnMut(Value)) {
    match &value.data {
        ValueKind::Null | ValueKind::Error => {}
        ValueKind::List(elements) => elements.iter().for_each(|element| flatten(element.value.clone(), push)),
        _ => push(value),
    }
}
