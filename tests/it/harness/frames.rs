//! Holds every frame of these tests against the schema that clients are written from.

use std::sync::LazyLock;

use jsonschema::Validator;
use rand_chat::protocol::schema;
use serde_json::{Value, json};

static FROM_PAGE: LazyLock<Validator> = LazyLock::new(|| validator("FromPage"));
static TO_PAGE: LazyLock<Validator> = LazyLock::new(|| validator("ToPage"));

/// The schema with nothing in a frame that it does not name: clients may meet more one day, tests may not.
fn validator(frame: &str) -> Validator {
    let mut schema = schema();
    let text = schema.to_string();
    let types = schema["$defs"].as_object_mut().unwrap();
    for (name, of_type) in types.iter_mut() {
        // What is part of another type is closed there.
        if !text.contains(&format!(r##"{{"allOf":[{{"$ref":"#/$defs/{name}""##)) {
            close(of_type);
        }
    }
    schema["$ref"] = json!(format!("#/$defs/{frame}"));
    jsonschema::validator_for(&schema).unwrap()
}

fn close(schema: &mut Value) {
    if let Some(Value::Array(kinds)) = schema.get_mut("oneOf") {
        for kind in kinds {
            close(kind);
            if let Some(contents) = kind.pointer_mut("/properties/d") {
                close(contents);
            }
        }
    } else if schema["type"] == "object" || schema["allOf"].is_array() {
        schema["unevaluatedProperties"] = json!(false);
    }
}

/// A frame that a gateway sent.
pub fn to_page(frame: &Value) {
    check(&TO_PAGE, frame);
}

/// A frame that a gateway has taken.
pub fn from_page(frame: &Value) {
    check(&FROM_PAGE, frame);
}

fn check(validator: &Validator, frame: &Value) {
    if let Err(error) = validator.validate(frame) {
        panic!(
            "not as in docs/protocol.schema.json: {frame}: {error} at {}",
            error.instance_path()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_schema_is_found() {
        let examples = include_str!("../../fixtures/protocol/frames.json");
        let examples: Value = serde_json::from_str(examples).unwrap();
        let all = |kind: &str| examples[kind].as_array().unwrap().clone();
        for frame in all("from_page") {
            from_page(&frame);
        }
        for frame in [all("answers"), all("pushes")].concat() {
            to_page(&frame);
            let mut known = 0;
            for pointer in pointers(&frame) {
                let mut more = frame.clone();
                more.pointer_mut(&pointer).unwrap()["colour"] = json!("red");
                assert!(!TO_PAGE.is_valid(&more), "{pointer} of {frame}");
                known += 1;
            }
            assert!(known > 0);
        }
        assert!(!TO_PAGE.is_valid(&json!({"t": "sing", "d": {}})));
        assert!(!FROM_PAGE.is_valid(&json!({"t": "send", "d": {"room": "x"}})));
        assert!(!FROM_PAGE.is_valid(&json!({"t": "read"})));
        assert!(FROM_PAGE.is_valid(&json!({"t": "pong"})));
    }

    /// Where the objects of a value are.
    fn pointers(value: &Value) -> Vec<String> {
        let below = |key: String, value: &Value| {
            pointers(value).into_iter().map(|rest| format!("/{key}{rest}")).collect::<Vec<_>>()
        };
        match value {
            Value::Object(fields) => {
                let mut found = vec![String::new()];
                for (key, field) in fields {
                    found.extend(below(key.clone(), field));
                }
                found
            }
            Value::Array(items) => {
                items.iter().enumerate().flat_map(|(n, item)| below(n.to_string(), item)).collect()
            }
            _ => Vec::new(),
        }
    }
}
