//! Compiles the generated parser and the scanner.

fn main() {
    let files = ["src/parser.c", "src/scanner.c"];
    for file in files {
        println!("cargo:rerun-if-changed={file}");
    }
    // Warnings of the C compiler in the generated file are nobody's to mend here.
    cc::Build::new().std("c11").include("src").files(files).warnings(false).compile("tree-sitter-relc");
}
