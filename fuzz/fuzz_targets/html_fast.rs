//! A single pass over HTML says what a tree says, wherever it says anything, and what it says is
//! settled. The HTML is made of a grammar, so that most of it goes deep.

#![no_main]

use std::sync::LazyLock;

use bartizan_html::{Comparison, Policy, Sanitizer};
use libfuzzer_sys::fuzz_target;

static SANITIZERS: LazyLock<[Sanitizer; 4]> = LazyLock::new(|| {
    [Policy::comment(), Policy::article(), Policy::email(), Policy::markdown_output()]
        .map(Sanitizer::new)
});

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i class=x>",
    "</i>",
    "<div>",
    "</div>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<dl>",
    "<dt>",
    "<dd>",
    "</dd>",
    "</dl>",
    "<h1>",
    "</h1>",
    "<h2 id=x>",
    "</h2>",
    "<a href=https://x.example>",
    "<a href='/x?a=1&b=2' title=t>",
    "<a name=x>",
    "</a>",
    "<table>",
    "</table>",
    "<tbody>",
    "</tbody>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<th align=left>",
    "</th>",
    "<caption>",
    "</caption>",
    "<colgroup>",
    "<col span=2>",
    "<thead>",
    "</thead>",
    "<tfoot>",
    "<form>",
    "</form>",
    "<button>",
    "</button>",
    "<span>",
    "</span>",
    "<font color=red>",
    "</font>",
    "<pre>",
    "</pre>",
    "\n",
    "\r\n",
    "\r",
    "x",
    "y z",
    " ",
    "<br>",
    "<br/>",
    "<hr>",
    "<img src=/x alt=y>",
    "<img alt=a src='//x' width=1>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "</rt>",
    "</ruby>",
    "<blockquote cite=javascript:x>",
    "</blockquote>",
    "<script>x</script>",
    "<style>y</style>",
    "<title>t&amp;</title>",
    "<!--c-->",
    "<!x>",
    "&amp;",
    "&lt;",
    "&hellip;",
    "&copy=",
    "&#65;",
    "&#10;",
    "\u{a0}",
    "<x-y>",
    "</x-y>",
    "<foo>",
    "</foo>",
    "<details open>",
    "<summary>",
    "</details>",
    "<address>",
    "</address>",
    "<small>",
    "</small>",
    "<article>",
    "<noscript>n<b></noscript>",
    "<iframe>i</iframe>",
    "<center>",
    "</center>",
    "<code class='language-x y'>",
    "</code>",
    "<sup>",
    "</sup>",
    "<p style='color:red;x:y'>",
    "<PRE>",
    "<B>",
    "</B >",
    "<input>",
    "<label>",
    "</label>",
    "<nav>",
    "</nav>",
    "<body>",
    "</html>",
    "<o:p>",
    "</o:p>",
    "<textarea>\nq</textarea>",
    "<svg>",
    "<select>",
    "<b x=1 x=2 title=\"&quot;<\">",
    "<",
    "</",
    "<b",
    "\u{feff}",
    "\"",
    "'",
    "<main>",
    "<object>",
    "</object>",
    "<nobr>",
    "<dialog>",
    "</dialog>",
    "<search>",
    "<q cite=/x>",
    "</q>",
    "<wbr>",
];

/// The first byte picks a policy; each other one a piece, or itself.
fn html(bytes: &[u8]) -> String {
    let mut html = String::new();
    for byte in bytes {
        match PIECES.get(usize::from(*byte)) {
            Some(piece) => html.push_str(piece),
            None => html.push(char::from(byte & 0x7f)),
        }
    }
    html
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let sanitizer = &SANITIZERS[usize::from(first & 3)];
    // The second bit is for markup that the grammar does not know.
    let html = if first & 4 == 0 { html(rest) } else { String::from_utf8_lossy(rest).into_owned() };
    if let Ok(Comparison::Different { fast, tree }) = sanitizer.compare(&html) {
        panic!("{html:?} gives {fast:?}, and by a tree {tree:?}");
    }
});
