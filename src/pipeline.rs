//! Wires the phases.
