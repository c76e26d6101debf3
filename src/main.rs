//! The `relc` binary.

fn main() -> std::process::ExitCode {
    relc::cli::main()
}
