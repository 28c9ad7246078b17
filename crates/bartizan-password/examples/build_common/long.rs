//! Common passwords of 15 characters and more. The public lists hold a few dozen, for they were
//! collected where eight were enough. So these are made as people make them who are told that their
//! usual password is too short.

/// A policy for passwords alone asks for as many.
const LEAST_CHARS: usize = 15;

/// Returns what every rule makes of `lists`, as far as it is long enough.
pub(crate) fn candidates(lists: &[Vec<String>; 4]) -> Vec<String> {
    let [passwords, female, male, _] = lists;
    let words = |count| passwords.iter().take(count).map(String::as_str);
    let names = female.iter().take(100).chain(male.iter().take(100)).map(String::as_str);
    let mut all = Vec::new();
    repeated(&words(1_500).chain(names.clone()).collect::<Vec<_>>(), &mut all);
    with_tails(&words(500).chain(names).collect::<Vec<_>>(), &mut all);
    in_pairs(&words(80).collect::<Vec<_>>(), &mut all);
    walks(&mut all);
    counted(&mut all);
    phrases(&mut all);
    all.retain(|candidate| candidate.chars().count() >= LEAST_CHARS);
    all
}

/// The same word two to five times, up to 24 characters: `passwordpassword`, `dragondragondragon`.
fn repeated(words: &[&str], all: &mut Vec<String>) {
    for word in words {
        let times = (2..=5).map(|times| word.repeat(times));
        all.extend(times.filter(|text| text.chars().count() <= 24));
    }
}

/// A word and what is hung on it: `monkey123456789`, `jennifer7654321`, `administrator2024!`. Of
/// the tails that only differ in length, the first that is long enough, of ascending ones two.
fn with_tails(words: &[&str], all: &mut Vec<String>) {
    for word in words.iter().chain(STEMS) {
        for (sequence, count) in [("1234567890", 2), ("987654321", 1), ("1111111111", 1)] {
            let cuts = (1..=sequence.len()).filter_map(|len| sequence.get(..len));
            let tailed = cuts.map(|tail| format!("{word}{tail}"));
            all.extend(tailed.filter(|text| text.chars().count() >= LEAST_CHARS).take(count));
        }
        if word.chars().count() >= 11 {
            let years =
                (1990..=2039).flat_map(|year| ["", "!"].map(|mark| format!("{year}{mark}")));
            all.extend(years.map(|tail| format!("{word}{tail}")));
        }
    }
}

/// What is written on the first sheet of paper that comes with an account.
const STEMS: &[&str] = &[
    "administrador",
    "administrateur",
    "administrator",
    "changeme",
    "changemenow",
    "changepassword",
    "defaultpassword",
    "initialpassword",
    "mypassword",
    "newpassword",
    "passphrase",
    "passw0rd",
    "rootpassword",
    "secretpassword",
    "supersecret",
    "superuser",
    "temporarypassword",
    "temppassword",
    "testpassword",
    "userpassword",
    "welcomehome",
    "welcometo",
];

/// Two of the most common ones, as they are and with the commonest tail.
fn in_pairs(words: &[&str], all: &mut Vec<String>) {
    for first in words {
        for second in words {
            all.extend(["", "1"].map(|tail| format!("{first}{second}{tail}")));
        }
    }
}

/// Ways over a keyboard from their start and to their end, there and back.
fn walks(all: &mut Vec<String>) {
    for walk in WALKS {
        for walk in [(*walk).to_owned(), walk.chars().rev().collect()] {
            for len in LEAST_CHARS..=walk.chars().count() {
                all.push(walk.chars().take(len).collect());
                let skipped = walk.chars().count().saturating_sub(len);
                all.push(walk.chars().skip(skipped).collect());
            }
        }
    }
}

