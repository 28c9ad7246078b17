//! What several types refuse in text of any script.

use unicode_normalization::char::is_combining_mark;

/// Whether more marks stand on one letter than any language has: UTS 39, section 5.4.
pub(crate) fn stacks_marks(text: &str) -> bool {
    let mut marks = 0_usize;
    text.chars().any(|character| {
        marks = if is_combining_mark(character) { marks.saturating_add(1) } else { 0 };
        marks > MAX_MARKS
    })
}

/// Whether it is a control character, or reorders or hides text that stands around it.
///
/// These are the controls (C0, DEL, C1); the embeddings, overrides and isolates of UAX 9; the line
/// and paragraph separators; invisible operators, deprecated format characters, annotations, the
/// byte order mark, the tags that spell hidden text, and what is no character at all. Joiners, the
/// marks of direction and variation selectors stay: languages and pictures need them.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}'..='\u{202e}'
                | '\u{2061}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fdd0}'..='\u{fdef}'
                | '\u{e0000}'..='\u{e007f}'
        )
        || matches!(character as u32 & 0xffff, 0xfffe | 0xffff)
}

/// Characters that reorder the text around them: Unicode's property `Bidi_Control`.
pub(crate) const fn is_bidi_control(character: char) -> bool {
    matches!(
        character,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// Characters that show as nothing: Unicode's property `Default_Ignorable_Code_Point`, and those
/// for annotations.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// UTS 39 forbids more than four.
const MAX_MARKS: usize = 4;
