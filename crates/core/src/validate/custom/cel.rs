//! The evaluation of a rule in CEL, with Kubernetes' libraries as far as they are known.

use std::sync::{Arc, LazyLock};

use cel::{Context, Env, ExecutionError, Program, Value, extensions};

use super::lib;
use super::memo::Memo;

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

/// A rule that was compiled.
pub struct Compiled {
    program: Program,
    /// Whether it calls a function of Kubernetes' libraries.
    calls_library: bool,
}

/// The compiled rules. `None`: it is about a change, or cannot be compiled.
static COMPILED: LazyLock<Memo<Option<Arc<Compiled>>>> = LazyLock::new(Memo::default);

/// Evaluates `rules` with `value` as `self`.
pub fn evaluate<'r>(rules: impl Iterator<Item = &'r str>, value: Value) -> Vec<Evaluation> {
    let rules: Vec<Option<Arc<Compiled>>> = rules.map(compiled).collect();
    let mut context = Context::with_env(Arc::clone(&ENV));
    if rules.iter().flatten().any(|rule| rule.calls_library) {
        lib::add(&mut context);
    }
    context.add_variable_from_value("self", value);
    rules.iter().map(|rule| rule.as_ref().map_or(Evaluation::Unknown, |rule| rule.evaluate(&context))).collect()
}

impl Compiled {
    fn evaluate(&self, context: &Context<'_, '_>) -> Evaluation {
        match self.program.execute(context) {
            Ok(Value::Bool(true)) => Evaluation::Holds,
            // A function refuses its argument, such as `duration("5")`: the API server refuses the object.
            Ok(Value::Bool(false)) | Err(ExecutionError::FunctionError { .. }) => Evaluation::Broken,
            Ok(_) | Err(_) => Evaluation::Unknown,
        }
    }

    /// Returns the names of the functions that it calls.
    #[cfg(test)]
    pub fn functions(&self) -> Vec<String> {
        self.program.references().functions().into_iter().map(str::to_owned).collect()
    }
}

/// Returns the program of `rule`, if it is one that can be evaluated for a new object.
pub fn compiled(rule: &str) -> Option<Arc<Compiled>> {
    COMPILED.get_or_make(rule, || {
        let is_about_change = rule.contains("oldSelf");
        let program = if is_about_change { None } else { ENV.compile(rule).ok() };
        program.map(|program| {
            let calls_library = lib::NAMES.iter().any(|name| rule.contains(name));
            Arc::new(Compiled { program, calls_library })
        })
    })
}
