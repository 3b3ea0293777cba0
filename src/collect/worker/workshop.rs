//! Where records are made of what disks have said, on as many threads as there are processors, while others still speak.

use std::sync::mpsc::channel;
use std::thread::available_parallelism;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::order::Order;
use crate::collect::Collected;
use crate::source::Make;

/// So many disks are worth a thread of their own: a record is made in a fraction of a millisecond.
const PER_THREAD: usize = 8;

/// Lets `listen` give orders for `count` disks, fulfils them by `making`, and keeps what `finish` makes of each, in the
/// order of the disks. It returns when all are fulfilled: that takes the processor, and waits for nothing.
pub(super) fn run<T: Send>(
    count: usize,
    making: &dyn Make,
    finish: &(dyn Fn(Collected) -> T + Sync),
    listen: impl FnOnce(&mut dyn FnMut(Order)),
) -> Vec<T> {
    let (sender, finished) = channel();
    let fulfil = |order: Order| (order.slot, finish(order.fulfil(making)));
    match pool(count) {
        Some(pool) => pool.in_place_scope(|scope| {
            listen(&mut |order| {
                let (sender, fulfil) = (sender.clone(), &fulfil);
                scope.spawn(move |_| _ = sender.send(fulfil(order)));
            });
        }),
        None => listen(&mut |order| _ = sender.send(fulfil(order))),
    }
    drop(sender);
    let mut results: Vec<Option<T>> = (0..count).map(|_| None).collect();
    for (slot, result) in finished {
        results[slot] = Some(result);
    }
    results.into_iter().flatten().collect()
}

/// `None`: few disks need none, or the system grants no thread.
fn pool(count: usize) -> Option<ThreadPool> {
    if count < 2 {
        return None;
    }
    let processors = available_parallelism().map_or(1, usize::from);
    let width = processors.min(count.div_ceil(PER_THREAD));
    let builder = ThreadPoolBuilder::new().num_threads(width).thread_name(|_| "record".to_owned());
    builder.build().ok()
}
