//! Against `SoftHSM`, whose configuration is one of the process: so the tests run in a second one.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use bartizan_core::SystemRandom;

use super::*;

/// Runs `inside_softhsm` in a process of its own, with a token of its own.
///
/// asvs: V13.3.3, with a security module of which the key never leaves.
#[test]
fn softhsm() {
    let Some(module) = module() else {
        assert!(env::var_os("CI").is_none(), "softhsm2 must be installed under CI");
        eprintln!("skipped: softhsm2 is not installed");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (tokens, config) = (folder.path().join("tokens"), folder.path().join("softhsm2.conf"));
    fs::create_dir(&tokens).unwrap();
    let lines = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    fs::write(&config, lines).unwrap();
    for label in ["notes", "twin", "twin"] {
        let made = Command::new("softhsm2-util")
            .args([
                "--init-token",
                "--free",
                "--label",
                label,
                "--pin",
                PIN,
                "--so-pin",
                "98765432",
            ])
            .env("SOFTHSM2_CONF", &config)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    let inside = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "kek_provider::pkcs11::tests::inside_softhsm"])
        .env("SOFTHSM2_CONF", &config)
        .env("BARTIZAN_TEST_MODULE", &module)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&inside.stdout);
    let why = String::from_utf8_lossy(&inside.stderr);
    assert!(inside.status.success(), "{said}\n{why}");
    assert!(said.contains("1 passed"), "{said}");
}

fn module() -> Option<PathBuf> {
    let multiarch = format!("/usr/lib/{}-linux-gnu/softhsm/libsofthsm2.so", env::consts::ARCH);
    ["/usr/lib/softhsm/libsofthsm2.so", &multiarch, "/usr/lib64/softhsm/libsofthsm2.so"]
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
}

#[tokio_io::test(crate = "tokio_io")]
#[ignore = "run by `softhsm`, in a process of its own"]
async fn inside_softhsm() {
    let module = env::var_os("BARTIZAN_TEST_MODULE").unwrap();
    let open = |label: &str, pin| Pkcs11Token::open(&module, label, SecretString::from(pin));
    assert_eq!(open("none", PIN).err(), Some(Pkcs11Error::Token));
    assert_eq!(open("twin", PIN).err(), Some(Pkcs11Error::Token), "two of them");
    assert_eq!(open("notes", "not it").err(), Some(Pkcs11Error::Pin));
    let token = open("notes", PIN).unwrap();
    assert!(!format!("{token:?}").contains(PIN));

    assert_eq!(token.key("kek").err(), Some(Pkcs11Error::Key));
    let kek = token.create_key("kek").unwrap();
    assert_eq!(token.create_key("kek").err(), Some(Pkcs11Error::Key));
    assert_eq!(kek.describe().to_string(), "pkcs11: kek");
    assert!(!format!("{kek:?}").contains(PIN));

    keys_that_can_leave_are_not_taken(&token);
    the_value_cannot_be_read(&token);
    a_key_comes_back_under_its_context_only(&token, &kek).await;
    many_at_once(&kek).await;
}

fn keys_that_can_leave_are_not_taken(token: &Pkcs11Token) {
    let make = |label: &str, len: c_ulong, wrong: Attribute| {
        let made = token.0.in_session(|session| {
            let mut template = vec![
                Attribute::Token(true),
                Attribute::Private(true),
                Attribute::ValueLen(len.into()),
                Attribute::Label(label.as_bytes().to_vec()),
            ];
            for right in [
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Encrypt(true),
                Attribute::Decrypt(true),
            ] {
                let same = right.attribute_type() == wrong.attribute_type();
                template.push(if same { wrong.clone() } else { right });
            }
            let _key = session.generate_key(&Mechanism::AesKeyGen, &template)?;
            Ok::<_, Pkcs11Error>(())
        });
        made.unwrap();
        token.key(label).err()
    };
    let unsafe_key = Some(Pkcs11Error::UnsafeKey);
    assert_eq!(make("right", 32, Attribute::Encrypt(true)), None);
    assert_eq!(make("leaves", 32, Attribute::Extractable(true)), unsafe_key);
    assert_eq!(make("shown", 32, Attribute::Sensitive(false)), unsafe_key);
    assert_eq!(make("one way", 32, Attribute::Decrypt(false)), unsafe_key);
    assert_eq!(make("other way", 32, Attribute::Encrypt(false)), unsafe_key);
    assert_eq!(make("short", 16, Attribute::Encrypt(true)), unsafe_key);
    assert_eq!(make("twins", 32, Attribute::Encrypt(true)), None);
    assert_eq!(make("twins", 32, Attribute::Encrypt(true)), Some(Pkcs11Error::Key));
}

