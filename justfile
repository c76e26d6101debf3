# Commands of the day; `just` lists them. Each is one line, so nothing is lost without `just`.

default:
    @just --list

# The binary, optimised.
build:
    cargo build --release

# Every test.
test:
    cargo test

# Expected texts of fixtures and outputs of the book, written anew. Look at the difference before it goes in.
bless:
    RELC_BLESS=1 cargo test

# Formatting and clippy, as the gate has them.
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Micro-benchmarks of each phase.
bench:
    cargo bench

# The documentation of the code.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# All that must hold before a change goes in.
gate:
    .ci/run
