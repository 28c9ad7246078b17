//! Clean HTML as text.

use html5ever::local_name;
use proptest::prelude::*;

use super::dom;
use crate::{Policy, Sanitizer};

fn text(html: &str) -> String {
    Sanitizer::new(Policy::comment()).clean(html).unwrap().to_text()
}

fn excerpt(html: &str, max_chars: usize) -> String {
    Sanitizer::new(Policy::comment()).clean(html).unwrap().excerpt(max_chars)
}

#[test]
fn blocks_become_lines() {
    for (html, expected) in [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one</p>\n\n<p> two\n three </p>\n", "one\n\ntwo three"),
        ("a<br>b<br><br>c<br><br><br>d<br>", "a\nb\n\nc\n\nd"),
        ("a <b> b</b> <i>c </i>d", "a b c d"),
        ("x<blockquote>q</blockquote>y", "x\n\nq\n\ny"),
        ("<pre><code>let a = 1;\n  b\n</code></pre>x", "let a = 1;\n  b\n\n\nx"),
        ("<pre>\n\nx</pre>", "\nx"),
        ("<ol><li>one<li>two</ol>end", "1. one\n2. two\n\nend"),
        ("<ul><li><p>one</p><p>more</p></li><li>two</li></ul>", "- one\n\nmore\n\n- two"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;amp; a&nbsp;b", "1 < 2 && 3 > 2 &amp; a\u{a0}b"),
        ("<script>no</script>yes<style>no</style>", "yes"),
        ("<ul><li></li><li>b</li></ul>", "-\n- b"),
    ] {
        assert_eq!(text(html), expected, "{html}");
    }
}

#[test]
fn links_are_shown_on_request() {
    let sanitizer = Sanitizer::new(Policy::comment());
    for (html, expected) in [
        ("<a href='https://a.example/?x=1&amp;y'>go</a>!", "go (https://a.example/?x=1&y)!"),
        ("<a href='https://a.example/'>https://a.example/</a>", "https://a.example/"),
        ("<a href='https://a.example/'></a>x", "x"),
        ("<a href='javascript:x'>go</a>", "go"),
        ("<a href='https://a.example/?\">'>go</a>", "go (https://a.example/?\">)"),
        ("<p>x</p><a href='https://a.example/'>go</a>", "x\n\ngo (https://a.example/)"),
    ] {
        assert_eq!(sanitizer.clean(html).unwrap().to_text_with_links(), expected, "{html}");
    }
}

#[test]
fn an_excerpt_is_one_line_cut_at_a_word() {
    for (html, max_chars, expected) in [
        ("<p>one two</p><p>three</p>", 100, "one two three"),
        ("<p>one two</p><p>three</p>", 13, "one two three"),
        ("<p>one two</p><p>three</p>", 12, "one two…"),
        ("<p>one two</p><p>three</p>", 8, "one two…"),
        ("<p>one two</p><p>three</p>", 7, "one…"),
        ("<p>one two</p><p>three</p>", 0, ""),
        ("<p>one two</p><p>three</p>", 1, "…"),
        ("incomprehensibilities", 8, "incompr…"),
        ("a incomprehensibilities", 12, "a incompreh…"),
        ("&lt;b&gt; &amp; more", 5, "<b>…"),
        ("漢字漢字漢字", 4, "漢字漢…"),
        ("abe\u{301}f", 4, "ab…"),
        ("ab\u{1f468}\u{200d}\u{1f469}c", 5, "ab…"),
        ("<ul><li>a</li><li>b</li></ul>", 9, "a b"),
        ("", 9, ""),
        ("one   ", 3, "one"),
    ] {
        assert_eq!(excerpt(html, max_chars), expected, "{html} {max_chars}");
    }
}

/// What text remains is that of the tree, but for white space and marks.
fn agrees_with_a_parser(html: &str) {
    let clean = Sanitizer::new(Policy::comment()).clean(html);
    let Ok(clean) = clean else { return };
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let expected = dom::parse(clean.as_str(), local_name!("div")).text();
    assert_eq!(letters(&clean.to_text()), letters(&expected), "{clean}");
    assert!(clean.to_text().len() / 3 <= clean.as_str().len(), "{clean}");

    for max_chars in [0, 1, 2, 5, 40] {
        let excerpt = clean.excerpt(max_chars);
        assert!(excerpt.chars().count() <= max_chars, "{excerpt:?}");
        assert!(!excerpt.contains(['\n', '\t']), "{excerpt:?}");
    }
    let whole = clean.excerpt(usize::MAX);
    assert_eq!(letters(&whole), letters(&expected), "{clean}");
}

proptest! {
    #[test]
    fn text_is_that_of_the_tree(html in r#"(<p>|</p>|<b>|</b>|<ul>|<li>|</ul>|<ol>|</ol>|<pre>|</pre>|<br>|<a href="https://x">|</a>|[a-cé ]{0,5}|\n|&amp;|&lt;|<|>|&|\u{a0}){0,30}"#) {
        agrees_with_a_parser(&html);
    }

    #[test]
    fn any_text_is_that_of_the_tree(html in any::<String>()) {
        agrees_with_a_parser(&html);
    }
}
