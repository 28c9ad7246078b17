//! What a policy may allow, and what its parts keep.

use super::sanitized::{allowed_only, clean, holds_under, presets};
use crate::{
    LinkRel, Policy, PolicyBuilder, PolicyError, Removed, Sanitizer, UrlRefused, Urls, danger,
};

/// Elements of HTML that run, embed, load or submit something, whose content is not ordinary, or
/// that belong to another language.
const CAPABLE: &[&str] = &[
    "applet",
    "base",
    "basefont",
    "bgsound",
    "body",
    "button",
    "canvas",
    "command",
    "dialog",
    "embed",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "iframe",
    "image",
    "input",
    "isindex",
    "keygen",
    "link",
    "listing",
    "marquee",
    "math",
    "meta",
    "nextid",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "optgroup",
    "option",
    "param",
    "plaintext",
    "portal",
    "script",
    "select",
    "selectedcontent",
    "slot",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
    "area",
    "map",
    "foreignObject",
    "animate",
    "set",
    "use",
    "feImage",
    "annotation-xml",
    "mglyph",
    "SCRIPT",
];

/// Attributes that run, load, submit, name, style or refer to something.
const CAPABLE_ATTRIBUTES: &[&str] = &[
    "action",
    "archive",
    "attributename",
    "autofocus",
    "classid",
    "code",
    "codebase",
    "content",
    "contenteditable",
    "data",
    "data-bind",
    "dynsrc",
    "form",
    "formaction",
    "formmethod",
    "formtarget",
    "from",
    "to",
    "values",
    "http-equiv",
    "id",
    "name",
    "class",
    "style",
    "rel",
    "imagesrcset",
    "srcset",
    "is",
    "itemid",
    "lowsrc",
    "manifest",
    "nonce",
    "integrity",
    "ping",
    "popover",
    "popovertarget",
    "profile",
    "slot",
    "srcdoc",
    "target",
    "usemap",
    "xlink:href",
    "xml:base",
    "xmlns",
    "onabort",
    "onanimationend",
    "onbeforeunload",
    "onblur",
    "onclick",
    "onerror",
    "onfocus",
    "onhashchange",
    "oninput",
    "onload",
    "onmessage",
    "onmouseover",
    "onpointerrawupdate",
    "onsecuritypolicyviolation",
    "ontoggle",
    "onunload",
    "onwebkitanimationend",
    "x-data",
    "hx-get",
    "v-html",
    "ng-app",
    "@click",
    ":href",
];

/// asvs: V1.3.1
#[test]
fn a_policy_that_could_let_a_script_through_does_not_build() {
    for name in CAPABLE {
        let built = Policy::builder().elements(&[name]).build();
        assert_eq!(built, Err(PolicyError::Element((*name).to_owned())));
    }
    for name in CAPABLE_ATTRIBUTES {
        let refused = Err(PolicyError::Attribute((*name).to_owned()));
        assert_eq!(Policy::builder().elements(&["a"]).attributes("a", &[name]).build(), refused);
        assert_eq!(Policy::builder().attributes_of_all(&[name]).build(), refused);
        let urls = Urls::new(&["https"]);
        assert_eq!(Policy::builder().elements(&["a"]).urls_for("a", name, urls).build(), refused);
    }
}

/// asvs: V1.3.1
#[test]
fn schemes_properties_and_prefixes_are_checked() {
    for scheme in [
        "javascript",
        "vbscript",
        "data",
        "blob",
        "filesystem",
        "about",
        "view-source",
        "file",
        "jar",
        "livescript",
        "mocha",
        "JavaScript",
        "java\tscript",
        "",
        "a:b",
    ] {
        let built = Policy::builder().urls(Urls::new(&[scheme])).build();
        assert_eq!(built, Err(PolicyError::Scheme(scheme.to_owned())));
    }
    for property in [
        "behavior",
        "-moz-binding",
        "position",
        "background",
        "background-image",
        "content",
        "--x",
        "filter",
    ] {
        let built = Policy::builder().css_properties(&[property]).build();
        assert_eq!(built, Err(PolicyError::Property(property.to_owned())));
    }
    for prefix in ["", "x", "-", "1-", "x y-", "X-"] {
        assert_eq!(
            Policy::builder().name_prefix(prefix).build(),
            Err(PolicyError::Prefix),
            "{prefix}"
        );
    }
    assert!(Policy::builder().attributes("a", &["href"]).build().is_err(), "`a` is not allowed");
}

#[test]
fn every_preset_would_build() {
    for policy in presets() {
        assert_eq!(policy.extend().build(), Ok(policy));
    }
}

