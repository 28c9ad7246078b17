//! Inputs made to keep a parser busy: each is refused before there is a parser.

use crate::limits::Limits;
use crate::{Policy, Sanitizer, SanitizerBuilder, TooCostly};
use crate::{scan, steps};

/// Why no tree is built of it.
fn refused(html: &str) -> TooCostly {
    scan::check(html, &Limits::DEFAULT).expect_err("it is refused")
}

fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().concat()
}

#[test]
fn every_hostile_family_is_refused() {
    let kib = |unit: &str, kib: usize| unit.repeat(kib * 1024 / unit.len());
    let fonts: String = numbered(64, |n| format!("<p><font color={n}>"));
    let fonts_that_seem_closed: String =
        numbered(100, |n| format!("<table><td><font x={n}><table><td></font>"));
    let attributes: String = numbered(65, |n| format!(" a{n}=1"));
    let blocks = "<p>x".repeat(1_500);

    let bytes = TooCostly::TreeBytes(65_536);
    let depth = TooCostly::Depth(64);
    let elements = TooCostly::Elements(65_536);
    for (html, expected) in [
        (kib("<div>", 256), bytes),
        (kib("<div>", 64), TooCostly::Tags(2_048)),
        ("<div>".repeat(65), depth),
        ("<ul><li>".repeat(33), depth),
        ("<i><b><u><div>".repeat(17), depth),
        (format!("{}{}", "<div>".repeat(65), "</x>".repeat(9_000)), depth),
        (kib("&", 1_024), bytes),
        (kib("&", 63), TooCostly::Ampersands(4_096)),
        (kib("<!---->", 63), TooCostly::Tags(2_048)),
        (kib("<?", 63), TooCostly::Tags(2_048)),
        (format!("<b{attributes}>"), TooCostly::Attributes(64)),
        (format!("{fonts}{blocks}"), elements),
        (format!("{fonts_that_seem_closed}{blocks}"), depth),
    ] {
        assert_eq!(refused(&html), expected, "{html:.40}");
    }
}

/// What the scan does not see as a tag still counts as one.
#[test]
fn tags_count_wherever_they_hide() {
    let many = "<div>".repeat(2_049);
    for html in [
        format!("<p title=\"{many}\">"),
        format!("<style><a title=\"</style>{many}\">"),
        format!("<!--{many}-->"),
        format!("<script>{many}</script>"),
        format!("<plaintext>{many}"),
    ] {
        assert_eq!(refused(&html), TooCostly::Tags(2_048), "{html:.40}");
    }
}

/// Formatting elements are believed to be closed only where a parser would close them.
#[test]
fn end_tags_that_a_parser_ignores_close_nothing() {
    let blocks = "<p>x</p>".repeat(700);
    let open: String = numbered(100, |n| format!("<b x={n}>"));
    for (before, between) in [
        ("", "<table><td></b>"),
        ("<svg><p></svg>", "</b>"),
        ("", "<svg></b></svg>"),
        ("<select><b></select>", "</b>"),
        ("<script><!--<script></script>", "</b>"),
        ("", "<!--</b>-->"),
        ("", "<!--!></b>-->"),
        ("", "<!-- --!</b>--!>"),
        ("", "<i title='</b>'></i>"),
        ("", "<style></b></style>"),
        ("<style><a title=\"</style>", ""),
    ] {
        let html = open.replace('>', &format!(">{between}</p>"));
        let html = format!("{before}{html}{blocks}");
        let limits = Limits { depth: 10_000, ..Limits::DEFAULT };
        let counted = scan::check(&html, &limits);
        assert_eq!(counted, Err(TooCostly::Elements(65_536)), "{before} {between}");
    }
}

/// Sloppy, but not hostile.
#[test]
fn what_people_write_is_not_refused() {
    let sanitizer = Sanitizer::new(Policy::comment());
    for html in [
        "<p>one".repeat(300),
        format!("<ul>{}</ul>", "<li>one".repeat(300)),
        "<p>Some <b>bold</b> and <i>italic</i> text, a <br> and <a href=x>link</a></p>".repeat(150),
        "<b><p>x</p></b>".repeat(200),
        "a < b && c > d; ".repeat(1_000),
        format!("{}{}", "<blockquote>".repeat(20), "</blockquote>".repeat(20)),
        "<dl><dt>a<dd>b</dl>".repeat(100),
        format!("<table>{}</table>", "<tr><td><b>x</b><td>y".repeat(50)),
    ] {
        assert!(sanitizer.clean(&html).is_ok(), "{:.40}: {:?}", html, sanitizer.clean(&html));
    }
}

