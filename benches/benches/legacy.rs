//! Verifying the hashes of older schemes, beside their peers.

use std::num::NonZeroU32;

use bartizan::core::SecretString;
use bartizan::password::{PasswordHasher, StoredHash};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

const PASSWORD: &str = "password";

/// Of "password", with each scheme's usual cost.
const ROWS: [(&str, &str); 8] = [
    ("bcrypt", "$2b$10$abcdefghijklmnopqrstuu5Lo0g67CiD3M4RpN1BmBb4Crp5w7dbK"),
    (
        "pbkdf2",
        "$pbkdf2-sha256$600000$BwcHBwcHBwcHBwcHBwcHBw$cgkLa4hQX9KN6U9ELAbB0iVnqt/A3/uevbcXMQXqoY8",
    ),
    (
        "scrypt",
        "$scrypt$ln=14,r=8,p=1$BwcHBwcHBwcHBwcHBwcHBw$S/bfh2movq5NEsKB5b+Xm0TZzvqYKyesUiCClX6FDBw",
    ),
    ("md5crypt", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"),
    (
        "sha512crypt",
        "$6$saltsaltsaltsalt$bcXJ8qxwY5sQ4v8MTl.0B1jeZ0z0JlA9jjmbUoCJZ.1wYXiLTU.q2ILyrDJLm890lyfuF7sWAeli0yjOyFPkf0",
    ),
    ("phpass", "$P$BsaltsaltnH1n4.V11.zjFlE3mwm.O1"),
    ("drupal7", "$S$DsaltsaltO.fH9qMIXUY3UFtIDiLwV0lfggsuLwVjkjXBZ8hWZcO"),
    (
        "ldap",
        "{SSHA512}Gu9Jua6KGGm5bmHI/kZj5bBlTu+08bv+YlkfUKMy8woRj0qC00QP82vScFE/reCdHYYAz1QdOdQqWnbsPN0ErAcHBwcHBwcH",
    ),
];

#[divan::bench(args = 0..ROWS.len(), sample_count = 10)]
fn verify(bencher: Bencher<'_, '_>, row: usize) {
    let (_, row) = ROWS[row];
    let (hasher, stored) = (PasswordHasher::new(), row.parse::<StoredHash>().unwrap());
    let password = SecretString::from(PASSWORD);
    bencher.bench_local(|| hasher.verify(&password, Some(&stored)).unwrap());
}

/// The `bcrypt` crate, to compare with the first row.
#[divan::bench(sample_count = 10)]
fn peer_bcrypt() -> bool {
    bcrypt::verify(black_box(PASSWORD), ROWS[0].1).unwrap()
}

/// ring, to compare with the second row.
#[divan::bench(sample_count = 10)]
fn peer_ring_pbkdf2() -> [u8; 32] {
    let (algorithm, mut tag) = (ring::pbkdf2::PBKDF2_HMAC_SHA256, [0; 32]);
    let iterations = NonZeroU32::new(600_000).unwrap();
    ring::pbkdf2::derive(algorithm, iterations, &[7; 16], black_box(PASSWORD).as_bytes(), &mut tag);
    tag
}

/// Reading a row, which is to be nothing beside checking it.
#[divan::bench(args = 0..ROWS.len())]
fn parse(row: usize) -> StoredHash {
    black_box(ROWS[row].1).parse().unwrap()
}
