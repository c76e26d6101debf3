//! Threads for what can be done in parallel, started when there is enough of it.

use std::sync::OnceLock;

use rayon::prelude::*;

/// Fewer items than this are worked on where they are: starting threads costs as much as a few releases.
const FEW: usize = 8;

/// The stack of a worker: that of a main thread, as limits of nesting are measured there.
const STACK: usize = 8 << 20;

/// Threads, started when there is work for them.
#[derive(Default)]
pub(super) struct Workers {
    pool: OnceLock<Option<rayon::ThreadPool>>,
}

impl Workers {
    /// What `work` makes of each of `items`, in their order.
    pub(super) fn map<A: Sync, B: Send>(&self, items: &[A], work: impl Fn(&A) -> B + Sync) -> Vec<B> {
        if items.len() < FEW {
            return items.iter().map(work).collect();
        }
        // Where the system has no threads to give, the work is done on this one.
        match self.pool.get_or_init(|| rayon::ThreadPoolBuilder::new().stack_size(STACK).build().ok()) {
            Some(pool) => pool.install(|| items.par_iter().map(&work).collect()),
            None => items.iter().map(work).collect(),
        }
    }
}
