//! One pass beside a tree: what it decides, that both agree, and where it differs on purpose.

use ammonia::{Builder, UrlRelative};
use proptest::prelude::*;

use super::sanitized::{clean, holds_for, holds_under};
use crate::{Comparison, Policy, Sanitizer};

fn compare(policy: Policy, html: &str) -> Comparison {
    Sanitizer::new(policy).compare(html).expect("it is cheap")
}

/// Without a fall back: these are what a single pass is for.
#[test]
fn a_single_pass_decides_the_ordinary() {
    for (html, expected) in [
        ("a &amp; b &lt; c &gt; d&nbsp;e", "a &amp; b &lt; c &gt; d&nbsp;e"),
        (
            "it&#39;s &mdash; &quot;x&quot; &#x1f980; & a &b c",
            "it's — \"x\" \u{1f980} &amp; a &amp;b c",
        ),
        ("a\r\nb\rc > d\u{a0}", "a\nb\nc &gt; d&nbsp;"),
        ("<P>one<P>two", "<p>one</p><p>two</p>"),
        ("<ul><li>one<li>two<p>x</ul>y", "<ul><li>one</li><li>two<p>x</p></li></ul>y"),
        ("<div class=x><p>a<div>b</div>c</p></div>", "<p>a</p>bc<p></p>"),
        ("<p><span>a</p><p>b", "<p>a</p><p>b</p>"),
        ("<b><span>x</b>y", "<b>x</b>y"),
        ("<br/><BR class=x>", "<br><br>"),
        ("<script>if (a < b) {}</script>x<style>y</style>", "x"),
        (
            "<!-- a --><!doctype html><html><head><title>a &amp; <b></title><meta x></head><body>c</body>",
            "a &amp; &lt;b&gt;c",
        ),
        (
            "<a href='https://example.com/?a=1&b=2' target=_blank>x</a>",
            "<a href=\"https://example.com/?a=1&amp;b=2\" rel=\"nofollow ugc noopener noreferrer\">x</a>",
        ),
        (
            "<pre>\n\nx</pre><pre>\nx</pre><pre><i>\nx</i></pre>",
            "<pre>\n\nx</pre><pre>x</pre><pre><i>\nx</i></pre>",
        ),
        ("<pre><!-- -->\nx</pre><pre><span>\nx</span></pre>", "<pre>\n\nx</pre><pre>\n\nx</pre>"),
        ("</b></div></x-y><td>a</td>", "a"),
        ("<form><input><button>x</button></form>", "x"),
        ("<o:p>x</o:p><my-tag>y</my-tag>", "xy"),
        ("<iframe src=x>a<b></iframe>", "a&lt;b&gt;"),
    ] {
        assert_eq!(clean(Policy::comment(), html), expected, "{html}");
        let compared = compare(Policy::comment(), html);
        assert!(matches!(compared, Comparison::Same | Comparison::Settled), "{html}: {compared:?}");
        holds_for(html);
    }
    let table = "<table><caption>c</caption><col><tr><th>a<td><b>b<tr><td>c</table>d";
    let expected = "<table><caption>c</caption><colgroup><col></colgroup><tbody><tr><th>a</th>\
        <td><b>b</b></td></tr><tr><td>c</td></tr></tbody></table>d";
    assert_eq!(clean(Policy::article(), table), expected);
    assert_eq!(compare(Policy::article(), table), Comparison::Same);
}

/// What a parser moves is left to a tree.
#[test]
fn a_single_pass_leaves_the_rest_to_a_tree() {
    for html in [
        "<b><p>x</b>y",
        "<b><i>x</b>y</i>",
        "<a href=x>a<a href=y>b",
        "<table>x<tr><td>y</table>",
        "<svg><p>x",
        "<math><mi>x",
        "<select><option>x</select>",
        "<template>x</template>",
        "<nobr><nobr>",
        "x\0y",
        "&copy2",
        "&#13;",
        "x<script></script>\u{feff}y",
        "<p><button><p>x",
        "<b><b><b><b>x",
        "<script><!--<script></script>--></script>",
    ] {
        assert_eq!(compare(Policy::article(), html), Comparison::OnlyTree, "{html}");
        holds_for(html);
    }
}

