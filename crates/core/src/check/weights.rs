//! Weights of a release, interpreted by its strategy.

use std::fmt;

use crate::frontend::{Unread, Version, Weight};
use crate::helm_values::header::HeaderKey;
use relc_syntax::ast::WeightMode;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::Span;

/// The relative weight of a version without one, if others have relative weights.
pub const DEFAULT_WEIGHT: u32 = 50;

/// Returns the weight of each version under a strategy that interprets weights by `mode`.
pub fn weights(versions: &[Version], mode: WeightMode, unread: &Unread, out: &mut Diagnostics) -> Vec<u32> {
    if mixed(versions, out) {
        return vec![DEFAULT_WEIGHT; versions.len()];
    }
    let percent = versions.iter().any(|version| version.weight.as_ref().is_some_and(|weight| weight.percent));
    match mode {
        WeightMode::Percent if versions.iter().all(|version| version.weight.is_none()) => evenly(versions.len()),
        WeightMode::Percent => percentages(versions, unread, out),
        WeightMode::Split if percent => percentages(versions, unread, out),
        WeightMode::Split | WeightMode::Each | WeightMode::None => bare(versions),
    }
}

/// The part of the traffic that a version gets while all versions are ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The version's weight.
    pub weight: u32,
    /// The sum of all weights, which is not 0.
    pub total: u64,
}

impl fmt::Display for Share {
    /// `30%`; a share of another total than 100 has its weights, too: `37.5% (30 of 80)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Share { weight, total } = *self;
        if total == 100 {
            return write!(f, "{weight}%");
        }
        let tenths = (u64::from(weight) * 1000 + total / 2) / total;
        match tenths % 10 {
            0 => write!(f, "{}% ({weight} of {total})", tenths / 10),
            rest => write!(f, "{}.{rest}% ({weight} of {total})", tenths / 10),
        }
    }
}

/// The share of each version under a strategy that reads weights in `mode`: none where it does not split traffic by weight,
/// and where the weights have errors.
pub fn shares(versions: &[Version], mode: WeightMode) -> Option<Vec<Share>> {
    match mode {
        WeightMode::Split | WeightMode::Percent => {}
        WeightMode::Each | WeightMode::None => return None,
    }
    let mut errors = Diagnostics::default();
    let weights = weights(versions, mode, &Unread::default(), &mut errors);
    let is_read = |version: &Version| version.weight.as_ref().is_none_or(|weight| weight.value.is_some());
    let total = weights.iter().copied().map(u64::from).sum();
    let is_split = total > 0 && !errors.has_errors() && versions.iter().all(is_read);
    is_split.then(|| weights.into_iter().map(|weight| Share { weight, total }).collect())
}

fn given(version: &Version) -> Option<u32> {
    version.weight.as_ref().and_then(|weight| weight.value)
}

fn bare(versions: &[Version]) -> Vec<u32> {
    versions.iter().map(|version| given(version).unwrap_or(DEFAULT_WEIGHT)).collect()
}

fn evenly(count: usize) -> Vec<u32> {
    let count = u32::try_from(count).unwrap_or(u32::MAX).max(1);
    (0..count).map(|at| 100 / count + u32::from(at < 100 % count)).collect()
}

/// Reports a mix of percentages and relative weights, whose meaning would be unclear.
fn mixed(versions: &[Version], out: &mut Diagnostics) -> bool {
    let weights: Vec<&Weight> = versions.iter().filter_map(|version| version.weight.as_ref()).collect();
    let percent = weights.iter().find(|weight| weight.percent);
    let bare = weights.iter().find(|weight| !weight.percent);
    let (Some(percent), Some(bare)) = (percent, bare) else { return false };
    let message = "weights with and without `%` cannot be mixed in one release";
    let error = Diagnostic::error(Code::MixedWeights, bare.span, message).label("relative");
    out.push(error.related(percent.span, "a percentage").help("write all of them with `%`, or none"));
    true
}

/// Returns percentages, which add up to 100; one version may omit its own.
fn percentages(versions: &[Version], unread: &Unread, out: &mut Diagnostics) -> Vec<u32> {
    let sum: u64 = versions.iter().filter_map(given).map(u64::from).sum();
    let missing = versions.iter().filter(|version| version.weight.is_none()).count();
    let rest = 100_u64.checked_sub(sum).and_then(|rest| u32::try_from(rest).ok());
    // An invalid weight was reported, and the intended one is unknown.
    let unread = unread.is_weight
        || unread.keys.contains(&HeaderKey::Versions)
        || versions.iter().any(|version| version.weight.as_ref().is_some_and(|weight| weight.value.is_none()));
    match (missing, rest) {
        _ if unread => {}
        (0, Some(0)) | (1, Some(_)) => {}
        (0, _) => out.push(wrong_sum(versions, &format!("the percentages sum to {sum}, not 100"))),
        (_, None) => out.push(wrong_sum(versions, &format!("the percentages sum to {sum}, which is more than 100"))),
        (_, Some(_)) => {
            let without = versions.iter().filter(|version| version.weight.is_none()).nth(1);
            let span = without.map_or(versions[0].span, |version| version.span);
            let message = "only one version may omit its percentage";
            out.push(
                Diagnostic::error(Code::PercentSum, span, message)
                    .help("the version without a percentage gets the rest"),
            );
        }
    }
    versions.iter().map(|version| given(version).unwrap_or(rest.unwrap_or(0))).collect()
}

fn wrong_sum(versions: &[Version], message: &str) -> Diagnostic {
    let spans: Vec<(Span, u32)> =
        versions.iter().filter_map(|v| v.weight.as_ref()).map(|w| (w.span, w.value.unwrap_or(0))).collect();
    let (last, first) = spans.split_last().map_or((None, &[][..]), |(last, first)| (Some(last), first));
    let span = last.map_or(versions[0].span, |(span, _)| *span);
    let mut error = Diagnostic::error(Code::PercentSum, span, message);
    for (span, value) in first {
        error = error.related(*span, format!("{value}"));
    }
    let others: u64 = first.iter().map(|(_, value)| u64::from(*value)).sum();
    match 100_u64.checked_sub(others) {
        Some(rest) if spans.len() < versions.len() => {
            error.help(format!("at most {rest} is left here, and the version without a weight gets the rest"))
        }
        Some(rest) if last.is_some() => {
            error.help(format!("write `{rest}%` to make 100%, or remove this weight: the version then gets the rest"))
        }
        _ => error.help("make them sum to 100, or remove each `%`: weights without it are relative"),
    }
}
