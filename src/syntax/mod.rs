//! The front end of `.rel` files.

pub mod ast;