/// Rows, columns and zigzags of the keyboards that most people have.
const WALKS: &[&str] = &[
    "1234567890qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm1234567890",
    "qwertyuiop1234567890",
    "qwertyuiop123456789",
    "asdfghjkl123456789",
    "asdfghjklzxcvbnm",
    "asdfghjkl;'zxcvbnm,./",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertyuiop[]\\asdfghjkl;'",
    "`1234567890-=qwertyuiop[]\\",
    "1234567890-=qwertyuiop",
    "zxcvbnmasdfghjklqwertyuiop",
    "zxcvbnmlkjhgfdsaqwertyuiop",
    "poiuytrewqlkjhgfdsamnbvcxz",
    "poiuytrewqasdfghjklmnbvcxz",
    "qwertyuioplkjhgfdsazxcvbnm",
    "qwertyuiopoiuytrewq",
    "asdfghjkllkjhgfdsa",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm",
    "1qaz@wsx3edc$rfv5tgb",
    "!qaz2wsx#edc4rfv%tgb",
    "1qazxsw23edcvfr45tgbnhy67ujm",
    "1qaz1qaz2wsx2wsx3edc3edc",
    "1qaz!qaz2wsx@wsx3edc#edc",
    "1qaz2wsx1qaz2wsx1qaz2wsx",
    "zaq12wsxcde34rfvbgt56yhnmju78ik",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "zaq1zaq1xsw2xsw2cde3cde3",
    "zaq!xsw@cde#vfr$bgt%nhy^",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qazxswedcvfrtgbnhyujm",
    "qaz123wsx456edc789",
    "plmoknijbuhvygctfxrdzeswaq",
    "qwer1234asdf1234zxcv1234",
    "1234qwerasdfzxcv",
    "1234qwer1234asdf1234zxcv",
    "qwerasdfzxcv1234",
    "qwer1234qwer1234",
    "asdf1234asdf1234asdf1234",
    "asdfqwerzxcv1234",
    "zxcvasdfqwer1234",
    "zxcvasdfqwerty123456",
    "qwertasdfgzxcvb12345",
    "12345qwertasdfgzxcvb",
    "123456qwertyasdfghzxcvbn",
    "qwertyasdfghzxcvbn123456",
    "qwerty123456asdfgh123456",
    "qweasdzxc123456789",
    "123qweasdzxc456rtyfghvbn789uiojklm",
    "qweasdzxcrtyfghvbnuiojkl",
    "qweasdzxcqweasdzxc",
    "123qwe123qwe123qwe123qwe",
    "qwe123qwe123qwe123qwe123",
    "qwe123asd456zxc789",
    "qwe123asd123zxc123",
    "123qwe456asd789zxc",
    "123qwe456rty789uio",
    "1q2w3e4r5t6y7u8i9o0p-[=]",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r1q2w3e4r1q2w3e4r",
    "1q2w3e4r5t1q2w3e4r5t",
    "1q1q2w2w3e3e4r4r5t5t",
    "1a2s3d4f5g6h7j8k9l0",
    "a1s2d3f4g5h6j7k8l9",
    "1z2x3c4v5b6n7m8,9.0/",
    "1qa2ws3ed4rf5tg6yh7uj8ik9ol",
    "1q2w3e4r5t6y7u8i9o0pazsxdcfvgbhnjmkl",
    "qawsedrftgyhujikolp",
    "azsxdcfvgbhnjmk,l.",
    "zsexdrcftvgybhunjimkolp",
    "aqswdefrgthyjukilo",
    "qqwweerrttyyuuiioopp",
    "aassddffgghhjjkkll",
    "112233qqwweeaassdd",
    "qqqwwweeerrrtttyyy",
    "qqqqwwwweeeerrrrtttt",
    "qqqaaazzzwwwsssxxx",
    "!@#$%^&*()_+qwertyuiop",
    "!@#$%^&*()1234567890",
    "1234567890!@#$%^&*()",
    "!@#$qwerasdfzxcv1234",
    "1234!@#$qwer1234",
    "qwerty!@#$%^123456",
    "1!2@3#4$5%6^7&8*9(0)",
    "!1@2#3$4%5^6&7*8(9)0",
    "789456123789456123789456123",
    "741852963741852963",
    "147258369147258369",
    "159753456852159753",
    "951753852456951753",
    "963852741963852741",
    "azertyuiopqsdfghjklmwxcvbn",
    "azertyuiop1234567890",
    "1234567890azertyuiop",
    "azertyuiopqsdfghjklm",
    "azerty123456789",
    "1a2z3e4r5t6y7u8i9o0p",
    "aqwzsxedcrfvtgbyhnuj",
    "wxcvbnqsdfghazerty",
    "qwertzuiopasdfghjklyxcvbnm",
    "qwertzuiop1234567890",
    "1234567890qwertzuiop",
    "qwertzuiopü+asdfghjklöä#",
    "yxcvbnmasdfghjklqwertzuiop",
    "1qay2wsx3edc4rfv5tgb6zhn",
    "qayxswedcvfrtgbnhzujm",
    "1q2w3e4r5t6z7u8i9o0p",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "1234567890йцукенгшщзхъ",
    "фывапролджэячсмитьбю",
    "1й2ц3у4к5е6н7г8ш9щ0з",
    "йфяцычувскамепинртгоь",
];

