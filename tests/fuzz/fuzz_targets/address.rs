//! libFuzzer's way into [`stone_smart_fuzz::address`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stone_smart_fuzz::address(bytes));
