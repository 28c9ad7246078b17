//! The values of components: the examples of RFC 9421, section 2, typed by hand.

use super::rfc_9421::base_of;
use super::*;
use crate::message::base::Message;

fn value(fields: &[(&str, &str)], component: &str) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| line(name, value)).collect();
    let message = request("GET", "https://www.example.com/p", &fields, b"");
    let base = base_of(Message::Request(&message), &format!("({component})"));
    let value = base.split('\n').next().unwrap().strip_prefix(component).unwrap();
    value.strip_prefix(": ").unwrap().to_owned()
}

/// Sections 2.1 to 2.1.3.
#[test]
fn fields_are_joined_or_wrapped() {
    let fields = [
        ("Cache-Control", "max-age=60"),
        ("X-OWS-Header", "  Leading and trailing whitespace.\t"),
        ("Cache-Control", "    must-revalidate"),
        ("X-Empty-Header", ""),
        ("Example-Dict", "  a=1,    b=2;x=1;y=2,   c=(a   b   c), d"),
        ("Example-Header", "value, with, lots"),
        ("Example-Header", "of, commas"),
    ];
    let of = |component: &str| value(&fields, component);
    assert_eq!(of("\"cache-control\""), "max-age=60, must-revalidate");
    assert_eq!(of("\"x-ows-header\""), "Leading and trailing whitespace.");
    assert_eq!(of("\"x-empty-header\""), "");
    assert_eq!(of("\"example-dict\";sf"), "a=1, b=2;x=1;y=2, c=(a b c), d");
    assert_eq!(of("\"example-dict\";key=\"a\""), "1");
    assert_eq!(of("\"example-dict\";key=\"b\""), "2;x=1;y=2");
    assert_eq!(of("\"example-dict\";key=\"c\""), "(a b c)");
    assert_eq!(of("\"example-dict\";key=\"d\""), "?1");
    assert_eq!(of("\"example-header\""), "value, with, lots, of, commas");
    assert_eq!(of("\"example-header\";bs"), ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:");
    let one = [("Example-Header", "value, with, lots, of, commas")];
    assert_eq!(value(&one, "\"example-header\";bs"), ":dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:");
}

fn of_target(url: &str, component: &str) -> String {
    let message = request("POST", url, &[], b"");
    let base = base_of(Message::Request(&message), &format!("({component})"));
    let value = base.split('\n').next().unwrap().strip_prefix(component).unwrap();
    value.strip_prefix(": ").unwrap().to_owned()
}

/// Sections 2.2.1 to 2.2.7.
#[test]
fn the_target_has_parts() {
    let url = "HTTPS://www.EXAMPLE.com:443/path?param=value&foo=bar&baz=bat%2Dman";
    let target = "https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman";
    for (url, component, value) in [
        (url, "@method", "POST"),
        (url, "@target-uri", target),
        (url, "@authority", "www.example.com"),
        ("http://a.example:8080", "@authority", "a.example:8080"),
        ("http://a.example:443/", "@authority", "a.example:443"),
        (url, "@scheme", "https"),
        (url, "@path", "/path"),
        ("https://a.example?q", "@path", "/"),
        (url, "@query", "?param=value&foo=bar&baz=bat%2Dman"),
        ("https://a.example/path?queryString", "@query", "?queryString"),
        ("https://a.example/path", "@query", "?"),
        ("https://a.example/path?", "@query", "?"),
        (url, "@request-target", "/path?param=value&foo=bar&baz=bat%2Dman"),
    ] {
        assert_eq!(of_target(url, &format!("\"{component}\"")), value, "{url} {component}");
    }
}

/// Section 2.2.8.
#[test]
fn a_query_parameter_is_encoded_anew() {
    let url = "https://www.example.com/path?param=value&foo=bar&baz=batman&qux=";
    let odd = "https://a.example/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something";
    for (url, name, value) in [
        (url, "baz", "batman"),
        (url, "qux", ""),
        (url, "param", "value"),
        (odd, "var", "this%20is%20a%20big%0Amultiline%20value"),
        (odd, "bar", "with%20plus%20whitespace"),
        (odd, "fa%C3%A7ade%22%3A%20", "something"),
    ] {
        let component = format!("\"@query-param\";name=\"{name}\"");
        assert_eq!(of_target(url, &component), value, "{name}");
    }
}
