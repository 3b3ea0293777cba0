//! What the fuzzers have found worth keeping (`fuzz/corpus/`), through the same functions, without libFuzzer.

use std::path::Path;

#[path = "fuzz/targets/mod.rs"]
#[allow(unreachable_pub, reason = "it is the library of the fuzz targets, too")]
mod targets;

#[test]
fn every_input_of_the_corpus_does_no_harm() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, run) in targets::TARGETS {
        let entries = corpus.join(name).read_dir().expect("each target has a folder in the corpus");
        let mut inputs: Vec<_> = entries.map(|entry| entry.expect("an entry of the corpus").path()).collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "the corpus of {name} is empty");
        for input in inputs {
            let bytes = std::fs::read(&input).expect("an input can be read");
            let name = input.display().to_string();
            let harm = std::panic::catch_unwind(|| run(&bytes));
            assert!(harm.is_ok(), "{name} does harm: see above");
        }
    }
}
