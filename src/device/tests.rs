//! Whole hosts, made up, and what is found in them.

mod hosts;
mod paths;
mod random;
mod tree;
