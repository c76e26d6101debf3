//! The kinds that a CustomResourceDefinition declares.

use serde_json::Value as Json;

use super::store::Header;

/// A kind declared by a document.
#[derive(Clone, Debug)]
pub struct DeclaredKind<'d> {
    /// The kind's header.
    pub header: Header,
    /// The kind's schema, not reduced yet.
    pub schema: &'d Json,
    /// The keys and indices from the root of the document to the schema.
    pub path: Vec<String>,
}

/// Returns the served versions of a CustomResourceDefinition, or the single kind of a document that has `group`,
/// `version`, `kind`, `plural` and `openAPIV3Schema` at the top level.
///
/// # Errors
/// What the document lacks, as the end of a sentence about it.
pub fn custom_kinds(document: &Json) -> Result<Vec<DeclaredKind<'_>>, String> {
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
                Some(DeclaredKind {
                    header: Header::new(&api_version, kind, plural, &source),
                    schema,
                    path: path.into(),
                })
            })
            .collect());
    }
    let (Some(group), Some(version), Some(kind), Some(plural)) =
        (text("/group"), text("/version"), text("/kind"), text("/plural"))
    else {
        return Err(
            "is not a CustomResourceDefinition: `spec.group`, `spec.names` and `spec.versions` are missing".to_owned()
        );
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
    Ok(vec![DeclaredKind { header, schema, path: vec!["openAPIV3Schema".to_owned()] }])
}
