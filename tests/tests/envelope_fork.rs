//! A process forks, and parent and child go on sealing: no nonce comes twice, and the child soon has
//! a prefix of its own.
//!
//! Without the test harness: a fork takes one thread along, so there must be one.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::process;

use bartizan::core::{
    Context, KeyGenerator, Keyring, Seal as _, SharedKeyring, SystemRandom, UnixTime,
};
use bartizan::envelope::{Envelope, SealingKey};
use fork::{Fork, fork, waitpid};

const VALUES: usize = 200;
const SEALED_LEN: usize = Envelope::sealed_len(8);

type Value = [u8; SEALED_LEN];

fn main() {
    let random = SystemRandom::new();
    let generator = KeyGenerator::new(&random, SealingKey::generate);
    let keyring = Keyring::create(UnixTime::EPOCH, &generator).unwrap();
    let envelope = Envelope::new(SharedKeyring::new(keyring));
    let before = seal(&envelope, 10);

    let (mut reader, mut writer) = std::io::pipe().unwrap();
    let child = match fork().unwrap() {
        Fork::Child => {
            drop(reader);
            writer.write_all(seal(&envelope, VALUES).as_flattened()).unwrap();
            drop(writer);
            process::exit(0);
        }
        Fork::Parent(child) => child,
    };
    drop(writer);
    let of_parent = seal(&envelope, VALUES);
    let mut sent = Vec::new();
    let _len = reader.read_to_end(&mut sent).unwrap();
    let _status = waitpid(child).unwrap();
    let (of_child, []) = sent.as_chunks::<SEALED_LEN>() else { panic!("{} bytes", sent.len()) };
    assert_eq!(of_child.len(), VALUES);

    let all = || before.iter().chain(&of_parent).chain(of_child);
    let nonces: HashSet<_> = all().map(|value| &value[37..61]).collect();
    assert_eq!(nonces.len(), 10 + 2 * VALUES, "a nonce came twice");
    for value in all() {
        assert_eq!(envelope.open(&context(), value).unwrap().expose(), b"buy milk");
    }

    let inherited = prefix(&before[0]);
    assert!(before.iter().chain(&of_parent).all(|value| prefix(value) == inherited));
    let shared = of_child.iter().take_while(|value| prefix(value) == inherited).count();
    assert!(shared < 64, "the child sealed {shared} values under its parent's prefix");
    let of_its_own = prefix(&of_child[shared]);
    assert!(of_child[shared..].iter().all(|value| prefix(value) == of_its_own));
    println!("the child had a prefix of its own after {shared} values");
}

fn seal(envelope: &Envelope, count: usize) -> Vec<Value> {
    let seal = |_| envelope.seal(&context(), b"buy milk").unwrap().try_into().unwrap();
    (0..count).map(seal).collect()
}

fn context() -> Context {
    Context::of("note.body").bind("7")
}

fn prefix(value: &Value) -> &[u8] {
    &value[37..49]
}