#[test]
fn each_limit_is_exact() {
    let builder = || Sanitizer::builder(Policy::comment());
    let at = |builder: SanitizerBuilder, html: &str| builder.build().clean(html).err();
    for (limited, within, beyond, expected) in [
        (SanitizerBuilder::max_bytes as Limit, (5, "abcde"), "abcdef", TooCostly::Bytes(5)),
        (SanitizerBuilder::max_output_bytes, (8, ">>"), ">> ", TooCostly::OutputBytes(8)),
        (SanitizerBuilder::max_tree_bytes, (6, "<b><p>"), "<b><p></b>", TooCostly::TreeBytes(6)),
        (SanitizerBuilder::max_tags, (2, "<p>a</p><p>b</p>"), "<b><p></b><br>", TooCostly::Tags(2)),
        (
            SanitizerBuilder::max_depth,
            (2, "<ul><li>a</li><li>b<br></li></ul>"),
            "<ul><li><b>",
            TooCostly::Depth(2),
        ),
        (SanitizerBuilder::max_ampersands, (1, "&amp;"), "&amp;&amp;\0", TooCostly::Ampersands(1)),
        (
            SanitizerBuilder::max_attributes,
            (2, "<b x y = '>' >"),
            "<b x=1 y z>",
            TooCostly::Attributes(2),
        ),
        (
            SanitizerBuilder::max_attributes_in_total,
            (2, "<b x><i y></b></i>"),
            "<b x><i y z></b></i>",
            TooCostly::AttributesInTotal(2),
        ),
        (
            SanitizerBuilder::max_elements,
            (9, "<p><b>x</b></p><p><b>y</b></p>"),
            "<p><b><p><b y>",
            TooCostly::Elements(9),
        ),
    ] {
        let (max, within) = within;
        assert_eq!(at(limited(builder(), max), within), None, "{within}");
        assert_eq!(at(limited(builder(), max), beyond), Some(expected), "{beyond}");
    }
}

type Limit = fn(SanitizerBuilder, usize) -> SanitizerBuilder;

/// Some looks at each byte, whether it is cleaned or refused; what ammonia does is not counted.
#[test]
fn the_work_on_hostile_input_grows_with_its_length() {
    for policy in [Policy::comment(), Policy::email(), Policy::svg()] {
        let sanitizer = Sanitizer::new(policy);
        for unit in UNITS {
            let html = unit.repeat(65_536 / unit.len());
            let started = "<div>".repeat(60) + &html;
            for html in [html, started] {
                let steps = steps::of(|| _ = sanitizer.clean(&html));
                assert!(steps < 70 * html.len(), "{unit}: {} a byte", steps / html.len());
            }
        }
    }
}

const UNITS: &[&str] = &[
    "<div>",
    "<i><b><u><div>",
    "<p><font x=1>",
    "<ul><li>",
    "<li>",
    "&",
    "&a",
    "&notit",
    "<",
    "</",
    "<!",
    "<!--",
    "<!---->",
    "<?",
    "<a",
    "<b ",
    "<b x='",
    "<b x=\"<i y='",
    "</p>",
    "</x>",
    "<p>",
    "<p>x</b>",
    "<table>",
    "<table><tr><td>",
    "<td>",
    "<style>",
    "<script>",
    "<script><!--",
    "<title>",
    "<textarea>",
    "<svg>",
    "<math><mi>",
    "<select><option>",
    "<template>",
    "<a href=https://x.example>",
    "<form>",
    "<button>",
    "<pre>\n",
    "\r\n",
    "\u{a0}",
    "\0",
    "<x-y>",
    "<ruby><rt>",
    "<span></div>",
    "<b></b>",
    "]]>",
    "<img src='//u@h'>",
    "<p style='color:rgb(1,(('>",
    "<p style='color:",
    "<h1>",
    "<dl><dd>",
    "<noscript>",
    "<plaintext>",
    "<b/b/",
    "<a a a ",
];
