//! What is encoded comes back from html5ever whole, and alone: one text, one attribute, one script,
//! one style sheet, one comment.

#![no_main]

use core::cell::RefCell;

use bartizan_html::encode;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use libfuzzer_sys::fuzz_target;

/// Text, values of attributes, comments, and how many tags there were.
#[derive(Default)]
struct Seen(RefCell<(String, Vec<String>, Vec<String>, usize)>);

impl TokenSink for Seen {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let (text, values, comments, tags) = &mut *self.0.borrow_mut();
        match token {
            Token::CharacterTokens(characters) => text.push_str(&characters),
            Token::NullCharacterToken => text.push('\0'),
            Token::CommentToken(comment) => comments.push(comment.to_string()),
            Token::TagToken(tag) => {
                *tags += 1;
                values.extend(tag.attrs.iter().map(|attribute| attribute.value.to_string()));
            }
            Token::ParseError(_) | Token::EOFToken => {}
            other => panic!("{other:?}"),
        }
        TokenSinkResult::Continue
    }
}

fn parse(html: &str, initial_state: State) -> (String, Vec<String>, Vec<String>, usize) {
    let options = TokenizerOpts { initial_state: Some(initial_state), ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Seen::default(), options);
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.take()
}

fuzz_target!(|text: &str| {
    let expected = text.replace('\0', "\u{fffd}");
    let unmarked = expected.strip_prefix('\u{feff}').unwrap_or(&expected).to_owned();
    let encoded = encode::text(text).to_string();
    assert_eq!(encoded, encode::text(text).to_cow());
    assert_eq!(parse(&encoded, State::Data), (unmarked, vec![], vec![], 0));

    for quote in ['"', '\''] {
        let html = format!("<p title={quote}{}{quote}>", encode::attribute(text));
        let seen = parse(&html, State::Data);
        assert_eq!(seen, (String::new(), vec![expected.clone()], vec![], 1));
    }

    let script = encode::js_string(text).to_string();
    let (content, ..) = parse(&script, State::RawData(RawKind::ScriptData));
    assert_eq!(serde_json::from_str::<String>(&content).expect("JSON"), text);

    let style = encode::css_string(text).to_string();
    assert_eq!(parse(&style, State::RawData(RawKind::Rawtext)), (style, vec![], vec![], 0));

    if let Ok(comment) = encode::comment(text) {
        let seen = parse(&comment.to_string(), State::Data);
        assert_eq!(seen, (String::new(), vec![], vec![text.to_owned()], 0));
    }
});