/// Digits and letters in order, each once or several times, short units over and over, and numbers
/// that people know.
fn counted(all: &mut Vec<String>) {
    for run in RUNS {
        for times in 1..=4 {
            let each = |character: char| core::iter::repeat_n(character, times);
            let text: String = run.chars().flat_map(each).cycle().take(40).collect();
            cuts(&text, 32, all);
        }
    }
    for character in ('0'..='9').chain('a'..='z').chain("!.*-_ #$@+=".chars()) {
        cuts(&character.to_string().repeat(32), 32, all);
    }
    for unit in UNITS {
        cuts(&unit.repeat(24), 24, all);
    }
    for known in KNOWN {
        cuts(known, 40, all);
    }
}

/// Every beginning of `text` that is long enough, up to `most_chars`. It is ASCII.
fn cuts(text: &str, most_chars: usize, all: &mut Vec<String>) {
    all.extend((LEAST_CHARS..=most_chars).filter_map(|len| text.get(..len)).map(str::to_owned));
}

const RUNS: &[&str] = &[
    "0123456789",
    "1234567890",
    "123456789",
    "9876543210",
    "987654321",
    "0987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
];

#[rustfmt::skip]
const UNITS: &[&str] = &[
    "12", "21", "10", "01", "69", "123", "321", "007", "420", "666", "1234", "4321", "1122", "1212",
    "12345", "54321", "112233", "123321", "123456", "654321", "12344321", "1a", "1a2b3c", "123abc",
    "ab", "abc", "abcd", "abc123", "a1b2c3", "asd", "asdf", "qwe", "qwer", "zxc", "zxcv", "ha", "la",
    "lol", "na", "pass", "test", "xo", "xyz",
];

const KNOWN: &[&str] = &[
    "0112358132134558914423",
    "01020304050607080910",
    "0123456789abcdef0123456789abcdef",
    "10203040506070809",
    "112233445566778899",
    "11223344556677889900",
    "122333444455555666666",
    "12345678900987654321",
    "1234567890987654321",
    "1234567890abcdefghij",
    "123456789101112131415",
    "123456789987654321",
    "1234567887654321",
    "12345678987654321",
    "14142135623730950488",
    "149162536496481100",
    "1618033988749894848204",
    "1a2b3c4d5e6f7g8h9i0j",
    "235711131719232931",
    "248163264128256512",
    "2718281828459045235360287",
    "3.14159265358979323846",
    "3141592653589793238462643383279",
    "a1b2c3d4e5f6g7h8i9j0",
    "abc123def456ghi789jkl",
    "abcd1234efgh5678ijkl",
    "abcdefg1234567890",
    "abcdefgh12345678",
    "abcdefghij1234567890",
    "deadbeefcafebabe",
    "deadbeefdeadbeef",
    "onetwothreefour",
    "onetwothreefourfive",
    "onetwothreefourfivesix",
];

/// Phrases that everybody knows, spelled in the ways that people spell them as a password.
fn phrases(all: &mut Vec<String>) {
    for phrase in include_str!("phrases.txt").lines() {
        all.extend([" ", "-", "_"].map(|joint| phrase.replace(' ', joint)));
        let joined = phrase.replace(' ', "");
        all.extend(["", "1", "123", "!"].map(|tail| format!("{joined}{tail}")));
    }
}
