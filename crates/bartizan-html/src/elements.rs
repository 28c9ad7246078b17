//! The elements of HTML, and how a parser treats each.
//!
//! The classes follow the [tree construction of the HTML standard][html], as far as a single pass
//! can follow it; [`Kind::Hard`] is what it leaves to a tree.
//!
//! [html]: https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody

/// An element that HTML defines, or did once.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether a stray end tag of another element does not look beyond it ("special").
    pub(crate) special: bool,
    pub(crate) id: u8,
}

/// What its start tag makes a parser do, outside of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing but open an element.
    Ordinary,
    /// Opens an element that is opened again after a block cuts it off.
    Formatting,
    /// Closes an open paragraph.
    Block,
    /// As `Block`, and is closed by its like.
    Paragraph,
    /// As `Block`, and closes a heading.
    Heading,
    /// As `Block`, and drops a line feed that follows.
    Preformatted,
    /// Closes an earlier item of the list, and a paragraph.
    ListItem,
    /// As `ListItem`, of a description list.
    Definition,
    /// As `Block`, once at a time.
    Form,
    /// Hides open paragraphs.
    Button,
    /// Has no content.
    Void,
    /// Has no content, and closes a paragraph.
    Rule,
    /// Its content is text without character references.
    RawText,
    /// Its content is text.
    EscapableText,
    /// Its content is text without character references, and goes with it.
    Code,
    /// Is no element in a fragment.
    Ignored,
    /// As `Block`, and has a grammar of its own.
    Table,
    /// `tbody` and its like.
    RowGroup,
    /// `tr`.
    Row,
    /// `td` and `th`.
    Cell,
    /// `caption`.
    Caption,
    /// `colgroup`.
    ColumnGroup,
    /// `col`.
    Column,
    /// `rt` and `rp`.
    RubyText,
    /// More than a single pass follows.
    Hard,
}

impl Element {
    /// Finds an element by its name in any case.
    pub(crate) fn find(name: &[u8]) -> Option<&'static Self> {
        let packed = pack(name)?;
        let mut slot = slot(packed);
        loop {
            let id = *SLOTS.get(slot)?;
            let element = ELEMENTS.get(usize::from(id))?;
            if *PACKED.get(usize::from(id))? == packed {
                return Some(element);
            }
            slot = slot.wrapping_add(1) & MASK;
        }
    }

    /// Whether it is the element of this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Whether it ends without an end tag when its parent does.
    pub(crate) fn end_is_implied(&self) -> bool {
        matches!(
            self.name,
            "dd" | "dt" | "li" | "option" | "optgroup" | "p" | "rb" | "rp" | "rt" | "rtc"
        )
    }

    /// Whether what is outside of it is out of reach of most end tags inside.
    pub(crate) const fn is_scope(&self) -> bool {
        matches!(self.kind, Kind::Table | Kind::Cell | Kind::Caption)
    }

    /// Whether it can only hold table parts and white space.
    pub(crate) const fn is_table_part(&self) -> bool {
        matches!(self.kind, Kind::Table | Kind::RowGroup | Kind::Row | Kind::ColumnGroup)
    }
}

/// How many elements there are.
pub(crate) const COUNT: usize = LIST.len();

/// A name as a number, in lower case, when it is short enough to be that of an element.
const fn pack(name: &[u8]) -> Option<u128> {
    if name.len() > 16 {
        return None;
    }
    let mut packed = 0_u128;
    let mut rest = name;
    while let [byte, after @ ..] = rest {
        packed = packed << 8 | byte.to_ascii_lowercase() as u128;
        rest = after;
    }
    Some(packed)
}

#[expect(clippy::cast_possible_truncation, reason = "a hash mixes what it drops")]
const fn slot(packed: u128) -> usize {
    let folded = packed as u64 ^ (packed >> 61) as u64;
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize
}

const MASK: usize = 511;

/// Which element has which number, by open addressing; `u8::MAX` is none.
static SLOTS: [u8; 512] = slots();

static PACKED: [u128; COUNT] = packed();

#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 255 elements")]
const fn slots() -> [u8; 512] {
    let packed = packed();
    let mut slots = [u8::MAX; 512];
    let mut id = 0;
    while id < COUNT {
        let mut at = slot(packed[id]);
        while slots[at] != u8::MAX {
            at = at.wrapping_add(1) & MASK;
        }
        slots[at] = id as u8;
        id = id.wrapping_add(1);
    }
    slots
}

