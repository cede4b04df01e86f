//! Tests of the whole: the house's law, both doors, the commands, the wire.

#![allow(clippy::unwrap_used, reason = "clippy knows unit tests, but not the functions of these")]

mod check;
mod cli;
mod export;
mod parity;
mod python;
mod reload;
mod tidy;
mod wire;
