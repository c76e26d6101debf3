//! Helm validates values by the JSON Schema, if `RELC_HELM` names its binary and `RELC_CHART` the directory of the
//! release chart. The chart is not in the repository; it is copied for the run.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use relc_core::library::Catalog;

use crate::conformance::cases;

/// Helm's message about values that a schema rejects.
const REFUSED: &str = "meet the specifications of the schema";

/// Values with a mistake that a chart without a schema accepts, and what Helm's message must contain.
const MISTAKES: &[(&str, &str)] = &[
    ("environment: deployment-istio\napplication: { strategy: canary, versions: [{ imag: a }] }\n", "imag"),
    ("environment: deployment-istio\napplication: { stratgy: canary, versions: [{ image: a }] }\n", "stratgy"),
    ("environment: deployment-istoi\napplication: { versions: [{ image: a }] }\n", "environment"),
    ("environment: deployment\napplication: { versions: [{ image: a, weight: thirty }] }\n", "weight"),
    ("environment: deployment\napplication: { versions: [{ image: a, port: true }] }\n", "port"),
    (
        "environment: kserve\napplication: { versions: [{ inferenceServiceSpecification: { spec: { predictr: {} } } }] }\n",
        "predictr",
    ),
];

#[test]
fn helm_validates_by_the_schema() {
    let (Some(helm), Some(chart)) = (std::env::var_os("RELC_HELM"), std::env::var_os("RELC_CHART")) else {
        let _ = writeln!(std::io::stderr(), "skipped: neither Helm nor a chart is named by RELC_HELM and RELC_CHART");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("chart");
    copy_all(Path::new(&chart), &copy);
    let schema = relc_core::json_schema::of_all(Catalog::builtin());
    fs::write(copy.join("values.schema.json"), format!("{schema:#}")).unwrap();
    let said = |values: &Path| {
        let run = Command::new(&helm).args(["template", "hello"]).arg(&copy).arg("-f").arg(values).output().unwrap();
        String::from_utf8_lossy(&run.stderr).into_owned()
    };
    let good: Vec<_> = cases().into_iter().filter(|case| case.name().ends_with(".yaml")).collect();
    let refused =
        good.par_iter().map(|case| (case.name(), said(&case.path))).filter(|(_, said)| said.contains(REFUSED));
    let refused: Vec<(String, String)> = refused.collect();
    assert!(good.len() >= 55 && refused.is_empty(), "{refused:?}");
    for (at, (values, key)) in MISTAKES.iter().enumerate() {
        let path = folder.path().join(format!("{at}.yaml"));
        fs::write(&path, values).unwrap();
        let said = said(&path);
        assert!(said.contains(REFUSED) && said.contains(key), "{values}{said}");
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
