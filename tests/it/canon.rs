//! Manifests in canonical JSON, to compare two renderings of a release by their meaning.
//!
//! This is independent of relc: the text is parsed by libyaml, and each routing template is executed by a Go template
//! engine for every set of ready versions, with the weights that the controller computes. An object's key is
//! `apiVersion/kind/namespace/name`; the `data.strSpec` of a routemap becomes its versions, and for each template the
//! resulting objects by set (`101`: versions 0 and 2 are ready).

use std::collections::BTreeMap;
use std::sync::Arc;

use gotmpl::html::Template;
use gotmpl::{MissingKey, Value as Go};
use serde_json::{Map, Number, Value as Json, json};

use crate::yaml::{Reader, documents};

/// Returns the canonical JSON of a stream; the error is what a cluster or the controller would reject. If there are
/// more than `most` sets, only some are evaluated.
pub fn canonical(stream: &str, namespace: &str, most: usize) -> Result<Json, String> {
    let mut objects = Map::new();
    for document in documents(stream, Reader::Go)? {
        let Json::Object(mut object) = document else { continue };
        let metadata = object.get_mut("metadata").and_then(Json::as_object_mut).ok_or("an object without metadata")?;
        if metadata.get("namespace").and_then(Json::as_str).unwrap_or("").is_empty() {
            metadata.insert("namespace".into(), namespace.into());
        }
        for map in ["labels", "annotations"] {
            if metadata.get(map).is_some_and(|map| map.is_null() || map.as_object().is_some_and(Map::is_empty)) {
                metadata.remove(map);
            }
        }
        let text = |key: &str| metadata[key].as_str().unwrap_or("").to_owned();
        let (place, name) = (text("namespace"), text("name"));
        let routemap = metadata.get("labels").and_then(|labels| labels.get("iter8.tools/kind"));
        if routemap.and_then(Json::as_str) == Some("routemap") {
            let text = object["data"]["strSpec"].as_str().ok_or("a routemap without strSpec")?.to_owned();
            object["data"]["strSpec"] = Routemap::read(&text)?.expanded(most)?;
        }
        let header = |key: &str| object.get(key).and_then(Json::as_str).unwrap_or("").to_owned();
        let key = format!("{}/{}/{place}/{name}", header("apiVersion"), header("kind"));
        if objects.insert(key.clone(), normal(Json::Object(object))).is_some() {
            return Err(format!("{key} stands twice"));
        }
    }
    Ok(Json::Object(objects))
}

/// Removes nulls and normalizes numbers.
pub fn normal(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            Json::Object(map.into_iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k, normal(v))).collect())
        }
        Json::Array(list) => Json::Array(list.into_iter().map(normal).collect()),
        Json::Number(number) => Json::Number(whole(&number).map_or(number, Number::from)),
        other => other,
    }
}

fn whole(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15)?;
    Some(float as i64)
}

/// The text of a routemap, as parsed by the controller.
pub struct Routemap {
    versions: Vec<Json>,
    weights: Vec<Option<u32>>,
    templates: BTreeMap<String, (String, Template)>,
}

impl Routemap {
    pub fn read(text: &str) -> Result<Routemap, String> {
        let read = documents(text, Reader::Go)?.into_iter().next().unwrap_or(Json::Null);
        let versions = read["versions"].as_array().cloned().unwrap_or_default();
        if versions.is_empty() {
            return Err("a routemap without versions".to_owned());
        }
        let weight = |version: &Json| match &version["weight"] {
            Json::Null => Ok(None),
            weight => weight
                .as_u64()
                .and_then(|weight| u32::try_from(weight).ok())
                .map(Some)
                .ok_or(format!("the weight {weight}")),
        };
        let weights = versions.iter().map(weight).collect::<Result<_, _>>()?;
        let mut templates = BTreeMap::new();
        for (name, route) in read["routingTemplates"].as_object().into_iter().flatten() {
            let text = route["template"].as_str().ok_or("a route without its template")?;
            let template = Template::new(name).missing_key(MissingKey::ZeroValue).parse(text);
            let template = template.map_err(|error| format!("{error}\n{text}"))?;
            templates.insert(name.clone(), (route["gvrShort"].as_str().unwrap_or("").to_owned(), template));
        }
        Ok(Routemap { versions, weights, templates })
    }

    /// Returns the number of versions.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Returns the weights that the controller computes while these versions are ready.
    pub fn weights(&self, ready: usize) -> Vec<u32> {
        let weight = |(at, weight): (usize, &Option<u32>)| if ready & (1 << at) == 0 { 0 } else { weight.unwrap_or(1) };
        let mut weights: Vec<u32> = self.weights.iter().enumerate().map(weight).collect();
        if weights.iter().all(|weight| *weight == 0) {
            weights[0] = 1;
        }
        weights
    }

    /// Returns the result of each template for these weights, by name.
    pub fn routes(&self, weights: &[u32], reader: Reader) -> Result<Vec<(&str, Json)>, String> {
        let list: Arc<[Go]> = weights.iter().map(|weight| Go::Uint(u64::from(*weight))).collect();
        let data = Go::Map(Arc::new(BTreeMap::from([(Arc::from("Weights"), Go::List(list))])));
        let mut routes = Vec::new();
        for (name, (_, template)) in &self.templates {
            let text = template.execute_to_string(&data).map_err(|error| error.to_string())?;
            let objects = documents(&text, reader).map_err(|error| format!("{error} with {weights:?}\n{text}"))?;
            let [object] = objects.as_slice() else { return Err(format!("{} objects in a route", objects.len())) };
            routes.push((name.as_str(), object.clone()));
        }
        Ok(routes)
    }

    fn expanded(&self, most: usize) -> Result<Json, String> {
        let mut routes: Map<String, Json> = Map::new();
        for (name, (short, _)) in &self.templates {
            routes.insert(name.clone(), json!({ "gvrShort": short, "whenReady": {} }));
        }
        let total = 1_usize << self.len();
        let tried = |set: &usize| total <= most || *set == 0 || *set == total - 1 || *set % (total / most + 1) == 1;
        for set in (0..total).filter(tried) {
            let key: String = (0..self.len()).map(|at| if set & (1 << at) == 0 { '0' } else { '1' }).collect();
            for (name, route) in self.routes(&self.weights(set), Reader::Go)? {
                routes[name]["whenReady"][&key] = route;
            }
        }
        Ok(json!({ "versions": self.versions, "routes": routes }))
    }
}
