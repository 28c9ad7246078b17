//! The examples of the standards, and an injection.

use crate::sink::ldap;

use super::grammars::{dn_value, filter_value};

/// asvs: V1.2.6, for RFC 4515, section 4.
#[test]
fn filters_are_those_of_the_standard() {
    for (value, encoded) in [
        (
            "Parens R Us (for all your parenthetical needs)",
            r"Parens R Us \28for all your parenthetical needs\29",
        ),
        ("*", r"\2a"),
        (r"C:\MyFile", r"C:\5cMyFile"),
        ("\0\0\0\u{4}", r"\00\00\00\04"),
        ("Babs Jensen", "Babs Jensen"),
        ("Lučić", "Lučić"),
        ("", ""),
        ("*)(uid=*))(|(uid=*", r"\2a\29\28uid=\2a\29\29\28|\28uid=\2a"),
        ("a\r\n", r"a\0D\0A"),
    ] {
        assert_eq!(ldap::filter(value).to_string(), encoded);
        assert_eq!(filter_value(encoded).as_deref(), Some(value));
    }
    // The standard writes these otherwise, and means the same.
    assert_eq!(filter_value(r"Lu\c4\8di\c4\87").as_deref(), Some("Lučić"));
    assert_eq!(filter_value(r"\2A").as_deref(), Some("*"));
    for not_one_value in ["*", "a)(b", r"\2", r"\zz"] {
        assert_eq!(filter_value(not_one_value), None, "{not_one_value}");
    }
}

/// asvs: V1.2.6, for RFC 4514, section 4.
#[test]
fn distinguished_names_are_those_of_the_standard() {
    for (value, encoded) in [
        ("jsmith", "jsmith"),
        ("J.  Smith", "J.  Smith"),
        (r#"James "Jim" Smith, III"#, r#"James \"Jim\" Smith\, III"#),
        ("Before\rAfter", r"Before\0DAfter"),
        ("Lučić", "Lučić"),
        ("", ""),
        (" ", r"\ "),
        ("  ", r"\ \ "),
        (" a ", r"\ a\ "),
        ("#04024869", r"\#04024869"),
        ("a#b", "a#b"),
        (r"a+b;c<d>e\f=g", r"a\+b\;c\<d\>e\\f\=g"),
        ("\0", r"\00"),
        ("x,DC=evil", r"x\,DC\=evil"),
    ] {
        assert_eq!(ldap::dn(value).to_string(), encoded);
        assert_eq!(dn_value(encoded).as_deref(), Some(value));
    }
    assert_eq!(dn_value(r"Before\0dAfter").as_deref(), Some("Before\rAfter"));
    assert_eq!(dn_value(r"Lu\C4\8Di\C4\87").as_deref(), Some("Lučić"));
    for not_one_value in ["a,b", "a+b", " a", "a ", "#a", "a\"", r"a\"] {
        assert_eq!(dn_value(not_one_value), None, "{not_one_value}");
    }
}
