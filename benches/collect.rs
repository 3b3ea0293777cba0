//! How long a round takes over fleets of recorded disks, in the process itself: `cargo bench --bench collect`.

mod fleet;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use stone_smart::collect::{Options, collect};
use stone_smart::device::BlockDevice;
use stone_smart::source::Native;

fn rounds(criterion: &mut Criterion) {
    let scratch = tempfile::tempdir().expect("a folder for the fleets");
    let mut group = criterion.benchmark_group("collect");
    for millis in [0, 2, 15] {
        for disks in [12, 60, 108, 360, 1000] {
            let folder = scratch.path().join(format!("{disks}-{millis}"));
            let names = fleet::make(&folder, disks, Duration::from_millis(millis)).expect("a fleet is made");
            let id = BenchmarkId::new(format!("{millis} ms"), disks);
            group.bench_function(id, |bencher| bencher.iter(|| round(&folder, &names)));
        }
    }
}

/// Reads all of a fleet, and keeps the text of each record.
fn round(folder: &Path, names: &[String]) {
    let devices = names.iter().map(|name| BlockDevice::recorded(&folder.join(name))).collect();
    let options = Options::default();
    let texts = collect(
        devices,
        Arc::new(Native::new()),
        &options,
        |one| serde_json::to_vec(&one.result.expect("a made drive can be read").0).expect("a record is JSON"),
        |_| (),
    );
    black_box(texts);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    targets = rounds
}
criterion_main!(benches);
