//! The frames as a JSON Schema, for whoever writes a client: `docs/protocol.schema.json`.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::frame::{REQUEST_ID_MAX, Request, ServerFrame};

#[derive(OpenApi)]
#[openapi(components(schemas(Request, ServerFrame)))]
struct Frames;

/// What a page may send is `#/$defs/FromPage`, what comes to it `#/$defs/ToPage` (JSON Schema 2020-12).
#[must_use]
pub fn schema() -> Value {
    let described = serde_json::to_value(Frames::openapi()).unwrap_or_default();
    let mut types = described["components"]["schemas"].as_object().cloned().unwrap_or_default();
    for (name, given) in [("Request", "FromPage"), ("ServerFrame", "ToPage"), ("i64", "Place")] {
        if let Some(renamed) = types.remove(name) {
            types.insert(given.to_owned(), renamed);
        }
    }
    let needs_contents = |kind: &Value| {
        let contents = kind["properties"]["d"]["$ref"].as_str().and_then(|d| d.rsplit('/').next());
        contents.is_some_and(|contents| !types[contents]["required"].is_null())
    };
    let mut frames = types.clone();
    for kind in frames["FromPage"]["oneOf"].as_array_mut().into_iter().flatten() {
        if !needs_contents(kind) {
            kind["required"] = json!(["t"]);
        }
    }
    for name in ["FromPage", "ToPage"] {
        for kind in frames[name]["oneOf"].as_array_mut().into_iter().flatten() {
            kind["properties"]["id"] = json!({"$ref": "#/components/schemas/RequestId"});
        }
    }
    let id = "Chosen by the page, and the same in the answer. Without it nothing is answered.";
    let id = json!({"type": "integer", "minimum": 0, "maximum": REQUEST_ID_MAX, "description": id});
    frames.insert("RequestId".to_owned(), id);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), "randchat.v1".into());
    schema.insert("$defs".to_owned(), frames.into());
    let text = Value::from(schema).to_string();
    let text =
        text.replace("schemas/i64", "schemas/Place").replace("#/components/schemas/", "#/$defs/");
    serde_json::from_str(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_in_the_documentation_is_what_the_types_are() {
        let kept = include_str!("../../docs/protocol.schema.json");
        let kept: Value = serde_json::from_str(kept).unwrap();
        assert!(kept == schema(), "run `rand-chat protocol > docs/protocol.schema.json`");
    }
}
