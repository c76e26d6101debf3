//! The `relc` binary.
fn main() {
    let catalog = relc::env::Catalog::builtin();
    for name in catalog.libraries() {
        let (_, d) = catalog.library(name).unwrap();
        for x in d.iter() {
            eprintln!("{name}: {:?} {} {:?} {:?}", x.code, x.message, x.span, x.help);
        }
    }
    for name in catalog.environment_names() {
        let f = catalog.environment(name).unwrap();
        eprintln!("{name} {:?} {}", f.environment.strategy_names().collect::<Vec<_>>(), f.diagnostics.len());
    }
}
