//! Links of notes, and the titles of the pages that they lead to.

use core::net::IpAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use rcgen::{CertificateParams, KeyPair};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::common::{Answer, Browser, Server, data_dir};

/// A server on this machine that counts who comes.
struct Site {
    port: u16,
    visits: Arc<AtomicUsize>,
}

impl Site {
    /// Listens, and calls `answer` with each connection.
    fn at(address: (IpAddr, u16), answer: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&visits);
        let _thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _before = counted.fetch_add(1, Ordering::SeqCst);
                answer(stream);
            }
        });
        Self { port, visits }
    }

    /// Speaks TLS, as a site that whoever has the certificate in the returned file trusts.
    fn over_tls(folder: &Path) -> (Self, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        let roots = folder.join("roots.pem");
        fs::write(&roots, certificate.pem()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        let config = Arc::new(config);
        let site = Self::at((LOCALHOST, 0), move |stream| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            // A client that goes away is no fault of the site.
            let _served = serve(StreamOwned::new(connection, stream));
        });
        (site, roots)
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

const LOCALHOST: IpAddr = IpAddr::V4(core::net::Ipv4Addr::LOCALHOST);

fn serve(mut stream: StreamOwned<ServerConnection, TcpStream>) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let (status, media_type, body) = match head.split(' ').nth(1).unwrap() {
        "/title" => (
            "200 OK",
            "text/html",
            "<title>Bees &amp; <script>alert(1)</script></title>".to_owned(),
        ),
        "/text" => ("200 OK", "text/plain", "<title>Text</title>".to_owned()),
        "/gone" => ("404 Not Found", "text/html", "<title>Gone</title>".to_owned()),
        "/long" => ("200 OK", "text/html", format!("<title>Long</title>{}", " ".repeat(262_144))),
        "/metadata" => {
            ("302 Found\r\nLocation: https://169.254.169.254/latest", "text/html", String::new())
        }
        _ => ("200 OK", "text/html", "no title".to_owned()),
    };
    let len = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len}\r\n\r\n{body}"
    )?;
    stream.flush()
}

fn noted(browser: &mut Browser, kind: &str, link: &str) -> Answer {
    let fields = [("kind", kind), ("title", "Linked"), ("body", "text"), ("link", link)];
    let answer = browser.post("/notes", &fields);
    assert_eq!(answer.status, 303, "{link}: {}", answer.body);
    let note = answer.header("location").to_owned();
    browser.get(&note)
}

fn preview(note: &Answer) -> Option<&str> {
    note.between("id=\"note-preview\">", "</p>")
}

#[test]
fn the_title_of_a_page_is_shown_as_text() {
    let (folder, dir) = data_dir();
    let (site, roots) = Site::over_tls(folder.path());
    let address = format!("127.0.0.1:{}", site.port);
    let options = ["--danger-preview-from", &address, roots.to_str().unwrap()];
    let server = Server::start_with(&dir, &options);
    let mut browser = server.browser();
    browser.enter("alice");

    let note = noted(&mut browser, "rich", &format!("https://{address}/title"));
    let escaped = "Bees &#38; &#60;script&#62;alert(1)&#60;/script&#62;";
    assert_eq!(preview(&note), Some(escaped), "{}", note.body);
    assert!(note.body.contains(&format!("href=\"https://{address}/title\"")));
    for path in ["/text", "/gone", "/long", "/metadata", "/nothing"] {
        let note = noted(&mut browser, "rich", &format!("https://{address}{path}"));
        assert_eq!(preview(&note), None, "{path}");
    }
    let visits = site.visits();
    assert_eq!(visits, 6);
    let note = noted(&mut browser, "private", &format!("https://{address}/title"));
    assert!(note.body.contains("id=\"note-link\"") && preview(&note).is_none());
    assert_eq!(site.visits(), visits, "nobody learns of a private link");

    // With the link its title goes.
    let id = browser.get("/notes").between("href=\"/notes/1\"", ">").map(|_| "/notes/1").unwrap();
    browser.post(id, &[("title", "x"), ("body", "")]).leads_to(id);
    let note = browser.get(id);
    assert!(!note.body.contains("note-link") && preview(&note).is_none());
}

/// asvs: V1.3.6
#[test]
fn what_is_not_of_the_public_internet_is_not_connected_to() {
    let (folder, dir) = data_dir();
    let here = Site::at((LOCALHOST, 0), drop);
    let server = Server::start(&dir);
    let mut browser = server.browser();
    browser.enter("alice");
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
        let note = noted(&mut browser, "rich", &format!("https://{host}:{}/", here.port));
        assert!(note.body.contains("note-link") && preview(&note).is_none(), "{host}");
        assert!(preview(&noted(&mut browser, "rich", &format!("https://{host}/"))).is_none());
    }
    assert_eq!(here.visits(), 0);
    drop(server);

    // Nor where the port is allowed and the address is another.
    let (site, roots) = Site::over_tls(folder.path());
    let other = Site::at(([127, 0, 0, 2].into(), site.port), drop);
    let address = format!("127.0.0.1:{}", site.port);
    let options = ["--danger-preview-from", &address, roots.to_str().unwrap()];
    let server = Server::start_with(&dir, &options);
    let mut browser = server.browser();
    browser.log_in("alice").leads_to("/notes");
    let note = noted(&mut browser, "rich", &format!("https://127.0.0.2:{}/title", site.port));
    assert_eq!((preview(&note), other.visits()), (None, 0));
    let refused = [("title", "x"), ("body", ""), ("link", "http://example.com/")];
    let refused = browser.post("/notes", &refused);
    assert!(refused.status == 422 && refused.body.contains("id=\"link-error\""));
    for link in ["javascript:alert(1)", "https://user:password@example.com/", "//example.com"] {
        let answer = browser.post("/notes", &[("title", "x"), ("body", ""), ("link", link)]);
        assert_eq!(answer.status, 422, "{link}");
    }
}
