//! Against servers on this machine.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

use bartizan_core::{Clock as _, ManualClock, SystemRandom, UnixTime};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;
use crate::{KeyError, RemoteJwkSet, RemoteJwkSetError, RemoteJwkSetPolicy, danger};

/// Answers every request with the same bytes.
struct Server {
    url: String,
    /// The certificate, in PEM.
    certificate: String,
    requests: Receiver<String>,
}

impl Server {
    fn tls(host: &str, answer: impl Into<Vec<u8>>) -> Self {
        let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let config = Arc::new(config);
        let open = move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            StreamOwned::new(connection, stream)
        };
        Self { certificate: made.cert.pem(), ..Self::with("https", answer.into(), open) }
    }

    fn plain(answer: impl Into<Vec<u8>>) -> Self {
        Self::with("http", answer.into(), |stream| stream)
    }

    fn with<S: Read + Write>(
        scheme: &str,
        answer: Vec<u8>,
        open: impl Fn(TcpStream) -> S + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}/jwks", listener.local_addr().unwrap());
        let (sender, requests) = channel();
        let _server = thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = open(stream.unwrap());
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                    request.extend_from_slice(&byte);
                }
                if sender.send(String::from_utf8(request).unwrap()).is_err() {
                    return;
                }
                // Whoever has heard enough hangs up.
                let _sent = stream.write_all(&answer).and_then(|()| stream.flush());
            }
        });
        Self { url, certificate: String::new(), requests }
    }

    fn client(&self) -> JwkSetClient {
        JwkSetClient::with_roots_pem(&self.certificate).unwrap()
    }

    fn fetch(&self, client: JwkSetClient) -> Result<usize, RemoteJwkSetError> {
        let clock = ManualClock::at(UnixTime::from_secs(1_700_000_000));
        let url = match JwkSetUrl::new(&self.url) {
            Ok(url) => url,
            Err(_) => danger::jwk_set_url_of_loopback(&self.url).unwrap(),
        };
        let policy = RemoteJwkSetPolicy::new();
        let keys = RemoteJwkSet::new(url, client, policy, &SystemRandom::new()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let expires_at = Some(clock.now().saturating_add_secs(400));
        let fetched = runtime.block_on(keys.renew(&clock));
        fetched.map(
            |()| if keys.status().expires_at() == expires_at { keys.status().keys() } else { 0 },
        )
    }
}

fn ok(body: &str) -> String {
    let headers = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=400";
    format!("{headers}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// RFC 8037, appendix A.2.
const SET: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// A client whose roots none of these servers has.
fn stranger() -> JwkSetClient {
    Server::tls("127.0.0.1", "").client()
}

#[test]
fn a_set_is_fetched_over_tls() {
    let server = Server::tls("127.0.0.1", ok(SET));
    assert_eq!(server.fetch(server.client()), Ok(1));
    let request = server.requests.recv().unwrap().to_ascii_lowercase();
    assert!(request.starts_with("get /jwks http/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nhost: 127.0.0.1:"), "{request}");
    assert!(request.contains("\r\naccept: application/jwk-set+json, application/json\r\n"));
    for unwanted in ["cookie", "authorization", "accept-encoding", "referer"] {
        assert!(!request.contains(unwanted), "{request}");
    }
}

#[test]
fn a_certificate_that_is_not_trusted_or_of_another_host_is_refused() {
    let untrusted = Err(RemoteJwkSetError::Fetch(FetchError::Untrusted));
    let server = Server::tls("127.0.0.1", ok(SET));
    assert_eq!(server.fetch(stranger()), untrusted);
    let other_host = Server::tls("id.example", ok(SET));
    assert_eq!(other_host.fetch(other_host.client()), untrusted);
    if let Ok(public) = JwkSetClient::with_system_roots() {
        assert_eq!(server.fetch(public), untrusted);
    }
}

#[test]
fn without_tls_it_speaks_to_this_machine_alone() {
    let server = Server::plain(ok(SET));
    assert_eq!(server.fetch(stranger()), Ok(1));
}

/// And the other one is not asked.
#[test]
fn a_redirect_is_not_followed() {
    let other = Server::plain(ok(SET));
    for status in [301, 302, 303, 307, 308] {
        let answer =
            format!("HTTP/1.1 {status} x\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", other.url);
        let server = Server::tls("127.0.0.1", answer);
        assert_eq!(server.fetch(server.client()), Err(RemoteJwkSetError::Status(status)));
    }
    assert!(other.requests.try_recv().is_err());
}

/// What a server says is read no further than it may be long.
#[test]
fn an_answer_is_bounded() {
    let endless =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", " ".repeat(1 << 22));
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000)).repeat(1_000);
    let chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
    let headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-Y: z\r\n".repeat(100_000));
    let zipped = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{SET}");
    for (answer, error) in [
        (endless, Some(RemoteJwkSetError::Fetch(FetchError::TooLarge))),
        (chunked, Some(RemoteJwkSetError::Fetch(FetchError::TooLarge))),
        (headers, None),
        (
            ok(SET).replace("Content-Length: ", "Content-Length: 9"),
            Some(RemoteJwkSetError::Fetch(FetchError::Unreachable)),
        ),
        (String::new(), Some(RemoteJwkSetError::Fetch(FetchError::Unreachable))),
        ("SSH-2.0-OpenSSH\r\n".to_owned(), None),
        (
            "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Some(RemoteJwkSetError::Status(500)),
        ),
        (ok("<html>"), Some(RemoteJwkSetError::Set(KeyError::Malformed))),
        (ok(SET).replace("json", "xml"), Some(RemoteJwkSetError::ContentType)),
        (zipped, Some(RemoteJwkSetError::ContentType)),
    ] {
        let server = Server::plain(answer);
        let fetched = server.fetch(stranger());
        match error {
            Some(error) => assert_eq!(fetched, Err(error)),
            None => drop(fetched.unwrap_err()),
        }
    }
}

/// It neither waits for ever nor blocks who asks.
#[test]
fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let url = danger::jwk_set_url_of_loopback(&url).unwrap();
    let tls = TlsConfig::builder().build();
    let agent = config(tls, false, Duration::from_millis(50)).new_agent();
    assert_eq!(get(&agent, &url).err(), Some(FetchError::TimedOut));
}

#[test]
fn a_thread_that_panics_is_an_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let nothing = runtime.block_on(on_a_thread(|| -> () { panic!("as it was told") }));
    assert_eq!(nothing, Err(FetchError::Unreachable));
    assert_eq!(runtime.block_on(on_a_thread(|| 5)), Ok(5));
}

#[test]
fn roots_are_certificates() {
    let made = rcgen::generate_simple_self_signed(["id.example".to_owned()]).unwrap();
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    assert!(JwkSetClient::with_roots_pem(&certificate.repeat(2)).is_ok());
    let broken = certificate.replacen("MII", "AAA", 1);
    for refused in
        [&key, &format!("{certificate}{key}"), &broken, &certificate.replace("-----END", "")]
    {
        assert_eq!(JwkSetClient::with_roots_pem(refused).err(), Some(RootsError::Malformed));
    }
    assert_eq!(JwkSetClient::with_roots_pem("text").err(), Some(RootsError::Missing));
}
