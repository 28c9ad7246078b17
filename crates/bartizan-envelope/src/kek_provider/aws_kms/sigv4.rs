//! [Signature version 4] of one `POST` to `/`.
//!
//! [Signature version 4]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

use bartizan_core::{SecretString, UnixTime, hex};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use super::AwsCredentials;

/// Returns the headers that are to be sent, the signature among them.
pub(super) fn sign(
    (host, target, body): (&str, &str, &[u8]),
    credentials: &AwsCredentials,
    (region, service): (&str, &str),
    now: UnixTime,
) -> Vec<(&'static str, SecretString)> {
    let time = timestamp(now);
    // In the order of their names.
    let mut headers = vec![("content-type", CONTENT_TYPE), ("host", host), ("x-amz-date", &time)];
    if let Some(token) = &credentials.session_token {
        headers.push(("x-amz-security-token", token.expose()));
    }
    headers.push(("x-amz-target", target));
    let authorization = authorization(&headers, body, credentials, (&time, region, service));
    let mut sent: Vec<_> = headers
        .iter()
        // The client sends that itself.
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| (*name, SecretString::from(*value)))
        .collect();
    sent.push(("authorization", SecretString::from(authorization)));
    sent
}

fn authorization(
    headers: &[(&'static str, &str)],
    body: &[u8],
    credentials: &AwsCredentials,
    (time, region, service): (&str, &str, &str),
) -> String {
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let mut canonical = Zeroizing::new("POST\n/\n\n".to_owned());
    for (name, value) in headers {
        for part in [name, ":", value.trim(), "\n"] {
            canonical.push_str(part);
        }
    }
    for part in ["\n", &names, "\n", &sha256(body)] {
        canonical.push_str(part);
    }
    let date = time.get(..8).unwrap_or_default();
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let to_sign = format!("{ALGORITHM}\n{time}\n{scope}\n{}", sha256(canonical.as_bytes()));
    let key = signing_key(credentials.secret.expose(), (date, region, service));
    let signature = hex::encode(hmac::sign(&key, to_sign.as_bytes()).as_ref());
    let id = &credentials.access_key_id;
    format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

fn signing_key(secret: &str, (date, region, service): (&str, &str, &str)) -> hmac::Key {
    let first = Zeroizing::new(format!("AWS4{secret}"));
    let start = hmac::Key::new(hmac::HMAC_SHA256, first.as_bytes());
    [date, region, service, "aws4_request"].into_iter().fold(start, |key, part| {
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
    })
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// As ISO 8601 writes it, without separators: `20150830T123600Z`.
fn timestamp(now: UnixTime) -> String {
    let secs = now.as_secs();
    let (mut days, day_secs) = (secs / DAY_SECS, secs % DAY_SECS);
    let mut year = 1970_u64;
    while let Some(rest) = days.checked_sub(if is_leap(year) { 366 } else { 365 }) {
        (days, year) = (rest, year.saturating_add(1));
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1_u64;
    for len in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        let Some(rest) = days.checked_sub(len) else { break };
        (days, month) = (rest, month.saturating_add(1));
    }
    let day = days.saturating_add(1);
    let (hour, minute, second) = (day_secs / 3_600, day_secs / 60 % 60, day_secs % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

const DAY_SECS: u64 = 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn signature(headers: &[(&'static str, &str)], body: &str) -> String {
        let credentials = AwsCredentials::new("AKIDEXAMPLE", SecretString::from(SECRET));
        let scope = ("20150830T123600Z", "us-east-1", "service");
        let whole = authorization(headers, body.as_bytes(), &credentials, scope);
        whole.rsplit_once('=').unwrap().1.to_owned()
    }

    /// Of the vendor's test suite: `post-vanilla`, `post-x-www-form-urlencoded`.
    #[test]
    fn vectors_of_the_vendor() {
        let (host, date) = (("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z"));
        let vanilla = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";
        assert_eq!(signature(&[host, date], ""), vanilla);
        let form = ("content-type", "application/x-www-form-urlencoded");
        let with_body = "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
        assert_eq!(signature(&[form, host, date], "Param1=value1"), with_body);
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (secs, text) in [
            (0, "19700101T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"),
            (4_107_542_399, "21000228T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
            (1_735_689_599, "20241231T235959Z"),
            (253_402_300_799, "99991231T235959Z"),
        ] {
            assert_eq!(timestamp(UnixTime::from_secs(secs)), text);
        }
    }

    #[test]
    fn whatever_is_sent_but_the_host_is_signed() {
        let credentials = AwsCredentials::new("AKIDEXAMPLE", SecretString::from(SECRET))
            .session_token(SecretString::from("token"));
        let now = UnixTime::from_secs(1_440_938_160);
        let sent = sign(("a.example", "T.X", b"{}"), &credentials, ("r", "kms"), now);
        let (name, authorization) = sent.last().unwrap();
        assert_eq!(*name, "authorization");
        let names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
        let signed =
            format!("Credential=AKIDEXAMPLE/20150830/r/kms/aws4_request, SignedHeaders={names},");
        assert!(authorization.expose().contains(&signed));
        assert!(!authorization.expose().contains(SECRET));
    }
}
