use super::*;

fn finds(password: &str, word: &str) -> bool {
    contains_any(password, &[word])
}

#[test]
fn an_address_is_taken_apart() {
    let address = "alice.wonder_land+news@mail.looking-glass.example";
    for password in [
        "xx alice xx",
        "wonderful? wonder!",
        "my land is",
        "old news here",
        "you got mail",
        "glass",
        "looking",
    ] {
        assert!(finds(password, address), "{password}");
    }
    assert!(!finds("an example of a password", address), "the last label is everyone's");
    assert!(finds("root at localhost", "root@localhost"), "unless it is all there is");
    assert!(finds("gmail is my mailer", "al@gmail.com"));
    assert!(!finds("the com in this", "al@gmail.com"));
    assert!(finds("b@a@longpart.de", "\"odd@thing\"@longpart.de"));
}

#[test]
fn substitutes_are_seen_through_in_both() {
    for password in
        ["n0tebook", "NOTEB00K", "no7eb0ok", "n0+3b0ok", "not€8ook", "nötébøok", "no\u{301}tebook"]
    {
        assert!(finds(password, "Notebook"), "{password}");
    }
    for password in ["a11ce", "@l1ce", "al|ce", "4!ice", "4lic3", "a|!(e"] {
        assert!(finds(password, "alice"), "{password}");
    }
    assert!(finds("leet speakers", "l33t"));
    assert!(finds("jose", "José") && finds("JOSÉ", "jose"));
    assert!(!finds("1986 was a year", "1989"), "digits stand for letters, not for one another");
}

#[test]
fn words_are_found_in_reverse_from_five_characters_on() {
    assert!(finds("koob3ton", "notebook") && finds("ECILA!", "alice"));
    assert!(!finds("rats and cats", "star"));
}

#[test]
fn parts_below_four_characters_are_looked_for_together() {
    assert!(!finds("annual leave", "Ann"));
    assert!(!finds("annual leave", "Ann Lee"));
    assert!(finds("it is annlee here", "Ann Lee") && finds("ann lee", "Ann Lee"));
    assert!(finds("xj.r.r.x", "J.R.R.") && !finds("jrr is short", "J.R.R."));
    assert!(!finds("anything", "") && !finds("anything", "@") && !finds("anything", "  .  "));
    // Two words in a script without letters.
    assert!(finds("私は田中です", "田中") && !finds("私は田中です", "中"));
}

#[test]
fn long_words_are_cut_and_many_are_looked_for_side_by_side() {
    let long = "abcdefghijklmnopqrstuvwxyz".repeat(10);
    assert!(finds(&long[..64], &long), "the first 64 characters");
    assert!(!finds(&long[..63], &long));
    let far = |before| format!("{}needle", "-".repeat(before));
    assert!(finds("a needle here", &far(122)) && !finds("a needle here", &far(125)));

    // The last of as many as are looked at, whatever fills the others, and not the one after it.
    let words: Vec<_> = (0..65).map(|n| format!("{}word{n:02}", "xyz-".repeat(n % 9))).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    for word in 0..64 {
        assert!(contains_any(&format!("in word{word:02} is"), &words), "{word}");
    }
    assert!(!contains_any("in word64 is", &words));
}

#[test]
fn words_are_found_wherever_they_stand_among_those_looked_for_at_once() {
    for len in 5..=64 {
        let words: Vec<String> =
            ('a'..='j').map(|first| format!("{first}{}", "x".repeat(len - 1))).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        for word in &words {
            assert!(contains_any(&format!("-{word}-"), &words), "{word}");
            let reversed: String = word.chars().rev().collect();
            assert!(contains_any(&format!("-{reversed}-"), &words), "{reversed}");
        }
        assert!(!contains_any(&format!("kx{}", "x".repeat(len)), &words));
    }
}

/// A word does not go on in the next that is looked for at the same time.
#[test]
fn neighbours_do_not_run_together() {
    assert!(!contains_any("alibobby, carbon", &["alice", "bobby-tail", "carol"][..1]));
    assert!(!contains_any("licebo", &["alice", "bobby"]));
    assert!(!contains_any("ecilabo", &["aliceX", "bobby"]));
}

#[test]
fn sixty_four_different_characters_and_a_substitute_have_room() {
    let word: String = ('\u{4e00}'..).take(63).chain(['e']).collect();
    let password = word.replace('e', "€");
    assert!(finds(&password, &word));
}
