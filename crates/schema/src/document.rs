//! The kinds that a CustomResourceDefinition declares.

use serde_json::Value as Json;

use super::store::Header;

/// A kind that a document declares.
#[derive(Clone, Debug)]
pub struct Declared<'d> {
    /// What it is.
    pub header: Header,
    /// Its schema, not reduced yet.
    pub schema: &'d Json,
    /// The keys and positions that lead to it from the root of the document.
    pub path: Vec<String>,
}

/// The served versions of a CustomResourceDefinition, or the one of a document that has its parts at the top.
///
/// # Errors
/// What the document lacks, as the rest of a sentence about it.
pub fn custom_kinds(document: &Json) -> Result<Vec<Declared<'_>>, String> {
    let text = |pointer: &str| document.pointer(pointer).and_then(Json::as_str);
    if let (Some(group), Some(kind), Some(plural)) =
        (text("/spec/group"), text("/spec/names/kind"), text("/spec/names/plural"))
    {
        let versions =
            document.pointer("/spec/versions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let served = versions.iter().enumerate().filter(|(_, version)| version["served"] == true);
        let source = format!("CustomResourceDefinition {plural}.{group}");
        return Ok(served
            .filter_map(|(at, version)| {
                let api_version = format!("{group}/{}", version["name"].as_str()?);
                let schema = version.pointer("/schema/openAPIV3Schema")?;
                let path = ["spec", "versions", &at.to_string(), "schema", "openAPIV3Schema"].map(str::to_owned);
                Some(Declared { header: Header::new(&api_version, kind, plural, &source), schema, path: path.into() })
            })
            .collect());
    }
    let (Some(group), Some(version), Some(kind), Some(plural)) =
        (text("/group"), text("/version"), text("/kind"), text("/plural"))
    else {
        return Err("is no CustomResourceDefinition: it has no spec.group, spec.names and spec.versions".to_owned());
    };
    let schema = document.get("openAPIV3Schema").ok_or("has no openAPIV3Schema")?;
    let note = text("/source").unwrap_or("CustomResourceDefinition");
    let annotations = document.get("annotations").and_then(Json::as_object);
    let bundle = annotations.and_then(|all| all.iter().find(|(key, _)| key.ends_with("-version")));
    let source = match bundle {
        Some((key, value)) => format!("{note} ({key} {})", value.as_str().unwrap_or("")),
        None => note.to_owned(),
    };
    let header = Header::new(&format!("{group}/{version}"), kind, plural, &source);
    Ok(vec![Declared { header, schema, path: vec!["openAPIV3Schema".to_owned()] }])
}
