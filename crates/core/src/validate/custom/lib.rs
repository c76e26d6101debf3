//! Functions of Kubernetes' libraries for CEL that are not in the crate (Kubernetes, `apiserver/pkg/cel/library`).
//!
//! Types of these libraries (`url`, `quantity`, `ip`, `cidr`) are not known: a rule that uses one cannot be evaluated.

use std::sync::Arc;

use cel::extractors::This;
use cel::{Context, ExecutionError, Value};

use crate::eval::numbers;
use crate::validate::form::{is_cidr, is_ip};
use crate::validate::quantity::Quantity;

/// Names of which one is in each rule that calls a function of this file.
pub const NAMES: &[&str] = &["isSorted", "sum", "find", "isIP", "isCIDR", "isQuantity", "sets.", "duration"];

/// Adds the functions to `context`. A name that the crate declares itself keeps its meaning there.
pub fn add(context: &mut Context<'_, '_>) {
    let contains = |a: Arc<Vec<Value>>, b: Arc<Vec<Value>>| is_subset(&b, &a);
    let equivalent = |a: Arc<Vec<Value>>, b: Arc<Vec<Value>>| is_subset(&a, &b) && is_subset(&b, &a);
    let intersects = |a: Arc<Vec<Value>>, b: Arc<Vec<Value>>| a.iter().any(|one| b.contains(one));
    let added = [
        context.add_function("duration", duration),
        context.add_function("isSorted", is_sorted),
        context.add_function("sum", sum),
        context.add_function("find", find),
        context.add_function("findAll", find_all),
        context.add_function("isIP", |text: Arc<String>| is_ip(&text)),
        context.add_function("isCIDR", |text: Arc<String>| is_cidr(&text)),
        context.add_function("isQuantity", |text: Arc<String>| Quantity::parse(&text).is_some()),
        context.add_function("sets.contains", contains),
        context.add_function("sets.equivalent", equivalent),
        context.add_function("sets.intersects", intersects),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "no name is declared twice");
}

/// Returns the seconds of a duration: rules only compare them.
fn duration(text: Arc<String>) -> Result<Value, ExecutionError> {
    let seconds = numbers::seconds(&text);
    seconds.map(Value::Float).ok_or_else(|| ExecutionError::function_error("duration", "it is not a duration"))
}

fn is_subset(small: &[Value], large: &[Value]) -> bool {
    small.iter().all(|one| large.contains(one))
}

fn is_sorted(This(list): This<Arc<Vec<Value>>>) -> bool {
    list.is_sorted()
}

fn sum(This(list): This<Arc<Vec<Value>>>) -> Result<Value, ExecutionError> {
    let mut total = Value::Int(0);
    for item in list.iter() {
        total = match (total, item) {
            (Value::Int(total), Value::Int(item)) => {
                let sum = total.checked_add(*item);
                Value::Int(sum.ok_or_else(|| ExecutionError::function_error("sum", "it overflows"))?)
            }
            (Value::Int(0), Value::Float(item)) => Value::Float(*item),
            (Value::Float(total), Value::Float(item)) => Value::Float(total + item),
            _ => return Err(ExecutionError::function_error("sum", "an element is not a number")),
        };
    }
    Ok(total)
}

fn find(This(text): This<Arc<String>>, pattern: Arc<String>) -> Result<Value, ExecutionError> {
    let pattern = compiled(&pattern)?;
    let found = pattern.find(&text).map_or("", |found| found.as_str());
    Ok(Value::String(Arc::new(found.to_owned())))
}

fn find_all(This(text): This<Arc<String>>, pattern: Arc<String>) -> Result<Value, ExecutionError> {
    let pattern = compiled(&pattern)?;
    let found = pattern.find_iter(&text).map(|found| Value::String(Arc::new(found.as_str().to_owned())));
    Ok(Value::List(Arc::new(found.collect())))
}

fn compiled(pattern: &str) -> Result<regex::Regex, ExecutionError> {
    regex::Regex::new(pattern).map_err(|error| ExecutionError::function_error("find", error))
}
