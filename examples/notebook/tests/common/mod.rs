//! The notebook as its users meet it: a process, and browsers that talk to it.

use core::time::Duration;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use tempfile::TempDir;
use ureq::{Agent, Body, http};

pub(crate) const PASSWORD: &str = "seven purple lanterns";

/// A data directory that goes away with the test.
pub(crate) fn data_dir() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    (folder, path)
}

pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notebook"));
    let _command = command.args(["--port", "0", "--data-dir"]).arg(dir);
    let _command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A notebook that runs.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) child: Child,
    log: BufReader<ChildStderr>,
    pub(crate) port: u16,
}

impl Server {
    /// Starts one, and waits until it says where it is.
    pub(crate) fn start(dir: &Path) -> Self {
        Self::start_with(dir, &[])
    }

    /// Starts one with more options.
    pub(crate) fn start_with(dir: &Path, options: &[&str]) -> Self {
        let mut child = command(dir).args(options).spawn().unwrap();
        let mut line = String::new();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let _len = output.read_line(&mut line).unwrap();
        let port = line.split(':').nth(2).and_then(|rest| rest.split(',').next()?.parse().ok());
        let Some(port) = port else {
            let mut error = String::new();
            let _len = log.read_to_string(&mut error);
            panic!("it said {line:?} and {error:?}");
        };
        Self { child, log, port }
    }

    /// Kills it on the spot, as a power cut does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        let _status = self.child.wait().unwrap();
    }

    /// Reads the log up to the next code for an address, and returns the code.
    pub(crate) fn code_sent_to(&mut self, address: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "no code was sent");
            if line.starts_with(&format!("to {address} (not sent")) {
                return line.split_whitespace().next_back().unwrap().to_owned();
            }
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _result = self.child.kill();
        let _status = self.child.wait();
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn of(response: http::Response<Body>) -> Self {
        let (parts, mut body) = response.into_parts();
        let body = body.read_to_string().unwrap();
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The text between two marks.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(before)?;
        Some(rest.split_once(after)?.0)
    }

    /// Checks that the answer leads to `place`.
    #[track_caller]
    pub(crate) fn leads_to(&self, place: &str) {
        assert_eq!((self.status, self.header("location")), (303, place), "{}", self.body);
    }
}

/// A browser, with the cookie of the notebook and the token of the last page's forms.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) agent: Agent,
    pub(crate) port: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: String,
}

impl Browser {
    pub(crate) fn at(port: u16) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self { agent: config.into(), port, cookie: None, csrf: String::new() }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.try_get(path).unwrap()
    }

    pub(crate) fn try_get(&mut self, path: &str) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.get(self.url(path));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let answer = Answer::of(request.call()?);
        self.learn(&answer);
        Ok(answer)
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_post(path, fields).unwrap()
    }

    /// Sends a form as a page of the notebook does.
    pub(crate) fn try_post(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(self.url(path)).header("sec-fetch-site", "same-origin");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let csrf = [("csrf", self.csrf.as_str())];
        let answer = Answer::of(request.send_form(fields.iter().copied().chain(csrf))?);
        self.learn(&answer);
        Ok(answer)
    }

    fn learn(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.header("set-cookie").split(';').next()
            && !cookie.is_empty()
        {
            self.cookie = Some(cookie.to_owned());
        }
        if let Some(csrf) = answer.between("name=\"csrf\" value=\"", "\"") {
            csrf.clone_into(&mut self.csrf);
        }
    }

    pub(crate) fn sign_up(&mut self, name: &str) -> Answer {
        let email = format!("{name}@example.org");
        self.post("/signup", &[("username", name), ("email", &email), ("password", PASSWORD)])
    }

    pub(crate) fn log_in(&mut self, name: &str) -> Answer {
        let answer = self.post("/login", &[("username", name), ("password", PASSWORD)]);
        if answer.status == 303 {
            let _page = self.get(answer.header("location"));
        }
        answer
    }

    /// Signs up and in, without a second factor.
    pub(crate) fn enter(&mut self, name: &str) {
        self.sign_up(name).leads_to("/login?new");
        self.log_in(name).leads_to("/notes");
    }

    /// Writes a note, and returns the path to it.
    pub(crate) fn write(&mut self, kind: &str, title: &str, body: &str) -> String {
        let answer = self.post("/notes", &[("kind", kind), ("title", title), ("body", body)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").to_owned()
    }
}
