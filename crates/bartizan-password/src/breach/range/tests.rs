use core::cell::RefCell;
use core::net::SocketAddr;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::*;

/// SHA-1 of "password" is 5BAA6 and this.
const SUFFIX: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

fn password() -> SecretString {
    SecretString::from("password")
}

fn answer(body: &str) -> Result<Option<u64>, MalformedRange> {
    let seen = RangeQuery::for_password(&password()).answer(body.as_bytes())?;
    Ok(seen.map(NonZeroU64::get))
}

/// Answers always the same, and remembers what it was told.
struct Recording {
    answer: Result<Vec<u8>, RangeUnavailable>,
    told: RefCell<Vec<String>>,
}

impl RangeClient for Recording {
    fn get(&self, request: RangeRequest<'_>) -> Result<Vec<u8>, RangeUnavailable> {
        // All that a client can get out of a request, by its methods and by printing it.
        let seen = format!(
            "{} {} {:?} {:?}",
            request.prefix(),
            request.path(),
            request.timeout(),
            request
        );
        self.told.borrow_mut().push(seen);
        self.answer.clone()
    }
}

fn recording(answer: Result<&str, RangeUnavailable>) -> Recording {
    Recording { answer: answer.map(|body| body.as_bytes().to_vec()), told: RefCell::default() }
}

const TIMEOUT: Duration = Duration::from_millis(1_500);

/// Five digits reach the client, and no other part of the hash or the password
/// (asvs: V6.2.12).
#[test]
fn only_five_digits_leave_the_process() {
    let client = recording(Ok(&format!("{SUFFIX}:7")));
    let check = RangeCheck::new(&client, TIMEOUT, OnFailure::Refuse);
    let times = NonZeroU64::new(7).unwrap();
    assert_eq!(check.check(&password()), Ok(BreachVerdict::Breached { times }));

    let told = client.told.take().concat();
    assert!(told.starts_with("5BAA6 /range/5BAA6 1.5s "), "{told}");
    assert!(!told.contains("password"), "{told}");
    for part in SUFFIX.as_bytes().windows(4) {
        let part = core::str::from_utf8(part).unwrap();
        let shown = told.to_ascii_uppercase();
        assert!(!shown.contains(part), "{part} in {told}");
    }
}

#[test]
fn debug_of_a_query_shows_the_five_digits_alone() {
    let query = RangeQuery::for_password(&password());
    assert_eq!(format!("{query:?}"), "RangeQuery { prefix: \"5BAA6\", .. }");
}

/// (asvs: V6.2.12)
#[test]
fn padding_is_no_entry() {
    let other = "0".repeat(35);
    assert_eq!(answer(&format!("{other}:0\r\n{SUFFIX}:0\r\n")), Ok(None));
    assert_eq!(answer(&format!("{SUFFIX}:0\r\n{SUFFIX}:3\r\n{SUFFIX}:0")), Ok(Some(3)));
}

#[test]
fn a_password_is_found_wherever_it_stands_and_however_it_is_spelled() {
    let others: Vec<String> = (0..900).map(|n| format!("{n:035X}:{n}")).collect();
    for place in [0, 1, 450, 900] {
        for end in ["\r\n", "\n"] {
            let mut lines = others.clone();
            lines.insert(place, format!("{}:52256179", SUFFIX.to_ascii_lowercase()));
            assert_eq!(answer(&lines.join(end)), Ok(Some(52_256_179)));
            assert_eq!(answer(&(lines.join(end) + end)), Ok(Some(52_256_179)));
        }
    }
    assert_eq!(answer(&others.join("\r\n")), Ok(None));
}

