//! One spelling for what people take to be the same.

/// Returns the characters in lower case, without a second copy of the text.
pub(super) fn lower(text: &str) -> impl Iterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

/// Returns the characters in lower case and without accents: `José`, in either spelling of
/// Unicode, and `JOSE` become `jose`.
pub(super) fn plain(text: &str) -> impl Iterator<Item = char> + Clone {
    lower(text).filter(|char| !is_accent(*char)).map(without_accent)
}

/// Returns whether `char` is an accent on the character before it.
pub(super) const fn is_accent(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}')
}

const fn without_accent(char: char) -> char {
    if char.is_ascii() {
        return char;
    }
    match char {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ð' | 'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// Letters, and what is written in their place. A character may stand for several letters.
pub(super) const SUBSTITUTIONS: [(char, &[char]); 12] = [
    ('a', &['4', '@']),
    ('b', &['8']),
    ('c', &['(', '<']),
    ('e', &['3', '€']),
    ('g', &['6', '9']),
    ('h', &['#']),
    ('i', &['1', '!', '|']),
    ('l', &['1', '!', '|']),
    ('o', &['0']),
    ('s', &['5', '$']),
    ('t', &['7', '+']),
    ('z', &['2']),
];
