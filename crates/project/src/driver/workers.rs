//! Threads for parallel work, started when there is enough of it.

use std::sync::OnceLock;

use rayon::prelude::*;

/// Number of items below which the current thread is used: starting threads costs as much as a few releases.
const FEW: usize = 8;

/// Stack size of a worker in bytes: that of a main thread, for which nesting limits are measured.
const STACK: usize = 8 << 20;

/// A thread pool, started on first use.
#[derive(Default)]
pub(super) struct Workers {
    pool: OnceLock<Option<rayon::ThreadPool>>,
}

impl Workers {
    /// Maps `items` with `work`, in their order.
    pub(super) fn map<A: Sync, B: Send>(&self, items: &[A], work: impl Fn(&A) -> B + Sync) -> Vec<B> {
        match self.pool(items.len()) {
            Some(pool) => pool.install(|| items.par_iter().map(&work).collect()),
            None => items.iter().map(work).collect(),
        }
    }

    /// Maps `items` with `work`, and passes the results to `receive`, in their order and on this thread. While one
    /// batch is received, the next one is computed, so two batches are in memory at a time.
    pub(super) fn each<A: Sync, B: Send>(
        &self,
        items: &[A],
        batch: usize,
        work: impl Fn(&A) -> B + Sync,
        receive: &mut dyn FnMut(B),
    ) {
        let Some(pool) = self.pool(items.len()) else {
            return items.iter().map(work).for_each(receive);
        };
        let mut ready = Vec::new();
        for batch in items.chunks(batch) {
            let mut next = Vec::new();
            pool.in_place_scope(|scope| {
                scope.spawn(|_| next = batch.par_iter().map(&work).collect());
                ready.drain(..).for_each(&mut *receive);
            });
            ready = next;
        }
        ready.into_iter().for_each(receive);
    }

    /// Returns the thread pool if there are enough items for it. If the system can't start threads, the current one
    /// does the work.
    fn pool(&self, items: usize) -> Option<&rayon::ThreadPool> {
        if items < FEW {
            return None;
        }
        self.pool.get_or_init(|| rayon::ThreadPoolBuilder::new().stack_size(STACK).build().ok()).as_ref()
    }
}