#[test]
fn what_is_no_range_is_malformed_and_not_no() {
    let line = format!("{SUFFIX}:7");
    let long = format!("{line}\n").repeat(RangeQuery::MAX_BODY_BYTES / 38 + 1);
    for body in [
        "",
        "\n",
        "\r\n",
        "<html>busy</html>",
        SUFFIX,
        &line[..36],
        &line[1..],
        &format!("0{line}"),
        &format!("{line}x"),
        &format!("{line}\n\n"),
        &format!("{line}\n\n{line}"),
        &format!("{line}\n{}", &line[..20]),
        &format!("{SUFFIX}:-1"),
        &format!("{SUFFIX}:18446744073709551616"),
        &format!("g{}:1", &SUFFIX[1..]),
        &format!("{SUFFIX} :1"),
        &long,
    ] {
        assert_eq!(answer(body), Err(MalformedRange), "{body:.80}");
    }
}

#[test]
fn what_a_failure_means_is_chosen() {
    for (client, error) in [
        (recording(Err(RangeUnavailable)), RangeError::Unavailable),
        (recording(Ok("busy")), RangeError::Malformed),
    ] {
        let check = |on_failure| RangeCheck::new(&client, TIMEOUT, on_failure).check(&password());
        assert_eq!(check(OnFailure::Accept), Ok(BreachVerdict::NotChecked(error)));
        assert_eq!(check(OnFailure::Refuse), Err(error));
    }
}

/// As much of a client as it takes to show that one fits: plain HTTP, and none of the details.
struct Plain(SocketAddr);

impl Plain {
    fn exchange(&self, request: &str, timeout: Duration) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&self.0, timeout)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        // The head is short.
        let _len = stream.take(RangeQuery::MAX_BODY_BYTES as u64).read_to_end(&mut answer)?;
        Ok(answer)
    }
}

impl RangeClient for Plain {
    fn get(&self, request: RangeRequest<'_>) -> Result<Vec<u8>, RangeUnavailable> {
        let headers = RangeQuery::HEADERS.map(|(name, value)| format!("{name}: {value}\r\n"));
        let text = format!(
            "GET {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n{}Connection: close\r\n\r\n",
            request.path(),
            headers.concat()
        );
        let answer = self.exchange(&text, request.timeout()).map_err(|_| RangeUnavailable)?;
        let body = answer.strip_prefix(b"HTTP/1.1 200 OK\r\n\r\n").ok_or(RangeUnavailable)?;
        Ok(body.to_vec())
    }
}

/// Serves one request: returns where, and by and by what was asked.
fn serve(answer: String) -> (Plain, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Plain(listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend(byte);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(request).unwrap()
    });
    (client, server)
}

/// What goes over the wire is the range and the wish for padding (asvs: V6.2.12).
#[test]
fn a_real_server_is_asked_for_a_padded_range() {
    let padding = format!("{}:0", "A".repeat(35));
    for (line, verdict) in [
        (format!("{SUFFIX}:12"), BreachVerdict::Breached { times: NonZeroU64::new(12).unwrap() }),
        (format!("{SUFFIX}:0"), BreachVerdict::NotBreached),
        (format!("{}:12", "B".repeat(35)), BreachVerdict::NotBreached),
    ] {
        let (client, server) = serve(format!("HTTP/1.1 200 OK\r\n\r\n{padding}\r\n{line}"));
        let check = RangeCheck::new(client, TIMEOUT, OnFailure::Refuse);
        assert_eq!(check.check(&password()), Ok(verdict));
        let request = server.join().unwrap();
        assert!(request.starts_with("GET /range/5BAA6 HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nAdd-Padding: true\r\n"), "{request}");
        assert!(!request.contains("1E4C9"), "{request}");
    }
}

#[test]
fn a_server_that_fails_or_is_silent_is_unavailable() {
    let (client, server) = serve("HTTP/1.1 503 Service Unavailable\r\n\r\n".to_owned());
    let check = RangeCheck::new(client, TIMEOUT, OnFailure::Refuse);
    assert_eq!(check.check(&password()), Err(RangeError::Unavailable));
    let _request = server.join().unwrap();

    // Connections are taken by the system, and nobody answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = Plain(listener.local_addr().unwrap());
    let check = RangeCheck::new(silent, Duration::from_millis(50), OnFailure::Accept);
    let not_checked = BreachVerdict::NotChecked(RangeError::Unavailable);
    assert_eq!(check.check(&password()), Ok(not_checked));
}