#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const fn packed() -> [u128; COUNT] {
    let mut packed = [0; COUNT];
    let mut id = 0;
    while id < COUNT {
        if let Some(name) = pack(LIST[id].0.as_bytes()) {
            packed[id] = name;
        }
        id = id.wrapping_add(1);
    }
    packed
}

/// Every element, with its number.
pub(crate) static ELEMENTS: [Element; COUNT] = numbered(LIST);

#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 255 elements")]
const fn numbered<const N: usize>(list: [(&'static str, Kind, bool); N]) -> [Element; N] {
    const NONE: Element = Element { name: "", kind: Kind::Hard, special: false, id: 0 };
    let mut elements = [NONE; N];
    let mut id = 0;
    while id < N {
        let (name, kind, special) = list[id];
        elements[id] = Element { name, kind, special, id: id as u8 };
        id = id.wrapping_add(1);
    }
    elements
}

/// Whether a name that HTML does not define is one that other software gives to elements: custom
/// elements (`my-menu`) and names with a prefix (`o:p`), but no address (`mailto:joe@example.com`).
pub(crate) fn is_foreign_name(name: &[u8]) -> bool {
    let colon = name.iter().position(|byte| *byte == b':');
    let prefixed = colon.is_some_and(|at| at.saturating_add(1) < name.len());
    let reserved = || RESERVED.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()));
    (prefixed || name.contains(&b'-'))
        && !reserved()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_'))
}

/// Names of SVG and `MathML` that no custom element has.
const RESERVED: &[&str] = &[
    "annotation-xml",
    "color-profile",
    "font-face",
    "font-face-format",
    "font-face-name",
    "font-face-src",
    "font-face-uri",
    "missing-glyph",
];

