//! A small web application that uses the whole family.

fn main() {}
