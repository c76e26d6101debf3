# Everyday commands; `just` lists them. Each is one line, so that you can also run it without `just`.

default:
    @just --list

# Build the optimized binary.
build:
    cargo build --release

# Run all tests.
test:
    cargo test

# Update the expected outputs of fixtures and of the documentation. Read the diff before you commit it.
bless:
    RELC_BLESS=1 cargo test

# Check formatting and run clippy, as the gate does.
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Measure each phase.
bench:
    cargo bench

# Build the documentation of the code.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# Build the documentation as a site and open it, with mdBook.
site:
    mdbook serve docs --open

# Run the gate.
gate:
    .ci/run
