//! The functions of the language, one row each: what it takes and returns, its evaluation, its documentation.
//!
//! The type checker, editors and the reference of the language read the same rows, so that a function that lacks one of these
//! does not compile.

mod lists;
mod manifests;
mod numbers;
mod objects;
mod strings;

use super::{Evaluator, Scope};
use crate::types::quoted;
use crate::value::{Value, ValueKind};
use relc_syntax::ast::Arg;
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::source::Span;

/// A function of the language.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters and its evaluation.
    pub signature: Signature,
    /// The type of its result.
    pub returns: Returns,
    /// A description of its result, as Markdown without a full stop.
    pub doc: &'static str,
}

/// The parameters of a function, and the evaluation that takes as many arguments.
pub enum Signature {
    /// One argument.
    One(Parameter, fn(&Evaluator<'_>, &Value, Call) -> Value),
    /// Two arguments.
    Two([Parameter; 2], fn(&Evaluator<'_>, &Value, &Value, Call) -> Value),
    /// Three arguments.
    Three([Parameter; 3], fn(&Evaluator<'_>, [&Value; 3], Call) -> Value),
    /// One argument or more.
    Some(Parameter, fn(&Evaluator<'_>, &[Value], Call) -> Value),
}

/// A parameter of a function.
pub struct Parameter {
    /// Its name in the documentation.
    pub name: &'static str,
    /// The values that it takes.
    pub takes: Takes,
}

/// The values that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Any value that the compiler knows, and none.
    Value,
    /// An object, or none.
    Object,
    /// A list or a map; what the controller decides may be in it.
    Container,
    /// A list, a map or a string.
    Sized,
    /// A list.
    List,
    /// A list of conditions.
    Conditions,
    /// A list of strings.
    Strings,
    /// A list of strings; what the controller decides may be in it.
    RunStrings,
    /// A list of numbers.
    Numbers,
    /// A list of strings or of numbers.
    Sortable,
    /// A list of objects.
    Objects,
    /// A whole number.
    Int,
    /// A string.
    String,
    /// A string that is a regular expression.
    Pattern,
    /// An object that is never empty, whichever versions are ready.
    Template,
    /// A manifest whose kind the controller watches.
    Manifest,
    /// Any value, and none; what the controller decides may be in it.
    RunTime,
    /// A version.
    Version,
}

/// The type of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// A boolean.
    Bool,
    /// A string.
    String,
    /// A string, which only the controller knows where the argument has a value that only it knows.
    RunString,
    /// An integer that is not negative.
    Count,
    /// A whole number.
    Int,
    /// A list of whole numbers.
    Integers,
    /// A list of strings.
    Strings,
    /// The argument's own type.
    Argument,
    /// A map of lists like the argument.
    Groups,
    /// The sum of a list, an integer where its elements are.
    Sum,
    /// A number, or none.
    NumberRead,
    /// A boolean, which only the controller knows where the argument is such.
    Condition,
    /// An element of the argument, or none.
    Element,
    /// All arguments in one object.
    Merged,
    /// The argument, or none where it is empty.
    NonEmpty,
    /// The argument, as a value that the compiler knows.
    Settled,
    /// The argument if it is a string, or none.
    StringOnly,
    /// The argument if it is a number, or none.
    NumberOnly,
    /// The argument if it is an object, or none.
    ObjectOnly,
    /// The description of a watched kind.
    Watch,
    /// A weight that only the controller knows.
    Weight,
    /// A boolean that only the controller knows.
    Live,
}

/// A call of a function: its name, for messages, and its place.
#[derive(Clone, Copy)]
pub struct Call {
    name: &'static str,
    span: Span,
}

const fn takes(name: &'static str, takes: Takes) -> Parameter {
    Parameter { name, takes }
}

/// The functions, sorted by their names.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "add",
        signature: Signature::Two([takes("x", Takes::Int), takes("y", Takes::Int)], numbers::add),
        returns: Returns::Int,
        doc: "x plus y, for whole numbers",
    },
    Function {
        name: "all",
        signature: Signature::One(takes("list", Takes::Conditions), lists::all),
        returns: Returns::Condition,
        doc: "whether every condition is true",
    },
    Function {
        name: "any",
        signature: Signature::One(takes("list", Takes::Conditions), lists::any),
        returns: Returns::Condition,
        doc: "whether one condition is true",
    },
    Function {
        name: "base64",
        signature: Signature::One(takes("string", Takes::String), strings::base64),
        returns: Returns::String,
        doc: "the string in Base64, as in a Secret",
    },
    Function {
        name: "contains",
        signature: Signature::Two([takes("string", Takes::String), takes("part", Takes::String)], strings::contains),
        returns: Returns::Bool,
        doc: "whether the part is in the string",
    },
    Function {
        name: "decimal",
        signature: Signature::One(takes("string", Takes::String), numbers::decimal),
        returns: Returns::NumberRead,
        doc: "the number in the string, such as `0.5`, or absent",
    },
    Function {
        name: "div",
        signature: Signature::Two([takes("x", Takes::Int), takes("y", Takes::Int)], numbers::div),
        returns: Returns::Int,
        doc: "how many times y fits into x, for whole numbers; an error if y is 0",
    },
    Function {
        name: "endsWith",
        signature: Signature::Two([takes("string", Takes::String), takes("suffix", Takes::String)], strings::ends_with),
        returns: Returns::Bool,
        doc: "whether the string ends with the suffix",
    },
    Function {
        name: "given",
        signature: Signature::One(takes("x", Takes::Value), objects::given),
        returns: Returns::Bool,
        doc: "whether x exists and is from the release: set there, or a default that is made of what is set there",
    },
    Function {
        name: "group",
        signature: Signature::Two([takes("list", Takes::Objects), takes("key", Takes::String)], lists::group),
        returns: Returns::Groups,
        doc: "the objects of a list by the string at their key: a map of lists",
    },
    Function {
        name: "hash",
        signature: Signature::One(takes("string", Takes::String), strings::hash),
        returns: Returns::String,
        doc: "16 hexadecimal digits that depend only on the string (FNV-1a)",
    },
    Function {
        name: "includes",
        signature: Signature::Two([takes("x", Takes::Value), takes("y", Takes::Value)], objects::includes),
        returns: Returns::Bool,
        doc: "whether x contains everything in y: each entry of an object, each element of a list",
    },
    Function {
        name: "join",
        signature: Signature::Two([takes("list", Takes::RunStrings), takes("separator", Takes::String)], strings::join),
        returns: Returns::RunString,
        doc: "the strings of a list as one",
    },
    Function {
        name: "json",
        signature: Signature::One(takes("x", Takes::RunTime), strings::json),
        returns: Returns::RunString,
        doc: "x as JSON in a string, as routers read it from annotations",
    },
    Function {
        name: "last",
        signature: Signature::One(takes("list", Takes::List), lists::last),
        returns: Returns::Element,
        doc: "the last element, or absent",
    },
    Function {
        name: "len",
        signature: Signature::One(takes("x", Takes::Sized), lists::len),
        returns: Returns::Count,
        doc: "the number of elements, entries or characters; 0 if x is absent",
    },
    Function {
        name: "live",
        signature: Signature::One(takes("v", Takes::Version), manifests::live),
        returns: Returns::Live,
        doc: "whether the version is ready and its weight is above 0, at run time",
    },
    Function {
        name: "lower",
        signature: Signature::One(takes("string", Takes::String), strings::lower),
        returns: Returns::String,
        doc: "the string in lower case",
    },
    Function {
        name: "matches",
        signature: Signature::Two([takes("string", Takes::String), takes("pattern", Takes::Pattern)], strings::matches),
        returns: Returns::Bool,
        doc: "whether the whole string matches the RE2 expression",
    },
    Function {
        name: "merge",
        signature: Signature::Some(takes("x", Takes::Object), objects::merge),
        returns: Returns::Merged,
        doc: "the objects, merged deeply; later ones win",
    },
    Function {
        name: "mod",
        signature: Signature::Two([takes("x", Takes::Int), takes("y", Takes::Int)], numbers::rem),
        returns: Returns::Int,
        doc: "the remainder of `div(x, y)`",
    },
    Function {
        name: "mul",
        signature: Signature::Two([takes("x", Takes::Int), takes("y", Takes::Int)], numbers::mul),
        returns: Returns::Int,
        doc: "x times y, for whole numbers",
    },
    Function {
        name: "nonempty",
        signature: Signature::One(takes("x", Takes::Container), objects::nonempty),
        returns: Returns::NonEmpty,
        doc: "x, or absent if it is empty or absent",
    },
    Function {
        name: "number",
        signature: Signature::One(takes("x", Takes::Value), objects::number),
        returns: Returns::NumberOnly,
        doc: "x if it is a number, otherwise absent",
    },
    Function {
        name: "object",
        signature: Signature::One(takes("x", Takes::Value), objects::object),
        returns: Returns::ObjectOnly,
        doc: "x if it is an object, otherwise absent",
    },
    Function {
        name: "range",
        signature: Signature::Two([takes("from", Takes::Int), takes("to", Takes::Int)], numbers::range),
        returns: Returns::Integers,
        doc: "the whole numbers from `from` up to, but without, `to`",
    },
    Function {
        name: "regex",
        signature: Signature::One(takes("string", Takes::String), strings::regex),
        returns: Returns::Bool,
        doc: "whether the string is a valid RE2 expression",
    },
    Function {
        name: "repeated",
        signature: Signature::One(takes("list", Takes::Strings), lists::repeated),
        returns: Returns::Strings,
        doc: "the strings of a list that occur earlier in it",
    },
    Function {
        name: "replace",
        signature: Signature::Three(
            [takes("string", Takes::String), takes("old", Takes::String), takes("new", Takes::String)],
            strings::replace,
        ),
        returns: Returns::String,
        doc: "the string with each `old` replaced by `new`",
    },
    Function {
        name: "seconds",
        signature: Signature::One(takes("string", Takes::String), numbers::seconds),
        returns: Returns::NumberRead,
        doc: "the seconds of a duration such as `1h30m`, or absent",
    },
    Function {
        name: "settled",
        signature: Signature::One(takes("x", Takes::RunTime), manifests::settled),
        returns: Returns::Settled,
        doc: "x with every version ready, and weights as in the release: for a route that no controller writes",
    },
    Function {
        name: "short",
        signature: Signature::One(takes("object", Takes::Manifest), manifests::short),
        returns: Returns::String,
        doc: "the short name of its kind, as declared by `watch`",
    },
    Function {
        name: "sort",
        signature: Signature::One(takes("list", Takes::Sortable), lists::sort),
        returns: Returns::Argument,
        doc: "the strings or numbers of a list, in their order",
    },
    Function {
        name: "split",
        signature: Signature::Two([takes("string", Takes::String), takes("separator", Takes::String)], strings::split),
        returns: Returns::Strings,
        doc: "the parts of the string, as a list",
    },
    Function {
        name: "startsWith",
        signature: Signature::Two(
            [takes("string", Takes::String), takes("prefix", Takes::String)],
            strings::starts_with,
        ),
        returns: Returns::Bool,
        doc: "whether the string starts with the prefix",
    },
    Function {
        name: "sub",
        signature: Signature::Two([takes("x", Takes::Int), takes("y", Takes::Int)], numbers::sub),
        returns: Returns::Int,
        doc: "x minus y, for whole numbers",
    },
    Function {
        name: "sum",
        signature: Signature::One(takes("list", Takes::Numbers), numbers::sum),
        returns: Returns::Sum,
        doc: "the sum of the numbers of a list",
    },
    Function {
        name: "template",
        signature: Signature::One(takes("object", Takes::Template), manifests::template),
        returns: Returns::String,
        doc: "a routing template, which the controller evaluates for the versions that are ready",
    },
    Function {
        name: "text",
        signature: Signature::One(takes("x", Takes::Value), objects::text),
        returns: Returns::StringOnly,
        doc: "x if it is a string, otherwise absent",
    },
    Function {
        name: "trim",
        signature: Signature::One(takes("string", Takes::String), strings::trim),
        returns: Returns::String,
        doc: "the string without white space at its ends",
    },
    Function {
        name: "upper",
        signature: Signature::One(takes("string", Takes::String), strings::upper),
        returns: Returns::String,
        doc: "the string in upper case",
    },
    Function {
        name: "watch",
        signature: Signature::One(takes("object", Takes::Manifest), manifests::watch),
        returns: Returns::Watch,
        doc: "how its kind is watched: `{ short, group, version, resource, conditions }`",
    },
    Function {
        name: "weight",
        signature: Signature::One(takes("v", Takes::Version), manifests::weight),
        returns: Returns::Weight,
        doc: "the weight of the version at run time",
    },
    Function {
        name: "yaml",
        signature: Signature::One(takes("x", Takes::Value), manifests::yaml),
        returns: Returns::String,
        doc: "x as a YAML document in a string",
    },
];

impl Function {
    /// Returns the function `name`.
    pub fn named(name: &str) -> Option<&'static Function> {
        FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
    }

    /// Returns the names of all functions.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        FUNCTIONS.iter().map(|function| function.name)
    }

    /// The parameters; the last of a function that takes more arguments takes all of those.
    pub fn parameters(&self) -> &[Parameter] {
        match &self.signature {
            Signature::One(parameter, _) | Signature::Some(parameter, _) => std::slice::from_ref(parameter),
            Signature::Two(parameters, _) => parameters,
            Signature::Three(parameters, _) => parameters,
        }
    }

    /// Returns the call as the reference writes it: `startsWith(string, prefix)`.
    pub fn shown(&self) -> String {
        let names: Vec<&str> = self.parameters().iter().map(|parameter| parameter.name).collect();
        let more = if matches!(self.signature, Signature::Some(..)) { ", …" } else { "" };
        format!("{}({}{more})", self.name, names.join(", "))
    }

    /// Returns how many arguments it takes, where `count` is not as many.
    pub fn arity(&self, count: usize) -> Result<(), &'static str> {
        match self.signature {
            Signature::One(..) if count != 1 => Err("one argument"),
            Signature::Two(..) if count != 2 => Err("two arguments"),
            Signature::Three(..) if count != 3 => Err("three arguments"),
            Signature::Some(..) if count == 0 => Err("at least one argument"),
            Signature::One(..) | Signature::Two(..) | Signature::Three(..) | Signature::Some(..) => Ok(()),
        }
    }
}

impl Evaluator<'_> {
    /// Calls `function`, which `name` names if there is one.
    pub(super) fn function(
        &self,
        name: &str,
        function: Option<&Function>,
        args: &[Arg],
        span: Span,
        scope: &Scope<'_>,
    ) -> Value {
        let values: Vec<Value> = args.iter().map(|arg| self.eval(&arg.value, scope)).collect();
        let Some(function) = function else { return self.unknown_function(name, span, scope) };
        if values.iter().any(|value| matches!(value.data, ValueKind::Error)) {
            return Value::new(ValueKind::Error, span);
        }
        let call = Call { name: function.name, span };
        match (&function.signature, values.as_slice()) {
            (Signature::One(_, evaluate), [value]) => evaluate(self, value, call),
            (Signature::Two(_, evaluate), [one, other]) => evaluate(self, one, other, call),
            (Signature::Three(_, evaluate), [one, other, last]) => evaluate(self, [one, other, last], call),
            (Signature::Some(_, evaluate), [_, ..]) => evaluate(self, &values, call),
            (Signature::One(..) | Signature::Two(..) | Signature::Three(..) | Signature::Some(..), _) => {
                let takes = function.arity(values.len()).err().unwrap_or_default();
                let message = format!("`{name}` takes {takes}, and {} are set", values.len());
                Value::new(self.report(Diagnostic::error(Code::InvalidExpression, span, message)), span)
            }
        }
    }

    fn unknown_function(&self, name: &str, span: Span, scope: &Scope<'_>) -> Value {
        let message = format!("fragment or function `{name}` not found");
        let error = Diagnostic::error(Code::UnknownName, span, message);
        let error = match nearest(name, Function::names()) {
            _ if scope.module.items.contains_key(name) => error.help(format!("`{name}` takes no arguments here")),
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("the functions are {}", quoted(Function::names()))),
        };
        Value::new(self.report(error), span)
    }

    /// A value of a sort that the function does not take; a bare word refers to nothing.
    fn unfit_argument(&self, call: Call, wanted: &str, value: &Value) -> Value {
        let error = match &value.data {
            ValueKind::Word(word) => {
                Diagnostic::error(Code::UnknownName, value.span, format!("`{word}` refers to nothing"))
            }
            _ => {
                let message = format!("`{}` takes {wanted}, and this is {}", call.name, value.describe());
                Diagnostic::error(Code::WrongType, value.span, message)
            }
        };
        Value::new(self.report(error), value.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_their_order() {
        assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
    }
}
