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
        match self.pool(items.len()) {
            Some(pool) => pool.install(|| items.par_iter().map(&work).collect()),
            None => items.iter().map(work).collect(),
        }
    }

    /// Passes what `work` makes of each of `items` to `receive`, in their order and on this thread. While one batch of them is
    /// received, the next one is worked on; so two are held at a time.
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

    /// The threads, where there are enough items for them. Where the system has none to give, the work is done on this one.
    fn pool(&self, items: usize) -> Option<&rayon::ThreadPool> {
        if items < FEW {
            return None;
        }
        self.pool.get_or_init(|| rayon::ThreadPoolBuilder::new().stack_size(STACK).build().ok()).as_ref()
    }
}
