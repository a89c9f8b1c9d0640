//! The description of the API (`/api/openapi.json`): that it says of every operation what it must.

use std::collections::{BTreeMap, BTreeSet};

use rand_chat::app::openapi;
use rand_chat::http::ProblemCode;
use serde_json::Value;

/// Every operation: method and path, and what is said of it.
pub fn operations() -> BTreeMap<(String, String), Value> {
    let api = serde_json::to_value(openapi()).unwrap();
    let mut found = BTreeMap::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["responses"].is_object(), "{method} of {path} is no operation");
            found.insert((method.to_uppercase(), path.clone()), operation.clone());
        }
    }
    assert!(found.len() >= 30, "{} operations", found.len());
    found
}

/// What is wrong with the description of an operation.
fn faults(operation: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for name in ["operationId", "summary"] {
        if operation[name].as_str().is_none_or(str::is_empty) {
            faults.push(format!("no {name}"));
        }
    }
    if operation["tags"].as_array().is_none_or(|tags| tags.len() != 1) {
        faults.push("not one tag".to_owned());
    }
    let responses = operation["responses"].as_object().unwrap();
    let mut needed = vec!["503"];
    if operation.get("security").is_some() {
        needed.push("401");
    }
    if operation.get("requestBody").is_some() {
        needed.extend(["400", "413", "415"]);
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    if parameters.into_iter().any(|parameter| parameter["in"] == "query") {
        needed.push("400");
    }
    for status in needed {
        if !responses.contains_key(status) {
            faults.push(format!("{status} is not said"));
        }
    }
    if !responses.keys().any(|status| status.starts_with('2')) {
        faults.push("nothing ever works".to_owned());
    }
    for (status, response) in responses {
        faults.extend(faults_of_answer(status, response));
    }
    faults
}

fn faults_of_answer(status: &str, response: &Value) -> Vec<String> {
    let description = response["description"].as_str().unwrap_or_default();
    if description.is_empty() {
        return vec![format!("{status}: no description")];
    }
    if status.parse::<u16>().is_err() {
        return vec![format!("{status}: stands for more than one status")];
    }
    if !status.starts_with(['4', '5']) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for name in description.split(", ") {
        let known = ProblemCode::ALL.iter().find(|code| code.name() == name);
        match known {
            None => faults.push(format!("{status}: there is no problem {name:?}")),
            Some(code) if code.status().as_str() != status => {
                faults.push(format!("{status}: {name} has another status"));
            }
            Some(_) => {}
        }
    }
    let body = &response["content"]["application/problem+json"]["schema"]["$ref"];
    if body != "#/components/schemas/Problem" || response["content"].as_object().unwrap().len() != 1
    {
        faults.push(format!("{status}: the body is not a problem"));
    }
    faults
}

#[test]
fn every_operation_says_what_it_is_and_all_that_it_answers() {
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for ((method, path), operation) in operations() {
        for fault in faults(&operation) {
            wrong.push(format!("{method} {path}: {fault}"));
        }
        if !names.insert(operation["operationId"].to_string()) {
            wrong.push(format!("{method} {path}: another operation has its name"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_description_that_lacks_something_is_found() {
    let whole = &operations()[&("PATCH".to_owned(), "/api/v1/members/me".to_owned())];
    assert_eq!(faults(whole), Vec::<String>::new());
    for (part, value, fault) in [
        ("/operationId", Value::Null, "no operationId"),
        ("/summary", Value::from(""), "no summary"),
        ("/responses/401/description", Value::from("nonsense"), "no problem \"nonsense\""),
        ("/responses/400/description", Value::from("busy"), "busy has another status"),
        ("/responses/400/content", serde_json::json!({}), "not a problem"),
    ] {
        let mut changed = whole.clone();
        *changed.pointer_mut(part).unwrap() = value;
        let found = faults(&changed);
        assert!(found.iter().any(|one| one.contains(fault)), "{part}: {found:?}");
    }
    for status in ["400", "401", "413", "415", "503"] {
        let mut changed = whole.clone();
        changed["responses"].as_object_mut().unwrap().remove(status);
        assert_eq!(faults(&changed), [format!("{status} is not said")]);
    }
}
