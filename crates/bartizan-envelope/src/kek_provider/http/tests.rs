//! Over TLS.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

/// Returns where it is, its certificate in PEM, and what arrives over TLS.
fn server(name: &str, answer: &'static [u8]) -> (ServiceUrl, String, Receiver<Vec<u8>>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, arrived) = channel();
    let _server = thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"}") && matches!(stream.read(&mut byte), Ok(1)) {
                request.extend_from_slice(&byte);
            }
            let _heard = sender.send(request);
            let _sent = stream.write_all(answer).and_then(|()| stream.flush());
        }
    });
    let url = ServiceUrl::new(&format!("https://127.0.0.1:{port}")).unwrap();
    (url, made.cert.pem(), arrived)
}

async fn post(client: &ServiceClient, url: &ServiceUrl) -> Result<Answer, KekProviderError> {
    let headers = vec![("x-vault-token", SecretString::from("hvs.secret"))];
    let body = SecretBytes::from(&b"{\"key\":1}"[..]);
    client.post(Request { url: url.clone(), path: "/v1".to_owned(), headers, body }).await
}

const OK: &[u8] = b"HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}";

#[tokio_io::test(crate = "tokio_io")]
async fn who_is_trusted_is_asked() {
    let (url, certificate, arrived) = server("127.0.0.1", OK);
    let client = ServiceClient::with_roots_pem(&certificate).unwrap();
    let answer = post(&client, &url).await.unwrap();
    assert_eq!((answer.status, answer.body.expose()), (200, &b"{}"[..]));
    assert!(arrived.recv().unwrap().ends_with(b"{\"key\":1}"));
}

/// asvs: V13.3.3, nobody but the service hears the key that is to be wrapped.
#[tokio_io::test(crate = "tokio_io")]
async fn who_is_not_trusted_hears_nothing() {
    let (url, _, arrived) = server("127.0.0.1", OK);
    let (named_otherwise, its_certificate, heard) = server("kms.example", OK);
    let (_, certificate, _) = server("127.0.0.1", OK);
    let misconfigured = Some(KekProviderError::Misconfigured);
    let other = ServiceClient::with_roots_pem(&certificate).unwrap();
    assert_eq!(post(&other, &url).await.err(), misconfigured);
    assert_eq!(arrived.recv().unwrap(), b"");
    let wrong_name = ServiceClient::with_roots_pem(&its_certificate).unwrap();
    assert_eq!(post(&wrong_name, &named_otherwise).await.err(), misconfigured);
    assert_eq!(heard.recv().unwrap(), b"");
}

/// The secrets in the headers go to the one server and no further.
#[tokio_io::test(crate = "tokio_io")]
async fn a_redirect_is_not_followed() {
    const MOVED: &[u8] =
        b"HTTP/1.1 307 X\r\nlocation: https://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let (url, certificate, _arrived) = server("127.0.0.1", MOVED);
    let client = ServiceClient::with_roots_pem(&certificate).unwrap();
    assert_eq!(post(&client, &url).await.unwrap().status, 307);
}

#[test]
fn roots_are_certificates() {
    let error = |pem: &str| ServiceClient::with_roots_pem(pem).err();
    assert_eq!(error(""), Some(ServiceClientError::NoRoots));
    let key = rcgen::generate_simple_self_signed(["a".to_owned()]).unwrap().signing_key;
    assert_eq!(error(&key.serialize_pem()), Some(ServiceClientError::Malformed));
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(error(junk), Some(ServiceClientError::Malformed));
}