/// Text that ammonia takes for an element stays, on either way.
#[test]
fn text_that_is_no_tag_stays() {
    for (html, ours, theirs) in [
        ("a <in b", "a &lt;in b", "a "),
        ("1 <b and c", "1 &lt;b and c", "1 "),
        ("Vec<list> x", "Vec&lt;list&gt; x", "Vec"),
        ("<joe@example.com> wrote", "&lt;joe@example.com&gt; wrote", " wrote"),
        ("<https://example.com/>", "&lt;https://example.com/&gt;", ""),
        ("<b>x</b></foo>", "<b>x</b>&lt;/foo&gt;", "<b>x</b>"),
        ("a <b title='x>y</b>", "a &lt;b title='x&gt;y&lt;/b&gt;", "a "),
    ] {
        assert_eq!(clean(Policy::comment(), html), ours, "{html}");
        assert_eq!(Builder::default().clean(html).to_string(), theirs, "{html}");
        let by_tree = format!("<b><p>z</b></p>{html}");
        assert_eq!(compare(Policy::comment(), &by_tree), Comparison::OnlyTree);
        assert_eq!(clean(Policy::comment(), &by_tree), format!("<b></b><p><b>z</b></p>{ours}"));
        holds_for(html);
        holds_for(&by_tree);
    }
}

/// Ammonia knows of no URL in `cite`.
#[test]
fn cite_is_a_url() {
    let html = "<q cite=\"javascript:x\">a</q>";
    assert_eq!(clean(Policy::article(), html), "<q>a</q>");
    assert_eq!(Builder::default().clean(html).to_string(), html);
}

/// Ammonia changes its own outcome when it cleans that again; ours stays.
#[test]
fn what_a_tree_does_not_settle_is_settled() {
    let mut ammonia = Builder::default();
    let _ = ammonia.url_relative(UrlRelative::Deny).add_generic_attributes(["class"]);
    for html in [
        "<pre>\n\n\nx</pre>",
        "<pre class=x><!-- -->\nx</pre>",
        "a&#13;b",
        "<p><button><p>x",
        "<a href='https://a.example'><table><td><a href='https://b.example'>x",
        "<table><tfoot><tr><td>x<tbody><tr><td>y",
    ] {
        let once = ammonia.clean(html).to_string();
        let is_settled = ammonia.clean(&once).to_string() == once;
        assert!(
            !is_settled || html.contains('\r') || html.contains("tfoot") || html.contains("table"),
            "{html}"
        );
        holds_for(html);
    }
}

/// The tree moves its last attribute into the gap of one that is removed.
#[test]
fn attributes_come_in_the_order_of_the_tree() {
    let policy = Policy::article();
    for html in [
        "<img alt=a src=ftp://x/ width=1 height=2>",
        "<img alt=a src='//x/' width=1 height=2>",
        "<img src='//x/' width='(' height=2 alt=a>",
        "<a href='//x/' title=t lang=l dir=d>x</a>",
        "<a lang=l href='//x/' title=t hreflang=d>x</a>",
        "<td><img SRC=/x Src=/y alt=\"&quot;&lt;&#39;\" alt=b>",
        "<img alt='a&amp;b&c&lt;d&notin;e&notit;f&copy=1' src='/?a&b=1&lt=2'>",
    ] {
        // With a relation at the end, the tree takes two rounds to settle.
        let agreed =
            matches!(compare(policy.clone(), html), Comparison::Same | Comparison::Settled);
        assert!(agreed, "{html}");
        holds_under(&policy, html);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Mostly well-formed, so that a single pass goes deep.
    #[test]
    fn both_ways_agree(parts in prop::collection::vec(piece(), 0..20)) {
        holds_for(&parts.concat());
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop::sample::select(PIECES).prop_map(str::to_owned)
}

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
    "</dl>",
    "<h1>",
    "</h1>",
    "<h2>",
    "</h2>",
    "<a href=https://x.example>",
    "</a>",
    "<table>",
    "</table>",
    "<tbody>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<th>",
    "<caption>",
    "</caption>",
    "<colgroup>",
    "<col>",
    "<thead>",
    "</thead>",
    "<tfoot>",
    "<form>",
    "</form>",
    "<button>",
    "</button>",
    "<span>",
    "</span>",
    "<font>",
    "</font>",
    "<pre>",
    "</pre>",
    "\n",
    "x",
    " ",
    "<br>",
    "<hr>",
    "<img src=/x alt=y>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "</ruby>",
    "<blockquote>",
    "</blockquote>",
    "<script>x</script>",
    "<style>y</style>",
    "<title>t</title>",
    "<!--c-->",
    "&amp;",
    "&lt;",
    "&hellip;",
    "\u{a0}",
    "\r\n",
    "<x-y>",
    "</x-y>",
    "<foo>",
    "<details>",
    "<summary>",
    "<address>",
    "</address>",
    "<small>",
    "</small>",
    "<article>",
    "<noscript>n</noscript>",
];
