//! Against `moto`, which keeps to the service's protocol but asks for no signature.

use core::time::Duration;
use std::env;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::*;

/// asvs: V13.3.3, with a key service of which the key never leaves.
#[tokio_io::test(crate = "tokio_io")]
async fn a_key_comes_back_under_its_context_and_key_only() {
    let Some(moto) = Moto::start() else { return };
    let (first, second) = (moto.create_key(), moto.create_key());
    let kms = |id: &str| kms(&moto.url, id);
    let (context, key) = key();
    let random = SystemRandom::new();

    let wrapped = kms(&first).wrap(&context, &key, &random).await.unwrap();
    assert!(wrapped.parameters().ends_with(&first), "{}", wrapped.parameters());
    assert!(kms(&first).unwrap(&context, &wrapped).await.unwrap().ct_eq(&[7; 32]));
    let refused = Some(KekProviderError::Refused);
    let other = Context::of("other");
    assert_eq!(kms(&first).unwrap(&other, &wrapped).await.err(), refused);
    assert_eq!(kms(&second).unwrap(&context, &wrapped).await.err(), refused);
    let mut bytes = wrapped.bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let flipped = WrappedKey::new("aws-kms".to_owned(), wrapped.parameters().to_owned(), bytes);
    assert_eq!(kms(&first).unwrap(&context, &flipped).await.err(), refused);

    let moved = kms(&second).rewrap(&first, &context, &wrapped).await.unwrap();
    assert!(moved.parameters().ends_with(&second));
    assert!(kms(&second).unwrap(&context, &moved).await.unwrap().ct_eq(&[7; 32]));
    let unknown = kms("00000000-0000-4000-8000-000000000000").wrap(&context, &key, &random).await;
    assert_eq!(unknown.err(), Some(KekProviderError::Misconfigured));
}

struct Moto {
    url: ServiceUrl,
    process: Child,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _killed = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// A port that nobody gets who asks the system for any: other tests do so all the time, and one of
/// them could get it before moto does.
fn free_port() -> u16 {
    let skipped = usize::try_from(std::process::id() % 9_000).unwrap();
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (20_000..30_000).skip(skipped).find(is_free).expect("a free port")
}

impl Moto {
    /// Nothing when it is not installed, which is a failure under CI.
    fn start() -> Option<Self> {
        let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/moto-5.2.5");
        if !std::path::Path::new(installed).is_dir() {
            assert!(env::var_os("CI").is_none(), "moto must be installed under CI");
            eprintln!("skipped: moto is not installed");
            return None;
        }
        let port = free_port();
        let process = Command::new("python3")
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .env("PYTHONPATH", installed)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = ServiceUrl::new(&format!("http://127.0.0.1:{port}")).unwrap();
        let moto = Self { url, process };
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(moto);
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("moto does not start");
    }

    fn create_key(&self) -> String {
        let mut stream = TcpStream::connect(self.url.host()).unwrap();
        let scope = "AWS4-HMAC-SHA256 Credential=id/20150830/us-east-1/kms/aws4_request, \
                     SignedHeaders=host, Signature=00";
        let request = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nauthorization: {scope}\r\nconnection: close\r\n\
             content-type: application/x-amz-json-1.1\r\nx-amz-target: TrentService.CreateKey\r\n\
             content-length: 2\r\n\r\n{{}}",
            self.url.host(),
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        let _len = stream.read_to_string(&mut answer).unwrap();
        let json = answer.split_once("\r\n\r\n").unwrap().1;
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        json["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }
}
