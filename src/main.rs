//! The `relc` binary.
use relc::compile::*;
struct L;
impl Loader for L {
    fn load(&self, _f: &str, p: &str) -> Result<LoadedFile, String> {
        std::fs::read_to_string(p).map(|text| LoadedFile { name: p.into(), text }).map_err(|e| e.to_string())
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let t = Text { name: a[1].clone(), text };
    let input = if a[1].ends_with(".rel") { Input::Rel(t) } else { Input::Values(vec![t]) };
    let catalog = relc::env::Catalog::builtin();
    let o = Options { name: a.get(2).cloned(), namespace: a.get(3).cloned(), set: vec![] };
    let opened = open(input, &o, catalog, &L);
    let show = |d: &relc::diagnostic::Diagnostics| {
        for x in d.iter() {
            let p = opened.sources.position(x.span);
            eprintln!(
                "{}:{}:{} {} {} [{}] help: {:?} {:?}",
                opened.sources.file(x.span.file).name(),
                p.line,
                p.column,
                x.code.id(),
                x.message,
                x.label,
                x.help,
                x.labels
            );
        }
    };
    show(&opened.diagnostics);
    let envs = Environments::new(catalog);
    for i in 0..opened.len() {
        let b = opened.build(i, &envs);
        show(&b.diagnostics);
        for d in &b.documents {
            let mut s = String::new();
            relc::emit::yaml(d, &mut s);
            println!("{s}---");
        }
        if b.diagnostics.has_errors() {
            std::process::exit(1);
        }
    }
}
