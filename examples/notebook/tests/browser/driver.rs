//! A browser, the notebook and another site, each for as long as the test runs.

use core::time::Duration;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::{env, fs, thread};

use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// A window of a real browser. It keeps a screenshot of every page.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) origin: String,
    screenshots: PathBuf,
}

impl Browser {
    pub(crate) async fn open(driver: &Driver, app: &App) -> Self {
        let profile = driver.profile.path().display();
        let options = json!({
            "binary": driver.browser,
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
                "--window-size=1100,900",
                format!("--user-data-dir={profile}"),
            ],
        });
        let capabilities = Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await
            .unwrap();
        let screenshots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        let _ = fs::remove_dir_all(&screenshots);
        fs::create_dir_all(&screenshots).unwrap();
        Self { client, origin: app.origin.clone(), screenshots }
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }

    pub(crate) async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.unwrap();
    }

    pub(crate) async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    pub(crate) async fn find(&self, id: &str) -> Element {
        let found = self.client.find(Locator::Id(id)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                let source = self.client.source().await.unwrap_or_default();
                panic!("no #{id}: {error}\n{source}")
            }
        }
    }

    pub(crate) async fn text(&self, id: &str) -> String {
        self.find(id).await.text().await.unwrap()
    }

    pub(crate) async fn value(&self, id: &str) -> String {
        self.find(id).await.prop("value").await.unwrap().unwrap_or_default()
    }

    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let field = self.find(id).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn press_only(&self, id: &str) {
        self.find(id).await.click().await.unwrap();
    }

    /// Presses what leads to another page, and waits for that.
    pub(crate) async fn press(&self, id: &str) {
        let before = self.find("main").await;
        self.press_only(id).await;
        for _ in 0..200 {
            if before.tag_name().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("pressing #{id} led nowhere");
    }

    /// Leaves a screenshot, and checks what must hold for every page.
    pub(crate) async fn page(&self, name: &str) {
        let width = "return document.documentElement.scrollWidth <= window.innerWidth";
        let fits = self.client.execute(width, vec![]).await.unwrap();
        assert_eq!(fits, json!(true), "{name} scrolls sideways");
        let landmarks =
            "return document.querySelectorAll('html[lang] > head > title, main, h1').length";
        let landmarks = self.client.execute(landmarks, vec![]).await.unwrap();
        assert_eq!(landmarks, json!(3), "{name} has one title, one main and one heading");
        let picture = self.client.screenshot().await.unwrap();
        fs::write(self.screenshots.join(format!("{name}.png")), picture).unwrap();
    }

    pub(crate) async fn api_status(&self, token: &str) -> u16 {
        let (url, token) = (format!("{}/api/notes", self.origin), format!("Bearer {token}"));
        let request = move || {
            let agent: ureq::Agent =
                ureq::Agent::config_builder().http_status_as_error(false).build().into();
            agent.get(url).header("Authorization", token).call().unwrap().status().as_u16()
        };
        tokio::task::spawn_blocking(request).await.unwrap()
    }
}

/// The notebook, on a port of its own.
pub(crate) struct App {
    process: Child,
    origin: String,
    log: BufReader<ChildStderr>,
}

impl App {
    pub(crate) fn start(data_dir: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_notebook"))
            .args(["--port", "0", "--data-dir"])
            .arg(data_dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        let _ = BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://localhost"));
        let origin = url.expect("the first line names the address").trim_end_matches([',', '/']);
        Self { process, origin: origin.to_owned(), log }
    }

    /// Reads the log up to the next code that would have been sent.
    pub(crate) fn sent_code(&mut self) -> String {
        let mut lines = (&mut self.log).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("(not sent")).expect("a code");
        line.split_whitespace().next_back().unwrap_or_default().to_owned()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `chromedriver`, on a port of its own.
pub(crate) struct Driver {
    process: Child,
    url: String,
    browser: PathBuf,
    profile: tempfile::TempDir,
}

impl Driver {
    pub(crate) fn start() -> Option<Self> {
        let found = (program(&["chromedriver"]), program(&["chromium", "google-chrome", "chrome"]));
        let (Some(driver), Some(browser)) = found else {
            let under_ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
            assert!(!under_ci, "chromedriver or Chromium is missing, and this is CI");
            eprintln!("skipped: install Chromium and chromedriver to run the browser test");
            return None;
        };
        let mut process = Command::new(driver)
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
        Some(Self { process, url, browser, profile: tempfile::tempdir().unwrap() })
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

/// Another site: one page, for as long as the test runs.
pub(crate) struct Attacker {
    pub(crate) url: String,
}

impl Attacker {
    pub(crate) fn serve(page: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // Not `localhost`: for a browser the name is another site.
        let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
        drop(thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4_096]);
                let page = format!(
                    "<!doctype html><html lang=en><title>x</title><main id=main><h1>x</h1>{page}</main>"
                );
                let length = page.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
                     Connection: close\r\n\r\n{page}"
                );
            }
        }));
        Self { url }
    }
}
