//! Tests of the whole: the house's law, both doors, the commands, the wire.

mod cli;
mod parity;
mod python;
mod tidy;
mod wire;
