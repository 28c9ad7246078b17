//! Every kernel of this machine gives the tag that the portable path gives, whatever the inputs.

#![no_main]

use bartizan_argon2::{Algorithm, Argon2, Kernel, Memory, Params, Version};
use libfuzzer_sys::fuzz_target;

type Input<'a> = (u8, bool, [u16; 4], [&'a [u8]; 4]);

fuzz_target!(|input: Input<'_>| {
    let (variant, is_old, numbers, [password, salt, secret, data]) = input;
    let [memory_kib, passes, lanes, tag_len] = numbers;
    let (passes, lanes) = (u32::from(passes % 4), u32::from(lanes % 18));
    let params = Params::new(u32::from(memory_kib % 2_048), passes, lanes, tag_len.into());
    let Ok(params) = params else {
        return;
    };
    let algorithm = [Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id];
    let algorithm = algorithm[usize::from(variant % 3)];
    let version = if is_old { Version::V0x10 } else { Version::V0x13 };

    let argon2 = Argon2::new(algorithm, version, params).with_secret(secret).expect("short");
    let Ok(argon2) = argon2.with_associated_data(data) else {
        return;
    };
    let mut memory = Memory::new();
    let mut tag_by = |kernel| {
        let mut tag = vec![0; params.tag_len()];
        let argon2 = argon2.clone().with_kernel(kernel).expect("available");
        argon2.hash_into(password, salt, &mut memory, &mut tag).map(|()| tag)
    };
    let expected = tag_by(Kernel::Portable);
    assert_eq!(expected.is_err(), salt.len() < 8);
    for kernel in Kernel::available() {
        assert_eq!(tag_by(kernel), expected, "{kernel:?}");
    }
});
