use super::Type;
use crate::diagnostic::Diagnostics;
use crate::source::Sources;
use crate::value::Value;
/// x
pub struct Conform<'a> {
    sources: &'a Sources,
}
impl<'a> Conform<'a> {
    /// x
    pub fn declared(sources: &'a Sources, _path: &str) -> Self {
        Conform { sources }
    }
    /// x
    pub fn finished(sources: &'a Sources, _kind: &str, _name: &str) -> Self {
        Conform { sources }
    }
}
/// x
pub fn conform(v: &Value, _t: &Type, _cx: &Conform<'_>, _out: &mut Diagnostics) -> Value {
    v.clone()
}
