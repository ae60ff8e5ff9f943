//! The `hinge` program.

fn main() {}
