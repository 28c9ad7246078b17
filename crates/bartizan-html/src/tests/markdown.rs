//! Markdown that its writer means no good with; the examples of `CommonMark` run in the top-level
//! tests.

use core::fmt::Write as _;

use crate::{Markdown, Policy, Sanitizer, TooCostly};

fn markdown() -> Markdown {
    Markdown::new(Sanitizer::new(Policy::comment()))
}

fn html(text: &str) -> String {
    markdown().to_html(text).expect("it is cheap").into_string()
}

#[test]
fn structure_is_kept() {
    for (text, expected) in [
        ("a *b* **c** `d` ~~e~~", "<p>a <em>b</em> <strong>c</strong> <code>d</code> e</p>\n"),
        (
            "> q\n\n1. x\n2. y\n",
            "<blockquote>\n<p>q</p>\n</blockquote>\n<ol>\n<li>x</li>\n<li>y</li>\n</ol>\n",
        ),
        ("```rust\nlet a = \"<b>\";\n```", "<pre><code>let a = \"&lt;b&gt;\";\n</code></pre>\n"),
        (
            "[a](https://a.example/?b&c \"t\")",
            "<p><a href=\"https://a.example/?b&amp;c\" rel=\"nofollow ugc noopener noreferrer\">a</a></p>\n",
        ),
        ("<b>raw</b> & &copy;", "<p><b>raw</b> &amp; ©</p>\n"),
        ("", ""),
    ] {
        assert_eq!(html(text), expected, "{text}");
    }
}

/// asvs: V1.3.5
#[test]
fn what_would_run_is_gone() {
    for text in [
        "<script>alert(1)</script>",
        "<div>\n<script>\nalert(1)\n</script>\n</div>",
        "a <img src=x onerror=alert(1)> b",
        "<p style=\"position:fixed\" onclick=alert(1)>x</p>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](java&Tab;script:alert(1))",
        "[x](<java\\\nscript:alert(1)>)",
        "[x]\n\n[x]: javascript:alert(1)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        "![x\" onerror=\"alert(1)](y)",
        "[x](https://a \"\\\" onmouseover=\\\"alert(1)\")",
        "[x](https://a'onclick='alert(1))",
        "<javascript:alert(1)>",
        "<https://a\"onclick=alert(1)>",
        "```\" onload=alert(1)\nx\n```",
        "``<script>``",
        "<a href=\"`\">`\" onclick=alert(1)>",
        "<!-- --> <img src=x onerror=alert(1)> -->",
        "<![CDATA[ ><script>alert(1)</script> ]]>",
        "<?php echo '?><script>alert(1)</script>'; ?>",
        "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
    ] {
        let html = html(text);
        for tag in html.split('<').skip(1) {
            let tag = tag.split_once('>').expect("tags are whole").0;
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
            let known = ["a", "b", "blockquote", "br", "code", "em", "li", "p", "pre", "ul"];
            assert!(known.contains(&name), "{text}: {html}");
            let attributes = tag.split_once(' ').map_or("", |(_, attributes)| attributes);
            let link = attributes.is_empty()
                || attributes.starts_with("href=\"https://a")
                || attributes.starts_with("rel=");
            assert!(link, "{text}: {html}");
        }
        assert!(!html.contains("javascript:") || html.contains("<p>"), "{html}");
        assert!(!html.contains("href=\"j") && !html.contains("href=\"d"), "{text}: {html}");
    }
}

#[test]
fn what_takes_long_is_refused() {
    let fill = |unit: &str| unit.repeat(65_536 / unit.len());
    let bytes = Err(TooCostly::Bytes(65_536));
    assert_eq!(markdown().to_html(&"x".repeat(65_537)), bytes);

    let containers = Err(TooCostly::Depth(16));
    for marker in [">", "> ", ">\t", "- ", "* ", "+\t", "1. ", "23) ", "> - 1. "] {
        assert_eq!(markdown().to_html(&fill(marker)), containers, "{marker:?}");
        let one_more = marker.repeat(17);
        assert_eq!(markdown().to_html(&format!("a\n {one_more}")), containers, "{marker:?}");
        assert_eq!(markdown().to_html(&format!("a\r{one_more}")), containers, "{marker:?}");
    }

    let mut nested = String::new();
    for depth in 0..80 {
        let _ = writeln!(nested, "{}- x", "  ".repeat(depth));
    }
    assert_eq!(markdown().to_html(&nested), Err(TooCostly::Depth(64)));

    // A short reference stands for a long URL.
    let expanding = format!("[a]: {}\n\n{}", "u".repeat(30_000), "[a]".repeat(10_000));
    assert_eq!(markdown().to_html(&expanding), bytes);
    // A short row is filled up to the width of its table.
    let wide = format!("{}\n{}\n{}", "|a".repeat(5_000), "|-".repeat(5_000), "|\n".repeat(9_000));
    assert_eq!(markdown().to_html(&wide), bytes);
}

#[test]
fn what_people_write_is_not_refused() {
    for text in [
        "- - -\n\n* * *\n\n***\n\n------------------------------\n",
        "> > > quoted\n> > twice\n",
        "- a\n  - b\n    - c\n      1. d\n",
        "1. a\n2. b\n",
        "2026-11-24 - 5 * 3 - 2 + 1 > 2 > 1 - - - - - - - - - - - - - - - - - - - - - -",
    ] {
        assert!(markdown().to_html(text).is_ok(), "{text}");
    }
}
