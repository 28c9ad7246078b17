//! A browser with instruments, and the only server that it reaches.

use core::time::Duration;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::{env, thread};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tests::skip_without;

/// Notes what happens in the page: calls that payloads make, errors, and loads of anything.
const INSTRUMENTS: &str = r"
    window.fired = [];
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
        window[name] = () => { fired.push(name); };
    const note = event => {
        if (event.target === document) return;
        fired.push(event.target === window ? event.type : event.type + ' ' + event.target.tagName);
    };
    for (const type of ['error', 'load', 'securitypolicyviolation', 'unhandledrejection'])
        window.addEventListener(type, note, true);
";

/// Looks for what would run when touched, as the browser has read it.
const INSPECT: &str = r"
    const found = [];
    for (const element of document.querySelectorAll('#here *')) {
        if (/^(script|iframe|frame|object|embed|base|meta|link|style|form|noscript|template)$/i
            .test(element.localName)) found.push('element ' + element.tagName);
        for (const { name } of element.attributes)
            if (/^on|^srcdoc$|^style$/i.test(name)) found.push('attribute ' + name);
        const links = ['http:', 'https:', 'mailto:', ':'];
        if (element.tagName === 'A' && !links.includes(element.protocol))
            found.push('link ' + element.protocol);
    }
    if (window.fired === undefined) found.push('left the page');
    return found.concat(window.fired ?? []);
";

/// A window of a real browser.
pub(crate) struct Browser {
    client: Client,
    server: Server,
    // Ended in this order, and after the window is closed.
    _driver: Driver,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens one, or says that it is not installed.
    pub(crate) async fn open() -> Option<Self> {
        let Some(browser) = program(&["chromium", "google-chrome", "chrome"]) else {
            skip_without("chromium");
            return None;
        };
        let Some(driver) = program(&["chromedriver"]) else {
            skip_without("chromedriver");
            return None;
        };
        let driver = Driver::start(driver);
        let server = Server::start();
        let profile = tempfile::tempdir().unwrap();
        let options = json!({
            "binary": browser,
            "args": [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                format!("--host-resolver-rules=MAP * 127.0.0.1:{}", server.port),
                format!("--user-data-dir={}", profile.path().display()),
            ],
        });
        let capabilities = Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await
            .unwrap();
        Some(Self { client, server, _driver: driver, _profile: profile })
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }

    /// Runs a script of the test's own.
    pub(crate) async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.client.execute(script, arguments.to_vec()).await.unwrap()
    }

    /// Sets each piece through innerHTML, and returns what happens then.
    pub(crate) async fn fired_through_inner_html(&self, pieces: &[String]) -> Value {
        self.load("").await;
        let set = "for (const html of arguments[0]) {
            const div = document.createElement('div');
            document.getElementById('here').append(div);
            div.innerHTML = html;
        }";
        let _ = self.run(set, &[json!(pieces)]).await;
        self.fired().await
    }

    /// Loads the content as part of a document, and returns what happens then.
    pub(crate) async fn fired_in_a_document(&self, content: &str) -> Value {
        self.load(content).await;
        self.fired().await
    }

    async fn load(&self, content: &str) {
        let page = format!(
            "<!doctype html><html><head><meta charset=utf-8><link rel=icon href='data:,'>\
             <title>x</title><script>{INSTRUMENTS}</script></head>\
             <body><div id=here>{content}</div></body></html>"
        );
        self.server.show(page);
        self.client.goto(&format!("http://127.0.0.1:{}{PAGE}", self.server.port)).await.unwrap();
    }

    /// What the page, the browser and the server have seen.
    async fn fired(&self) -> Value {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let mut fired: Vec<String> = serde_json::from_value(self.run(INSPECT, &[]).await).unwrap();
        fired.extend(self.server.requests().iter().map(|path| format!("request {path}")));
        json!(fired.into_iter().collect::<BTreeSet<_>>())
    }
}

/// Answers for every host there is: with the page at its path, with nothing elsewhere.
struct Server {
    port: u16,
    page: Arc<Mutex<String>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, page: Arc::default(), requests: Arc::default() };
        let (page, requests) = (Arc::clone(&server.page), Arc::clone(&server.requests));
        drop(thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (page, requests) = (Arc::clone(&page), Arc::clone(&requests));
                drop(thread::spawn(move || answer(stream, &page, &requests)));
            }
        }));
        server
    }

    fn show(&self, page: String) {
        *self.page.lock().unwrap() = page;
        self.requests.lock().unwrap().clear();
    }

    /// The paths that were asked for, but for that of the page.
    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, page: &Mutex<String>, requests: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    // What is not HTTP is the browser's own, over TLS.
    let Some(request) = lines.next().filter(|line| line.contains(" HTTP/1.")) else { return };
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    // A browser asks strangers for things of its own, too, such as whether there is a network: what
    // a page asks for names the page, or is at its host.
    let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let of_a_page = headers.iter().any(|header| {
        let header = header.to_ascii_lowercase();
        header.starts_with("referer:") || header.starts_with("host: 127.0.0.1:")
    });
    let body = if path == PAGE { page.lock().unwrap().clone() } else { String::new() };
    if path != PAGE && of_a_page {
        requests.lock().unwrap().push(path.split('?').next().unwrap_or_default().to_owned());
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
    let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
}

const PAGE: &str = "/page-of-the-test";

/// `chromedriver`, on a port of its own.
struct Driver {
    process: Child,
    url: String,
}

impl Driver {
    fn start(program: PathBuf) -> Self {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let port = line.rsplit_once("on port ")?.1;
            port.trim_end_matches('.').parse::<u16>().ok().filter(|port| *port != 0)
        });
        let url = format!("http://127.0.0.1:{}", port.expect("chromedriver names its port"));
        // It stops when nobody reads what it says.
        drop(thread::spawn(move || lines.for_each(drop)));
        Self { process, url }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    paths.into_iter().find(|path| path.is_file())
}
