use super::*;

#[test]
fn a_listed_password_is_found_under_substitutes_and_additions() {
    for password in [
        "password",
        "PassWord",
        "p@ssw0rd",
        "pa55w0rd",
        "pässword",
        "password1",
        "password!!!",
        "!!!password123",
        "password1234567",
        "p@ssw0rd1234567!",
        "$unshine123",
        "sunsh1ne",
        "sunsh!ne!",
        "1l0veyou",
        "!loveyou!!!",
        "footba11",
        "basebal|",
        "trustno1",
        "trustno1!!!!!!!",
    ] {
        assert!(is_listed(password, 5), "{password}");
    }
}

#[test]
fn what_is_added_may_be_enough_and_a_phrase_is_not_one_of_its_words() {
    for password in [
        "password with a horse",
        "my password is longer",
        "password83920174",
        "83920174password",
        "gravel umbrella saxophone",
        "sunshine over the bay",
        "",
        "1234 5678 !!",
    ] {
        assert!(!is_listed(password, 5), "{password}");
    }
}
