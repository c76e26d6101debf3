//! The evaluation of a rule in CEL, with Kubernetes' libraries as far as they are known.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use cel::{Context, Env, ExecutionError, Program, Value, extensions};

use super::lib;

/// What a rule says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// It holds.
    Holds,
    /// It does not hold.
    Broken,
    /// It cannot be evaluated here.
    Unknown,
}

/// The environment of all rules, made on first use.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    // Each fails only where a name is declared twice, and then is not there: its rules cannot be evaluated.
    let _ = extensions::strings(&mut env);
    let _ = extensions::lists(&mut env);
    let _ = extensions::math(&mut env);
    Arc::new(env)
});

/// The compiled rules, by their text, for the other releases of a run. `None`: it cannot be compiled.
static PROGRAMS: LazyLock<Mutex<HashMap<String, Option<Arc<Program>>>>> = LazyLock::new(Mutex::default);

/// Evaluates `rule` with `value` as `self`.
pub fn evaluate(rule: &str, value: &Value) -> Evaluation {
    if is_about_change(rule) {
        return Evaluation::Unknown;
    }
    let Some(program) = compiled(rule) else { return Evaluation::Unknown };
    let mut context = Context::with_env(Arc::clone(&ENV));
    lib::add(&mut context);
    context.add_variable_from_value("self", value.clone());
    match program.execute(&context) {
        Ok(Value::Bool(true)) => Evaluation::Holds,
        // A function refuses its argument, such as `duration("5")`: the API server refuses the object.
        Ok(Value::Bool(false)) | Err(ExecutionError::FunctionError { .. }) => Evaluation::Broken,
        Ok(_) | Err(_) => Evaluation::Unknown,
    }
}

/// Returns whether `rule` is about the change of an object that exists already.
pub fn is_about_change(rule: &str) -> bool {
    rule.contains("oldSelf")
}

/// Returns the program of `rule`, if it is one.
pub fn compiled(rule: &str) -> Option<Arc<Program>> {
    let mut programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = programs.get(rule) {
        return known.clone();
    }
    let program = ENV.compile(rule).ok().map(Arc::new);
    programs.insert(rule.to_owned(), program.clone());
    program
}
