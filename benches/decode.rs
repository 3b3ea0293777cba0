//! How long a record takes once the bytes are there: each made drive, from its dump to its record, and anonymised.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use stone_smart::anonymise::{Anonymiser, Secret};
use stone_smart::device::BlockDevice;
use stone_smart::source::{Limits, Native, Source};

fn records(criterion: &mut Criterion) {
    let native = Native::new();
    let anonymiser = Anonymiser::new(Secret::from_bytes([7; 32]), "bench");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for name in ["ata-hdd", "ata-ssd", "scsi-hdd", "nvme-dc"] {
        let device = BlockDevice::recorded(&fixtures.join(name));
        let read = || {
            let limits = Limits::new(Duration::from_secs(10), Duration::from_secs(10));
            native.read(&device, &limits).expect("a made drive can be read")
        };
        criterion.bench_function(&format!("read {name}"), |bencher| bencher.iter(|| black_box(read())));
        let record = read();
        criterion.bench_function(&format!("write {name}"), |bencher| {
            bencher.iter(|| black_box(serde_json::to_vec(&record.0).expect("a record is JSON")));
        });
        criterion.bench_function(&format!("anonymise {name}"), |bencher| {
            bencher.iter(|| black_box(anonymiser.anonymise(&record)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_secs(1));
    targets = records
}
criterion_main!(benches);
