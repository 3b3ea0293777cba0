//! The program `stone`.

fn main() {}
