//! Other programs' authenticators read what we enrol, show the codes that we accept, and write URIs
//! that we read; a reader of QR codes finds the URI in the picture.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use bartizan::core::{SecretBytes, SecretString, UnixTime};
use bartizan::otp::{Enrolment, OtpauthUri, Totp, TotpSecret};
use serde::Deserialize;

const TIMES: [u64; 4] = [59, 1_111_111_109, 2_000_000_000, 20_000_000_000];

/// What a client makes of a URI.
#[derive(Debug, Deserialize)]
struct Read {
    issuer: String,
    account: String,
    codes: Vec<String>,
    /// The same in the client's own spelling.
    uri: String,
}

/// From the shortest names and secret to the longest.
fn enrolments() -> Vec<Enrolment> {
    let (longest_issuer, longest_account) = ("ä".repeat(32), "ö".repeat(64));
    let enrolments: [(&str, &str, u8); 5] = [
        ("A", "b", 16),
        ("Notebook", "alice@example.org", 20),
        ("ACME & Söhne?", "a+b=c/d %41", 20),
        ("Ünï #1", "用户@例え.jp", 32),
        (&longest_issuer, &longest_account, 64),
    ];
    let begin = |(issuer, account, len)| {
        let bytes: Vec<u8> = (1..=len).map(|n: u8| n.wrapping_mul(37)).collect();
        let secret = TotpSecret::from_bytes(SecretBytes::from(bytes)).unwrap();
        Enrolment::resume(issuer, account, secret, UnixTime::EPOCH).unwrap()
    };
    enrolments.into_iter().map(begin).collect()
}

#[test]
fn pyotp_shows_the_codes_that_we_accept() {
    const IMPORTS: &str = "import pyotp";
    if !runs(Command::new("python3").args(["-c", IMPORTS])) {
        return tests::skip_without("pyotp");
    }
    let script = "\
import json, sys, pyotp
def read(uri, times):
    totp = pyotp.parse_uri(uri)
    assert isinstance(totp, pyotp.TOTP)
    return {
        'issuer': totp.issuer, 'account': totp.name,
        'codes': [totp.at(time) for time in times],
        'uri': totp.provisioning_uri(name=totp.name, issuer_name=totp.issuer),
    }
given = json.load(sys.stdin)
json.dump([read(uri, given['times']) for uri in given['uris']], sys.stdout)
";
    agrees_with_us(Command::new("python3").args(["-c", script]));
}

#[test]
fn otplib_shows_the_codes_that_we_accept() {
    if !runs(Command::new("node").args(["-e", "require('otplib'); require('@otplib/uri')"])) {
        return tests::skip_without("otplib");
    }
    let script = "\
const otplib = require('otplib'), { parse } = require('@otplib/uri');
function read(uri, times) {
    const { type, label, params } = parse(uri);
    if (type !== 'totp' || !label.startsWith(params.issuer + ':')) throw new Error(type);
    const account = label.slice(params.issuer.length + 1);
    const code = (epoch) => otplib.generateSync({ ...params, epoch });
    return {
        issuer: params.issuer, account, codes: times.map(code),
        uri: otplib.generateURI({ ...params, label: account }),
    };
}
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(given.uris.map((uri) => read(uri, given.times))));
";
    agrees_with_us(Command::new("node").args(["-e", script]));
}

fn agrees_with_us(client: &mut Command) {
    let enrolments = enrolments();
    let uris: Vec<_> = enrolments.iter().map(|begun| begun.uri().expose().to_owned()).collect();
    let given = serde_json::json!({ "uris": uris, "times": TIMES }).to_string();
    let read: Vec<Read> = serde_json::from_slice(&output(client, given.as_bytes())).unwrap();
    assert_eq!(read.len(), enrolments.len());
    for (enrolment, read) in enrolments.iter().zip(read) {
        assert_eq!((&*read.issuer, &*read.account), (enrolment.issuer(), enrolment.account()));

        let theirs = OtpauthUri::parse(&SecretString::from(read.uri)).unwrap();
        assert_eq!(theirs.to_text().expose(), enrolment.uri().expose());

        let totp = Totp::new(theirs.into_secret());
        let ours = TIMES.map(|time| totp.code_at(UnixTime::from_secs(time)).expose().to_owned());
        assert_eq!(read.codes, ours, "{}", enrolment.account());
    }
}

/// The SVG and the terminal's picture have the same modules: a test of `bartizan-otp` compares them.
#[test]
fn zbarimg_finds_the_uri_in_the_png() {
    if !runs(Command::new("zbarimg").arg("--version")) {
        return tests::skip_without("zbarimg");
    }
    for enrolment in enrolments() {
        let mut reader = Command::new("zbarimg");
        let reader = reader.args(["--quiet", "--raw", "--oneshot", "-Sbinary", "png:-"]);
        let found = output(reader, enrolment.qr_png().expose());
        assert_eq!(String::from_utf8(found).unwrap().trim_end(), enrolment.uri().expose());
    }
}

fn runs(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// What the command writes when it is given `input`.
fn output(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    stdout
}