/// With every harmless element and attribute at once, every capable one and its content are tried.
///
/// asvs: V1.3.1
#[test]
fn nothing_capable_comes_through_the_widest_policy() {
    let policy = widest();
    let all: String =
        CAPABLE_ATTRIBUTES.iter().flat_map(|name| [" ", name, "='javascript:alert(1)'"]).collect();
    let link = "<a href=' javascript:x'>x<a href='jav&#x0a;ascript:x'>y</a></a>";
    for element in CAPABLE {
        let (one, other) = all.split_at(all.find(" onabort").unwrap());
        holds_under(&policy, &format!("<{element}{one}><b{other}>{link}</b></{element}>"));
        holds_under(
            &policy,
            &format!("<svg><{element}{other}><b{one}>{link}</b></{element}></svg>"),
        );
    }
}

fn widest() -> Policy {
    use crate::policy::tables;
    let builder = Policy::builder().elements(tables::ELEMENTS).attributes_of_all(tables::TEXT);
    let builder = builder.attributes_of_all(tables::SIMPLE).attributes_of_all(tables::URLS);
    let builder = builder.css_properties(&["color", "font-family", "width"]).classes("b", &["x"]);
    builder.name_prefix("user-").build().expect("all of it is harmless")
}

#[test]
fn danger_is_by_name() {
    let insist = danger::allow_element(Policy::comment().extend(), "iframe");
    let policy = danger::allow_attribute(insist, "iframe", "src").build().unwrap();
    assert_eq!(
        clean(policy, "<iframe src=https://x.example onload=y></iframe>"),
        "<iframe src=\"https://x.example\"></iframe>"
    );
    for never in ["script", "style", "template", "plaintext"] {
        let built = danger::allow_element(Policy::builder(), never).build();
        assert_eq!(built, Err(PolicyError::Element(never.to_owned())));
    }
}

fn keeps(urls: Urls, url: &str) -> bool {
    let builder = Policy::builder().elements(&["a"]).attributes("a", &["href"]);
    let policy = builder.urls(urls).link_rel(LinkRel::None).build().unwrap();
    clean(policy, &format!("<a href=\"{url}\">x</a>")).contains("href")
}

#[test]
fn the_policy_decides_about_hosts_users_and_relative_urls() {
    let plain = || Urls::new(&["https"]);
    let hosts = || plain().hosts(&["example.com", "*.example.org"]);
    for (urls, kept, removed) in [
        (plain(), "https://example.com/x", "https://u@example.com/"),
        (plain().userinfo(), "https://u:p@example.com/", "/x"),
        (plain().relative(), "/x", "//example.com/x"),
        (plain().relative(), "x?y#z", "/\\example.com"),
        (plain().relative(), "#z", "\\\\example.com/"),
        (plain().relative(), "?q", "/\t/example.com/"),
        (plain().relative(), "../x", "https:x"),
        (plain().scheme_relative(), "//example.com", "/x"),
        (plain().scheme_relative(), "//example.com", "//u@example.com"),
        (hosts(), "https://example.com/", "https://example.com.evil.example/"),
        (hosts(), "https://EXAMPLE.com/", "https://a.example.com/"),
        (hosts(), "https://a.example.org/", "https://example.org/"),
        (hosts(), "https://b.a.example.org/", "https://example.com@evil.example/"),
        (hosts().scheme_relative(), "//example.com/", "//evil.example/"),
        (hosts().relative(), "/x", "//example.com/"),
        (plain(), "https://xn--bcher-kva.example/", "https://1.2.3.4.5/"),
        (plain(), "https://a_b.example/", "https://a b.example/"),
        (plain(), "https://example.com:8443/", "https://example.com:99999/"),
        (plain(), " https://example.com/", "https:/example.com/"),
    ] {
        assert!(keeps(urls.clone(), kept), "{kept}");
        assert!(!keeps(urls, removed), "{removed}");
    }
}

#[test]
fn images_in_urls_are_on_request() {
    let img = |html: &str| clean(Policy::email(), html);
    let png = "<img src=\"data:image/png;base64,iVBORw0KGgo=\">";
    assert_eq!(img(png), png);
    assert_eq!(clean(Policy::article(), png), "<img>");
    for url in [
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:text/html,x",
        "data:image/png,x",
        "DATA:image/png;base64,<",
    ] {
        assert_eq!(img(&format!("<img src=\"{url}\">")), "<img>", "{url}");
    }
    let link = "<a href=\"data:image/png;base64,iVBORw0KGgo=\">x</a>";
    assert!(!img(link).contains("data:"));
}

