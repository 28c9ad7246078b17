//! Policies for what people mostly need.

use crate::policy::Policy;
use crate::policy::builder::LinkRel;
use crate::policy::urls::Urls;

impl Policy {
    /// Allows no element at all: what remains is text, escaped so that it can stand in HTML.
    #[must_use]
    pub fn plain_text() -> Self {
        Self::builder().compose()
    }

    /// Allows what people write in comments.
    ///
    /// Paragraphs, emphasis, code, quotations, lists, and links to `http`, `https` and `mailto`.
    /// Every link carries `rel="nofollow ugc noopener noreferrer"`; links relative to the page are
    /// removed, their text stays. No `id`, `name`, `class` or `style` survives, and no image.
    #[must_use]
    pub fn comment() -> Self {
        Self::builder()
            .elements(COMMENT)
            .attributes("a", &["href"])
            .urls(Urls::new(&["http", "https", "mailto"]))
            .compose()
    }

    /// Allows what authors write: as [`comment`](Self::comment), and headings, sections, figures,
    /// images, tables, description lists, and marks of all kinds.
    ///
    /// URLs may be relative to the page, on its own host. Classes survive only as `language-…` of
    /// `code`.
    #[must_use]
    pub fn article() -> Self {
        Self::builder()
            .elements(COMMENT)
            .elements(ARTICLE)
            .elements(TABLE)
            .attributes_of_all(&["dir", "lang", "title"])
            .attributes("a", &["href", "hreflang"])
            .attributes("img", &["alt", "height", "loading", "src", "width"])
            .attributes("blockquote", &["cite"])
            .attributes("q", &["cite"])
            .attributes("del", &["cite", "datetime"])
            .attributes("ins", &["cite", "datetime"])
            .attributes("time", &["datetime"])
            .attributes("ol", &["reversed", "start", "type"])
            .attributes("li", &["value"])
            .attributes("details", &["open"])
            .attributes("td", &["align", "colspan", "rowspan"])
            .attributes("th", &["align", "colspan", "rowspan", "scope"])
            .attributes("col", &["span"])
            .attributes("colgroup", &["span"])
            .urls(Urls::new(&["http", "https", "mailto"]).relative())
            .urls_for("img", "src", Urls::new(&["http", "https"]).relative())
            .classes("code", &["language-*"])
            .compose()
    }

    /// Allows what mail programs write: as [`article`](Self::article), and tables as a layout, fonts,
    /// and the CSS properties that set type.
    ///
    /// Links are absolute, and images come from `https`, from parts of the message (`cid`), or as
    /// `data:`. A page that must not tell the sender when a mail is read removes images, too.
    #[must_use]
    pub fn email() -> Self {
        Self::article()
            .extend()
            .elements(&["center", "font", "strike", "tt", "big", "address"])
            .attributes("font", &["color", "face", "size"])
            .attributes(
                "table",
                &["align", "bgcolor", "border", "cellpadding", "cellspacing", "width"],
            )
            .attributes("tr", &["align", "bgcolor", "valign"])
            .attributes("td", &["bgcolor", "height", "valign", "width"])
            .attributes("th", &["bgcolor", "height", "valign", "width"])
            .attributes("p", &["align"])
            .attributes("div", &["align"])
            .css_properties(MAIL_PROPERTIES)
            .urls(Urls::new(&["http", "https", "mailto", "tel"]))
            .urls_for("img", "src", Urls::new(&["https", "cid"]).data_images())
            .compose()
    }

    /// Allows the drawing part of SVG, as a picture in a page: see
    /// [`svg_drawing`](crate::PolicyBuilder::svg_drawing).
    #[must_use]
    pub fn svg() -> Self {
        Self::builder().svg_drawing().compose()
    }

    /// Allows what comes out of a Markdown renderer: as [`article`](Self::article) without sections,
    /// and with names for footnotes and headings, each with the prefix `md-`.
    #[must_use]
    pub fn markdown_output() -> Self {
        Self::builder()
            .elements(COMMENT)
            .elements(MARKDOWN)
            .elements(TABLE)
            .attributes_of_all(&["title"])
            .attributes("a", &["href"])
            .attributes("img", &["alt", "src"])
            .attributes("ol", &["start"])
            .attributes("td", &["align"])
            .attributes("th", &["align"])
            .urls(Urls::new(&["http", "https", "mailto"]).relative())
            .urls_for("img", "src", Urls::new(&["http", "https"]).relative())
            .classes("code", &["language-*"])
            .classes("div", &["footnote-definition"])
            .classes("sup", &["footnote-definition-label", "footnote-reference"])
            .name_prefix("md-")
            .link_rel(LinkRel::Untrusted)
            .compose()
    }
}

const COMMENT: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "u",
    "ul",
];

const ARTICLE: &[&str] = &[
    "abbr",
    "article",
    "aside",
    "bdi",
    "bdo",
    "cite",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "img",
    "ins",
    "kbd",
    "main",
    "mark",
    "nav",
    "q",
    "rp",
    "rt",
    "ruby",
    "samp",
    "section",
    "small",
    "span",
    "sub",
    "summary",
    "sup",
    "time",
    "var",
    "wbr",
];

const MARKDOWN: &[&str] = &[
    "dd", "del", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "sub", "sup",
];

const TABLE: &[&str] =
    &["caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"];

const MAIL_PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-top",
    "color",
    "direction",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
];
