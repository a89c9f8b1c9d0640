//! Reads single texts out of the small, flat XML answers of AWS.

/// The text of the first element of this name.
pub(super) fn text_of<'a>(xml: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{element}>"))?;
    let (text, _) = rest.split_once(&format!("</{element}>"))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_element_is_found() {
        let xml = "<Error><Code>NoSuchKey</Code><Message> gone </Message><Key/></Error>";

        assert_eq!(text_of(xml, "Code"), Some("NoSuchKey"));
        assert_eq!(text_of(xml, "Message"), Some("gone"));
        assert_eq!(text_of(xml, "Key"), None);
        assert_eq!(text_of("<Code>cut off", "Code"), None);
    }
}
