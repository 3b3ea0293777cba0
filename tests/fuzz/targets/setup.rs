//! The first frame to a worker, from whoever starts one.

use stone_smart::collect::worker::means_the_same_again;

/// A setup, whole or not. What was understood of it means the same when it is said again.
pub fn setup(bytes: &[u8]) {
    assert!(means_the_same_again(bytes));
}
