use super::*;

fn of(text: &str) -> u8 {
    effort(text.chars(), 64)
}

#[test]
fn going_on_with_a_pattern_costs_nothing() {
    for (text, expected) in [
        ("", 0),
        ("x", 1),
        ("aaaaaaaaaaaaaaa", 2),
        ("abcabcabcabcabc", 3),
        ("xyqxyqxyqxyq", 4),
        ("passwordpassword", 9),
        ("12345678", 2),
        ("zyxwvuts", 2),
        ("67890123", 2),
        ("абвгдежзийклмно", 2),
        ("a1b2c3d4e5f6g7h8", 3),
        ("112233445566778", 3),
        ("qwertyuiop", 2),
        ("poiuytrewq", 2),
        ("qwertzuiop", 2),
        ("azertyuiop", 2),
        ("йцукенгшщзхъ", 2),
        ("!@#$%^&*()_+", 2),
        ("!\"§$%&/()=", 2),
        ("741852963", 3),
        ("1qaz2wsx3edc4rfv", 3),
        ("1q2w3e4r5t6y7u8i", 3),
        ("qwertyuiopasdfgh", 4),
        ("qwerty123456789", 4),
        ("aaaaaaaaaaaaaab", 3),
        ("aaaaaaaabbbbbbb", 4),
        ("1234567887654321", 4),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_a_pattern_costs_one_each() {
    for (text, expected) in [
        ("fifteen chars !", 15),
        ("correct horse", 12),
        ("correct horse battery staple", 27),
        ("quiterandomlowercase", 18),
        ("83920174650192837465", 14),
        ("これは十五文字以上の長い合言葉です", 17),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn the_count_never_falls_and_rises_by_one_at_most() {
    let text = "row row row your boat, 1234 qwer 4321 rewq, gently down the stream";
    let counts: Vec<_> = (0..=text.len()).map(|end| of(&text[..end])).collect();
    assert!(counts.windows(2).all(|pair| pair[0] <= pair[1] && pair[1] <= pair[0] + 1));
    assert_eq!(effort(text.chars(), 8), 8, "it stops there");
}

#[test]
fn a_repeated_unit_of_up_to_64_characters_is_seen_and_reading_stops_when_there_is_enough() {
    let unit: String = ('\u{4e00}'..).step_by(7).take(30).collect();
    assert_eq!(effort(unit.repeat(20).chars(), 64), 31);

    let mut read = 0;
    let endless = ('\u{4e00}'..).step_by(7).inspect(|_| read += 1);
    assert_eq!(effort(endless, 8), 8);
    assert!(read <= 9);
}

#[test]
fn each_keyboard_has_its_own_neighbours() {
    let step = |grid, from, to| place(grid, from)?.step_to(place(grid, to)?);
    // English, German, French, Russian, digits.
    assert!(
        step(1, 'q', 'w').is_some() && step(1, 'q', 'a').is_some() && step(1, '1', 'q').is_some()
    );
    assert_eq!(step(1, 't', 'z'), None);
    assert_eq!(step(2, 't', 'z'), step(2, 'ü', '+'));
    assert_eq!(step(3, 'é', '"'), step(3, 'è', '_'));
    assert_eq!(step(4, 'й', 'ц'), step(4, 'х', 'ъ'));
    assert_eq!(step(5, '7', '4'), step(5, '5', '2'));
    assert_eq!(step(5, '0', '0'), None);
    assert_eq!(place(GRIDS, 'a'), None);
}