const LIST: [(&str, Kind, bool); 150] = [
    ("a", Kind::Formatting, false),
    ("abbr", Kind::Ordinary, false),
    ("acronym", Kind::Ordinary, false),
    ("address", Kind::Block, true),
    ("applet", Kind::Hard, true),
    ("area", Kind::Void, true),
    ("article", Kind::Block, true),
    ("aside", Kind::Block, true),
    ("audio", Kind::Ordinary, false),
    ("b", Kind::Formatting, false),
    ("base", Kind::Void, true),
    ("basefont", Kind::Void, true),
    ("bdi", Kind::Ordinary, false),
    ("bdo", Kind::Ordinary, false),
    ("bgsound", Kind::Void, true),
    ("big", Kind::Formatting, false),
    ("blink", Kind::Ordinary, false),
    ("blockquote", Kind::Block, true),
    ("body", Kind::Ignored, true),
    ("br", Kind::Void, true),
    ("button", Kind::Button, true),
    ("canvas", Kind::Ordinary, false),
    ("caption", Kind::Caption, true),
    ("center", Kind::Block, true),
    ("cite", Kind::Ordinary, false),
    ("code", Kind::Formatting, false),
    ("col", Kind::Column, true),
    ("colgroup", Kind::ColumnGroup, true),
    ("command", Kind::Hard, false),
    ("content", Kind::Hard, false),
    ("data", Kind::Ordinary, false),
    ("datalist", Kind::Ordinary, false),
    ("dd", Kind::Definition, true),
    ("del", Kind::Ordinary, false),
    ("details", Kind::Block, true),
    ("dfn", Kind::Ordinary, false),
    ("dialog", Kind::Block, false),
    ("dir", Kind::Block, true),
    ("div", Kind::Block, true),
    ("dl", Kind::Block, true),
    ("dt", Kind::Definition, true),
    ("element", Kind::Hard, false),
    ("em", Kind::Formatting, false),
    ("embed", Kind::Void, true),
    ("fieldset", Kind::Block, true),
    ("figcaption", Kind::Block, true),
    ("figure", Kind::Block, true),
    ("font", Kind::Formatting, false),
    ("footer", Kind::Block, true),
    ("form", Kind::Form, true),
    ("frame", Kind::Ignored, true),
    ("frameset", Kind::Ignored, true),
    ("h1", Kind::Heading, true),
    ("h2", Kind::Heading, true),
    ("h3", Kind::Heading, true),
    ("h4", Kind::Heading, true),
    ("h5", Kind::Heading, true),
    ("h6", Kind::Heading, true),
    ("head", Kind::Ignored, true),
    ("header", Kind::Block, true),
    ("hgroup", Kind::Block, true),
    ("hr", Kind::Rule, true),
    ("html", Kind::Ignored, true),
    ("i", Kind::Formatting, false),
    ("iframe", Kind::RawText, true),
    ("image", Kind::Hard, false),
    ("img", Kind::Void, true),
    ("input", Kind::Void, true),
    ("ins", Kind::Ordinary, false),
    ("isindex", Kind::Hard, true),
    ("kbd", Kind::Ordinary, false),
    ("keygen", Kind::Void, false),
    ("label", Kind::Ordinary, false),
    ("legend", Kind::Ordinary, false),
    ("li", Kind::ListItem, true),
    ("link", Kind::Void, true),
    ("listing", Kind::Hard, true),
    ("main", Kind::Block, true),
    ("map", Kind::Ordinary, false),
    ("mark", Kind::Ordinary, false),
    ("marquee", Kind::Hard, true),
    ("math", Kind::Hard, false),
    ("menu", Kind::Block, true),
    ("menuitem", Kind::Hard, false),
    ("meta", Kind::Void, true),
    ("meter", Kind::Ordinary, false),
    ("multicol", Kind::Ordinary, false),
    ("nav", Kind::Block, true),
    ("nobr", Kind::Hard, false),
    ("noembed", Kind::RawText, true),
    ("noframes", Kind::RawText, true),
    ("noscript", Kind::RawText, true),
    ("object", Kind::Hard, true),
    ("ol", Kind::Block, true),
    ("optgroup", Kind::Hard, false),
    ("option", Kind::Hard, false),
    ("output", Kind::Ordinary, false),
    ("p", Kind::Paragraph, true),
    ("param", Kind::Void, true),
    ("picture", Kind::Ordinary, false),
    ("plaintext", Kind::Hard, true),
    ("portal", Kind::Hard, false),
    ("pre", Kind::Preformatted, true),
    ("progress", Kind::Ordinary, false),
    ("q", Kind::Ordinary, false),
    ("rb", Kind::Hard, false),
    ("rbc", Kind::Hard, false),
    ("rp", Kind::RubyText, false),
    ("rt", Kind::RubyText, false),
    ("rtc", Kind::Hard, false),
    ("ruby", Kind::Ordinary, false),
    ("s", Kind::Formatting, false),
    ("samp", Kind::Ordinary, false),
    ("script", Kind::Code, true),
    ("search", Kind::Block, false),
    ("section", Kind::Block, true),
    ("select", Kind::Hard, true),
    ("selectedcontent", Kind::Hard, false),
    ("shadow", Kind::Hard, false),
    ("slot", Kind::Ordinary, false),
    ("small", Kind::Formatting, false),
    ("source", Kind::Void, true),
    ("spacer", Kind::Ordinary, false),
    ("span", Kind::Ordinary, false),
    ("strike", Kind::Formatting, false),
    ("strong", Kind::Formatting, false),
    ("style", Kind::Code, true),
    ("sub", Kind::Ordinary, false),
    ("summary", Kind::Block, true),
    ("sup", Kind::Ordinary, false),
    ("svg", Kind::Hard, false),
    ("table", Kind::Table, true),
    ("tbody", Kind::RowGroup, true),
    ("td", Kind::Cell, true),
    ("template", Kind::Hard, true),
    ("textarea", Kind::EscapableText, true),
    ("tfoot", Kind::RowGroup, true),
    ("th", Kind::Cell, true),
    ("thead", Kind::RowGroup, true),
    ("time", Kind::Ordinary, false),
    ("title", Kind::EscapableText, true),
    ("tr", Kind::Row, true),
    ("track", Kind::Void, true),
    ("tt", Kind::Formatting, false),
    ("u", Kind::Formatting, false),
    ("ul", Kind::Block, true),
    ("var", Kind::Ordinary, false),
    ("video", Kind::Ordinary, false),
    ("wbr", Kind::Void, true),
    ("xmp", Kind::Hard, true),
];