/// asvs: V3.2.3, by a prefix that no property of a document or form has.
#[test]
fn names_get_a_prefix() {
    let builder =
        Policy::comment().extend().name_prefix("user-").urls(Urls::new(&["https"]).relative());
    let policy = builder.link_rel(LinkRel::None).build().unwrap();
    for (html, expected) in [
        ("<p id=cookie>x</p>", "<p id=\"user-cookie\">x</p>"),
        ("<p id=user-a>x</p>", "<p id=\"user-a\">x</p>"),
        ("<p id=user->x</p>", "<p id=\"user-user-\">x</p>"),
        ("<p id='a b'>x</p>", "<p>x</p>"),
        ("<a name=body href=#cookie>x</a>", "<a name=\"user-body\" href=\"#user-cookie\">x</a>"),
        ("<b name=body>x</b>", "<b>x</b>"),
    ] {
        assert_eq!(clean(policy.clone(), html), expected, "{html}");
        holds_under(&policy, html);
    }
}

#[test]
fn classes_and_styles_are_of_a_list() {
    let code = |html: &str| clean(Policy::article(), html);
    assert_eq!(
        code("<code class='x language-rust'>a</code>"),
        "<code class=\"language-rust\">a</code>"
    );
    assert_eq!(code("<code class='x'>a</code>"), "<code>a</code>");
    let style = |css: &str| {
        let html = clean(Policy::email(), &format!("<p style=\"{css}\">x</p>"));
        html.strip_prefix("<p style=\"").map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    for (css, kept) in [
        ("color: RED", Some("color:RED")),
        ("color:#fff;position:fixed;width: 10px", Some("color:#fff;width:10px")),
        ("font-family: 'Open Sans', serif", Some("font-family:'Open Sans', serif")),
        ("color: rgb(1, 2, 3)", Some("color:rgb(1, 2, 3)")),
        ("width: expression(alert(1))", None),
        ("background-color: url(javascript:x)", None),
        ("background-color: u\\rl(x)", None),
        ("color: var(--x)", None),
        ("color: red !important", None),
        ("color: red; } body { color: blue", Some("color:red")),
        ("-moz-binding: url(x)", None),
        ("col/**/or: red", None),
        ("color: red/*", Some("color:red")),
        ("font-family: '&lt;/style>'", None),
        ("behavior: url(x); color: blue", Some("color:blue")),
    ] {
        assert_eq!(style(css).as_deref(), kept, "{css}");
        holds_under(&Policy::email(), &format!("<p style=\"{css}\">x</p>"));
    }
}

/// asvs: V1.3.4
#[test]
fn a_picture_keeps_what_draws() {
    let drawing = "<svg viewBox=\"0 0 10 10\" width=\"10\"><defs><linearGradient id=\"svg-g\">\
        <stop offset=\"0\" stop-color=\"#fff\"></stop></linearGradient></defs><g transform=\"rotate(45 1,2)\">\
        <path d=\"M0 0L10,10z\" fill=\"url(#svg-g)\" stroke=\"rgb(1,2,3)\"></path></g><text x=\"1\">a</text></svg>";
    assert_eq!(clean(Policy::svg(), drawing), drawing);
    holds_under(&Policy::svg(), drawing);
    for hostile in [
        "<script>alert(1)</script>",
        "<foreignObject><p>x</p><img src=x onerror=alert(1)></foreignObject>",
        "<use href='#x'/><use xlink:href='data:image/svg+xml,x#y'/>",
        "<image href='https://evil.example/x.svg'/><image xlink:href='data:x'/>",
        "<a href='javascript:alert(1)'><rect/></a>",
        "<animate attributeName=href values='javascript:alert(1)'/><set attributeName=onclick to=x />",
        "<style>rect{fill:url(https://evil.example/)}</style>",
        "<rect style='fill:url(https://evil.example)' onload=alert(1) onclick=x />",
        "<rect fill='url(https://evil.example/x)' stroke='url(#other)' clip-path='url(data:x)'/>",
        "<rect fill=\"url('#svg-g')\" filter='url(#x)' mask='url(#x)'/>",
        "<title><style></title><img src=x onerror=alert(1)></style>",
        "<desc><img src=x onerror=alert(1)></desc>",
        "<switch><feImage href='https://evil.example'/></switch>",
        "<!--x--><![CDATA[<img src=x onerror=alert(1)>]]>",
        "</svg><img src=x onerror=alert(1)>",
        "<p><img src=x onerror=alert(1)>",
        "<handler type='application/ecmascript'>alert(1)</handler>",
        "<rect id=cookie /><g id='a b'/>",
    ] {
        let html = clean(Policy::svg(), &format!("<svg>{hostile}<circle r=1 /></svg>"));
        let lower = html.to_lowercase();
        for never in [
            "<script",
            "foreign",
            "<use",
            "<image",
            "href",
            "<animate",
            "<set",
            "<style",
            "onload",
            "onclick",
            "evil",
            "onerror=\"",
            "data:",
            "javascript",
            "id=\"cookie",
            "style=",
        ] {
            let is_text = html.contains("&lt;img") && never == "onerror=\"";
            assert!(is_text || !lower.contains(never), "{never} in {html}");
        }
        allowed_only(&Policy::svg(), &html);
        holds_under(&Policy::svg(), &format!("<svg>{hostile}<circle r=1 /></svg>"));
    }
}

/// asvs: V1.3.5, what sanitizing does for rendered Markdown.
#[test]
fn rendered_markdown_keeps_its_structure_and_loses_raw_html() {
    let rendered = "<h1>T</h1>\n<p>a <em>b</em> <strong>c</strong> <code>d</code></p>\n<pre><code class=\"language-rust\">e\n\
        </code></pre>\n<ol start=\"2\">\n<li>f</li>\n</ol>\n<table><thead><tr><th>g</th></tr></thead><tbody>\n<tr><td>h</td></tr>\n\
        </tbody></table>\n<p><img src=\"/i.png\" alt=\"j\" title=\"k\"></p>\n<hr>\n<blockquote>\n<p>l</p>\n</blockquote>\n";
    assert_eq!(clean(Policy::markdown_output(), rendered), rendered);
    let hostile = "<p style=\"color:red\"><a href=\"javascript:alert(1)\">x</a><script>y</script><iframe src=z></iframe></p>";
    let rel = "rel=\"nofollow ugc noopener noreferrer\"";
    assert_eq!(clean(Policy::markdown_output(), hostile), format!("<p><a {rel}>x</a></p>"));
}

#[test]
fn what_is_too_long_is_cut_to_something_clean() {
    let html = "<p>one &amp; <b>two</b> thr\u{e9}e</p><ul><li>four<li>five</ul><pre>\n\nx</pre>";
    for builder in
        [Policy::comment().extend(), Policy::article().extend(), Policy::plain_text().extend()]
    {
        let whole = clean(builder.clone().build().unwrap(), html);
        for most in 0..whole.len() {
            let policy = PolicyBuilder::max_output_bytes(builder.clone(), most).build().unwrap();
            let cut = clean(policy.clone(), html);
            assert!(cut.len() <= most, "{cut}");
            assert!(most < 8 || whole.starts_with(cut.split("</").next().unwrap()), "{cut}");
            holds_under(&policy, html);
        }
    }
    let policy = Policy::svg().extend().max_output_bytes(60).build().unwrap();
    let html = "<svg><g><path d=\"M0 0\"></path><path d=\"M0 0\"></path><path d=\"M0 0\"></path></g></svg>";
    let cut = "<svg><g><path d=\"M0 0\"></path></g></svg>";
    assert_eq!(clean(policy, html), cut);
}

#[test]
fn a_report_tells_what_was_removed_and_where() {
    let html = "<p class=x>a<script>b</script><!--c--><IMG src=d><a href=//e rel=x>f</a></p>";
    let (clean, report) = Sanitizer::new(Policy::comment()).clean_with_report(html).unwrap();
    assert_eq!(clean.as_str(), "<p>a<a rel=\"nofollow ugc noopener noreferrer\">f</a></p>");
    let found: Vec<_> = report
        .removals()
        .iter()
        .map(|removal| (removal.at, format!("{:?}", removal.what)))
        .collect();
    let expected = [
        (3, "Attribute(\"class\")"),
        (12, "Code(\"script\")"),
        (30, "Comment"),
        (38, "Element(\"img\")"),
        (52, "Url(\"href\", Relative)"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(at, what)| (at, what.to_owned())).collect();
    assert_eq!(found, expected);

    let (_, none) = Sanitizer::new(Policy::svg())
        .clean_with_report("<svg viewBox='0 0 1 1'><g id=svg-x></g></svg>")
        .unwrap();
    assert_eq!(none.total(), 0);

    let long = format!("<x-{}>", "\u{e9}y".repeat(20));
    let (_, many) =
        Sanitizer::new(Policy::comment()).clean_with_report(&"<img>".repeat(100)).unwrap();
    assert_eq!((many.removals().len(), many.total()), (64, 100));
    let (_, one) =
        Sanitizer::new(Policy::comment()).clean_with_report(&format!("<b {long}=1>x</b>")).unwrap();
    let Removed::Attribute(name) = &one.removals()[0].what else { panic!("an attribute") };
    assert_eq!(name.as_str().len(), 24);
    assert!(name.as_str().starts_with("?x-??y"), "{name}");
    let url = Removed::Url(name.clone(), UrlRefused::Host);
    assert_ne!(url, Removed::Comment);
}
