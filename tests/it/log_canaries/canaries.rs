//! What must not be in a log, and in which forms it might be there all the same.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

/// Something that nobody may read in a log.
#[derive(Clone, Debug)]
pub struct Canary {
    pub name: String,
    pub value: String,
    /// Whether it may stand in a mail, which the console mailer prints.
    pub may_be_mailed: bool,
}

/// Where a canary was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Leak {
    pub canary: String,
    pub form: &'static str,
    pub line: String,
}

/// The canaries of a run.
#[derive(Default)]
pub struct Canaries(Vec<Canary>);

impl Canaries {
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push(Canary { name: name.to_owned(), value: value.into(), may_be_mailed: false });
    }

    pub fn add_mailed(&mut self, name: &str, value: impl Into<String>) {
        self.0.push(Canary { name: name.to_owned(), value: value.into(), may_be_mailed: true });
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn mailed(&self) -> impl Iterator<Item = &Canary> {
        self.0.iter().filter(|canary| canary.may_be_mailed)
    }

    /// Every canary that is in a log.
    pub fn leaks(&self, log: &str) -> Vec<Leak> {
        self.0.iter().flat_map(|canary| leaks_of(canary, log)).collect()
    }

    /// Every canary that is where only mails may be, and may not be in one.
    pub fn leaks_into_mails(&self, printed: &str) -> Vec<Leak> {
        let forbidden = self.0.iter().filter(|canary| !canary.may_be_mailed);
        forbidden.flat_map(|canary| leaks_of(canary, printed)).collect()
    }
}

fn leaks_of(canary: &Canary, log: &str) -> Vec<Leak> {
    let Canary { name, value, .. } = canary;
    assert!(value.len() >= 5, "{name}: too short to look for");
    // A few digits are found anywhere: in times, for example.
    let is_code = value.len() < 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let mut leaks = Vec::new();
    let forms = forms(value);
    for line in log.lines() {
        let is_in = |text: &str| if is_code { has_number(line, text) } else { line.contains(text) };
        if let Some((form, _)) = forms.iter().find(|(_, text)| is_in(text)) {
            leaks.push(Leak { canary: name.clone(), form, line: line.to_owned() });
        }
    }
    leaks
}

/// Whether a line has this number, and not as a part of a longer one or of an id.
fn has_number(line: &str, number: &str) -> bool {
    line.match_indices(number).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + number.len()..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
        !joins(before) && !joins(after.filter(|c| *c != '.'))
    })
}

/// Every form in which a text might be written.
fn forms(value: &str) -> Vec<(&'static str, String)> {
    let json = serde_json::to_string(value).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    // As it stands in a text that was itself put into JSON, as logs of that form have it.
    let twice = serde_json::to_string(&json).unwrap();
    let debug = format!("{value:?}");
    let bytes: Vec<String> = value.bytes().map(|byte| byte.to_string()).collect();
    let mut forms = vec![
        ("plain", value.to_owned()),
        ("json", json),
        ("json twice", twice[1..twice.len() - 1].to_owned()),
        ("debug", debug[1..debug.len() - 1].to_owned()),
        ("ascii json", ascii_json(value)),
        ("url", url_encoded(value, "%20", '\0')),
        ("form", url_encoded(value, "+", '\0')),
        ("url, with slashes and @", url_encoded(value, "%20", '@')),
        ("bytes", bytes.join(", ")),
        ("hex", hex::encode(value)),
        ("HEX", hex::encode_upper(value)),
    ];
    if value.len() >= 8 {
        // A code in base64 is three or four letters that may stand anywhere.
        forms.extend(base64_forms(value));
    }
    forms
}

/// A JSON string in which everything beyond ASCII is escaped.
fn ascii_json(value: &str) -> String {
    let escape = |unit: u16| match char::from_u32(unit.into()) {
        Some(c @ ('"' | '\\')) => format!("\\{c}"),
        Some(c) if c.is_ascii() => c.to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    value.encode_utf16().map(escape).collect::<Vec<_>>().concat()
}

fn url_encoded(value: &str, space: &str, kept: char) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        b' ' => space.to_owned(),
        byte if char::from(byte) == kept => kept.to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

/// How it looks inside of something longer in base64: there are three ways, by where it begins.
fn base64_forms(value: &str) -> Vec<(&'static str, String)> {
    let mut forms = Vec::new();
    for offset in 0..3 {
        let shifted = [vec![0; offset], value.as_bytes().to_vec()].concat();
        // The letters that also depend on what stands before and behind are left out.
        let (from, to) = ([0, 2, 3][offset], shifted.len() * 8 / 6);
        let cut = |text: String| text[from..to].to_owned();
        forms.push(("base64", cut(BASE64_STANDARD_NO_PAD.encode(&shifted))));
        forms.push(("base64 for urls", cut(BASE64_URL_SAFE_NO_PAD.encode(&shifted))));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "päss \"word\"/\\@?>한글";

    fn found(value: &str, line: &str) -> bool {
        let mut canaries = Canaries::default();
        canaries.add("it", value);
        !canaries.leaks(line).is_empty()
    }

    #[test]
    fn a_secret_is_found_in_every_form_and_nothing_else_is() {
        let json = serde_json::json!({ "password": SECRET }).to_string();
        for line in [
            format!("INFO password={SECRET} given"),
            format!("INFO body={json}"),
            format!("INFO body={json:?}"),
            serde_json::json!({ "message": json }).to_string(),
            format!("INFO form={:?}", vec![SECRET]),
            format!("INFO bytes={:?}", format!("x{SECRET}y").as_bytes()),
            "uri=/?q=p%C3%A4ss%20%22word%22%2F%5C%40%3F%3E%ED%95%9C%EA%B8%80".to_owned(),
            "body=p%C3%A4ss+%22word%22%2F%5C%40%3F%3E%ED%95%9C%EA%B8%80&x=1".to_owned(),
            format!("hex={}", hex::encode(SECRET)),
            "{\"a\":\"p\\u00e4ss \\\"word\\\"/\\\\@?>\\ud55c\\uae00\"}".to_owned(),
        ] {
            assert!(found(SECRET, &line), "{line}");
        }
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "x", "xy", "xyz"] {
                let whole = format!("{before}{SECRET}{after}");
                for line in [
                    base64::prelude::BASE64_STANDARD.encode(&whole),
                    BASE64_URL_SAFE_NO_PAD.encode(&whole),
                ] {
                    assert!(found(SECRET, &line), "{before}..{after}: {line}");
                }
            }
        }
        for line in ["INFO answered status=401", "päss word", "", "p%C3%A4ss"] {
            assert!(!found(SECRET, line), "{line}");
        }
    }

    #[test]
    fn a_code_is_a_number_of_its_own() {
        for line in ["code=123456", "code 123456.", "[\"123456\"]", "49, 50, 51, 52, 53, 54"] {
            assert!(found("123456", line), "{line}");
        }
        for line in [
            "10:00:00.123456Z",
            "0190a123456f",
            "elapsed=0.123456s",
            "seq=1790123456000",
            "1234567",
        ] {
            assert!(!found("123456", line), "{line}");
        }
    }
}