/// asvs: V13.3.3, the module gives the key to nobody.
fn the_value_cannot_be_read(token: &Pkcs11Token) {
    let value = token.0.in_session(|session| {
        let key = find(session, "kek")?.ok_or(Pkcs11Error::Key)?;
        Ok::<_, Pkcs11Error>(session.get_attributes(key, &[AttributeType::Value])?)
    });
    assert!(value.is_err() || value.unwrap().is_empty());
}

async fn a_key_comes_back_under_its_context_only(token: &Pkcs11Token, kek: &Pkcs11Kek) {
    let random = SystemRandom::new();
    let (context, key) = (Context::of("test"), SecretBytes::random(32, &random).unwrap());
    let wrapped = kek.wrap(&context, &key, &random).await.unwrap();
    assert_eq!((wrapped.provider(), wrapped.parameters()), ("pkcs11", "kek"));
    assert_eq!(wrapped.bytes().len(), 1 + 12 + 32 + 16);
    assert!(kek.unwrap(&context, &wrapped).await.unwrap().ct_eq(key.expose()));
    let again = kek.wrap(&context, &key, &random).await.unwrap();
    assert_ne!(wrapped.bytes(), again.bytes(), "a fresh nonce");
    let right = token.key("right").unwrap();
    what_was_not_wrapped_is_refused((kek, &right), &context, &wrapped).await;
}

async fn what_was_not_wrapped_is_refused(
    (kek, right): (&Pkcs11Kek, &Pkcs11Kek),
    context: &Context,
    wrapped: &WrappedKey,
) {
    let refused = Some(KekProviderError::Refused);
    assert_eq!(kek.unwrap(&Context::of("other"), wrapped).await.err(), refused);
    let moved = with("pkcs11", "right", wrapped.bytes().to_vec());
    assert_eq!(right.unwrap(context, &moved).await.err(), refused);
    for (number, changed) in changed(wrapped).enumerate() {
        assert_eq!(kek.unwrap(context, &changed).await.err(), refused, "{number}");
    }
    let foreign = with("aws-kms", "kek", wrapped.bytes().to_vec());
    let misconfigured = Some(KekProviderError::Misconfigured);
    assert_eq!(kek.unwrap(context, &foreign).await.err(), misconfigured);
}

fn with(provider: &str, label: &str, bytes: Vec<u8>) -> WrappedKey {
    WrappedKey::new(provider.to_owned(), label.to_owned(), bytes)
}

/// Every flipped bit, every cut, too long a one, and another label.
fn changed(wrapped: &WrappedKey) -> impl Iterator<Item = WrappedKey> {
    let bytes = wrapped.bytes();
    let flipped = (0..bytes.len()).flat_map(move |at| {
        (0..8).map(move |bit| {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << bit;
            flipped
        })
    });
    let cut = (0..bytes.len()).map(|len| bytes[..len].to_vec());
    let long = [bytes, &[0; 8_192]].concat();
    let all = flipped.chain(cut).chain([long]).map(|bytes| with("pkcs11", "kek", bytes));
    all.chain([with("pkcs11", "right", bytes.to_vec())])
}

async fn many_at_once(kek: &Pkcs11Kek) {
    let tasks: Vec<_> = (0..16)
        .map(|number: u8| {
            let kek = kek.clone();
            tokio_io::spawn(async move {
                let (context, random) = (Context::of("test").bind([number]), SystemRandom::new());
                let key = SecretBytes::from([number; 32]);
                let wrapped = kek.wrap(&context, &key, &random).await.unwrap();
                assert!(kek.unwrap(&context, &wrapped).await.unwrap().ct_eq(&[number; 32]));
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

const PIN: &str = "correct-1234";
