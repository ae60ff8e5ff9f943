#![no_main]

#[path = "../attack.rs"]
#[allow(dead_code, reason = "each target is one of the attacks")]
mod attack;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| attack::session(bytes));
