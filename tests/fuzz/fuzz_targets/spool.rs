//! libFuzzer's way into [`stone_smart_fuzz::spool`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stone_smart_fuzz::spool(bytes));
