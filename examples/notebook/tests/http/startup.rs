//! Starting, stopping, and refusing to start.

use core::time::Duration;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::common::{Server, command, data_dir};

/// Checks that the notebook does not start, says why in one line, and changes nothing.
#[track_caller]
fn refuses(dir: &Path, arguments: &[&str], reason: &str) {
    let before = dir.is_dir().then(|| files(dir));
    let output = command(dir).args(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.starts_with("notebook: ") && error.contains(reason), "{error}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    assert!(dir.is_dir().then(|| files(dir)) == before, "something was changed: {error}");
}

/// A directory with a user and a note in it, of a notebook that was stopped in order.
fn prepared(dir: &Path) {
    let server = Server::start(dir);
    let mut browser = server.browser();
    browser.enter("alice");
    let _note = browser.write("private", "Title", "text");
    stop(server, "TERM");
}

fn stop(mut server: Server, signal: &str) {
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn everything_is_its_owners_alone_and_signals_stop_it_in_order() {
    let (_folder, dir) = data_dir();
    for signal in ["TERM", "INT"] {
        let server = Server::start(&dir);
        // A connection on which nothing happens does not hold it up.
        let _idle = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        assert_eq!(server.browser().get("/").status, 200);
        let begun = Instant::now();
        stop(server, signal);
        assert!(begun.elapsed() < Duration::from_secs(15));
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let names: Vec<_> = files(&dir).into_iter().map(|(path, _)| path).collect();
    assert!(names.iter().all(|path| mode(path) == 0o600), "{names:?}");
    assert!(!dir.join("notebook.db-wal").exists(), "the log was brought into the database");
}

#[test]
fn a_busy_port_and_a_second_instance() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    refuses(&dir, &[], "another notebook is running");
    let (_other, fresh) = data_dir();
    refuses(&fresh, &["--port", &server.port.to_string()], "cannot be used");
    assert!(!fresh.exists());
    server.kill();
    stop(Server::start(&dir), "TERM");
}

#[test]
fn a_directory_that_cannot_be_used() {
    let (folder, dir) = data_dir();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    refuses(&file.join("data"), &[], "cannot be made");
    refuses(&file, &[], "cannot be made");
    // The system's own files refuse even its administrator.
    refuses(Path::new("/proc/notebook-data"), &[], "cannot be made");

    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
    refuses(&dir, &[], "chmod 700");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(dir.join("thesis.txt"), "text").unwrap();
    refuses(&dir, &[], "not taken for notebook data");
}

#[test]
fn a_damaged_database() {
    let (_folder, dir) = data_dir();
    prepared(&dir);
    let path = dir.join("notebook.db");
    let whole = fs::read(&path).unwrap();
    let mut garbled = whole.clone();
    garbled[4096..8192].fill(0x5a);
    for damaged in [b"".as_slice(), b"garbage", &whole[..100], &whole[..8192], &garbled] {
        fs::write(&path, damaged).unwrap();
        refuses(&dir, &[], "the database is damaged");
    }
    fs::remove_file(&path).unwrap();
    refuses(&dir, &[], "the database is damaged");

    fs::write(&path, whole).unwrap();
    let server = Server::start(&dir);
    server.browser().log_in("alice").leads_to("/notes");
}

#[test]
fn damaged_and_missing_keys() {
    let (_folder, dir) = data_dir();
    prepared(&dir);
    for name in [
        "key-encryption.key",
        "token-keys.json",
        "sealing-keys.json",
        "pepper-keys.json",
        "code-digest-keys.json",
    ] {
        let path = dir.join(name);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for damaged in [b"".as_slice(), b"garbage", &whole[..whole.len() / 2], &flipped] {
            fs::write(&path, damaged).unwrap();
            refuses(&dir, &[], "is unusable");
        }
        fs::remove_file(&path).unwrap();
        refuses(&dir, &[], name);
        // Not even without the marker of a complete first start.
        let marker = fs::read(dir.join("FORMAT")).unwrap();
        fs::remove_file(dir.join("FORMAT")).unwrap();
        refuses(&dir, &[], name);
        fs::write(dir.join("FORMAT"), marker).unwrap();
        fs::write(&path, &whole).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    // The keyring of another kind is no substitute.
    let whole = fs::read(dir.join("token-keys.json")).unwrap();
    let _len = fs::copy(dir.join("sealing-keys.json"), dir.join("token-keys.json")).unwrap();
    refuses(&dir, &[], "another purpose");
    fs::write(dir.join("token-keys.json"), whole).unwrap();
    stop(Server::start(&dir), "TERM");

    fs::write(dir.join("FORMAT"), "notebook 0\n").unwrap();
    refuses(&dir, &[], "another version");
}

/// Measured once and kept: who signed up with more work keeps it, who signs up later has less.
#[test]
fn the_work_of_a_hash_is_measured_and_kept() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    server.browser().sign_up("alice").leads_to("/login?new");
    server.kill();

    // No machine is so quick, so what comes out is the least that is allowed.
    let server = Server::start_with(&dir, &["--calibrate", "1"]);
    server.browser().sign_up("bobby").leads_to("/login?new");
    server.browser().log_in("alice").leads_to("/notes");
    server.kill();
    let server = Server::start(&dir);
    server.browser().sign_up("carol").leads_to("/login?new");
    server.browser().log_in("bobby").leads_to("/notes");
    stop(server, "TERM");

    let hashes = password_hashes(&dir);
    let begins = |hash: &String, params| hash.starts_with(&format!("$argon2id$v=19${params},"));
    assert!(begins(&hashes[0], "m=19456,t=2,p=1"), "{hashes:?}");
    assert!(hashes[1..].iter().all(|hash| begins(hash, "m=12288,t=3,p=1")), "{hashes:?}");
    refuses(&dir, &["--calibrate", "0"], "hashing can't be measured");
}

fn password_hashes(dir: &Path) -> Vec<String> {
    let database = rusqlite::Connection::open(dir.join("notebook.db")).unwrap();
    let mut query = database.prepare("SELECT password_hash FROM users ORDER BY id").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn arguments_that_are_not_understood() {
    let (_folder, dir) = data_dir();
    refuses(&dir, &["--colour"], "--help");
    assert!(!dir.exists());
    let help = command(&dir).arg("--help").output().unwrap();
    assert!(help.status.success() && help.stdout.starts_with(b"A notebook"));
}

/// A client that sends its header never, or its body never, holds no place for long.
#[test]
fn a_request_that_does_not_come_is_given_up() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut slow = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nuser",
        server.port
    );
    slow.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    let begun = Instant::now();
    let _len = slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(38));
}

/// Every file of a directory, with what is in it.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}
