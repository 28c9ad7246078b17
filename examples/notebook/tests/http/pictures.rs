//! The picture of a user: what is taken, what is refused, and how it is served.

use crate::common::{Answer, Browser, Server, data_dir};

/// One pixel, and where it was taken.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\
                     \x21\xfe\x05Paris\0\
                     \x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

/// The same without that.
const CLEAN_GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\
                           \x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

fn part(head: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn csrf(browser: &Browser) -> Vec<u8> {
    part("name=\"csrf\"", browser.csrf.as_bytes())
}

fn file(media_type: &str, name: &str, content: &[u8]) -> Vec<u8> {
    part(&format!("name=\"picture\"; filename=\"{name}\"\r\nContent-Type: {media_type}"), content)
}

fn try_send(browser: &Browser, parts: &[Vec<u8>]) -> Result<Answer, ureq::Error> {
    let body = [parts.concat().as_slice(), b"--edge--\r\n"].concat();
    let request = browser
        .agent
        .post(browser.url("/security/avatar"))
        .header("sec-fetch-site", "same-origin")
        .header("cookie", browser.cookie.as_deref().unwrap_or_default())
        .header("content-type", "multipart/form-data; boundary=edge");
    Ok(Answer::of(request.send(body.as_slice())?))
}

fn send(browser: &Browser, parts: &[Vec<u8>]) -> Answer {
    try_send(browser, parts).unwrap()
}

fn signed_in(server: &Server) -> Browser {
    let mut browser = server.browser();
    browser.enter("alice");
    browser
}

/// asvs: V14.2.8
#[test]
fn a_picture_is_kept_without_its_metadata_and_can_be_removed() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = signed_in(&server);
    assert_eq!(browser.get("/avatar").status, 404);
    assert!(!browser.get("/notes").body.contains("id=\"avatar\""));
    let picture = file("image/gif", "me.gif", GIF);
    send(&browser, &[csrf(&browser), picture]).leads_to("/security");
    assert!(browser.get("/notes").body.contains("src=\"/avatar\""));

    let request = browser.agent.get(browser.url("/avatar"));
    let mut answer = request.header("cookie", browser.cookie.as_ref().unwrap()).call().unwrap();
    for (name, value) in [
        ("content-type", "image/gif"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.headers().get(name).unwrap(), value);
    }
    assert_eq!(answer.body_mut().read_to_vec().unwrap(), CLEAN_GIF);

    // It is the picture of whoever asks.
    let mut other = server.browser();
    assert_eq!(other.get("/avatar").status, 303);
    other.enter("bobby");
    assert_eq!(other.get("/avatar").status, 404);

    browser.post("/security/avatar/remove", &[]).leads_to("/security");
    assert_eq!(browser.get("/avatar").status, 404);
    assert!(!browser.get("/security").body.contains("remove-picture"));
}

/// asvs: V5.2.1, asvs: V5.2.2, asvs: V5.2.6
#[test]
fn what_is_no_picture_is_refused_in_words() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = signed_in(&server);
    let page = b"<html><script>alert(1)</script></html>".repeat(4);
    let mut large = GIF.to_vec();
    large.resize(1024 * 1024 + 1, 0);
    let mut wide = GIF.to_vec();
    wide[6..10].copy_from_slice(&[0xb8, 0x0b, 0xb8, 0x0b]);
    let polyglot = [GIF, b"PK\x03\x04"].concat();
    for (media_type, name, content, reason) in [
        ("image/gif", "me.gif", page.as_slice(), "not of the type that it says"),
        ("image/png", "me.png", GIF, "not of the type that it says"),
        ("image/png", "me.gif", GIF, "not of the type that it says"),
        ("text/html", "me.html", page.as_slice(), "A picture is a PNG"),
        ("image/svg+xml", "me.svg", b"<svg onload='x()'/>", "A picture is a PNG"),
        ("image/gif", "me.gif.", GIF, "A picture is a PNG"),
        ("image/gif", "me.gif", large.as_slice(), "at most 1 MiB"),
        ("image/gif", "me.gif", wide.as_slice(), "too many pixels"),
        ("image/gif", "me.gif", polyglot.as_slice(), "file is"),
        ("image/gif", "me.gif", &GIF[..30], "damaged"),
        ("image/gif", "me.gif", b"", "Choose a picture"),
        ("application/octet-stream", "", b"", "Choose a picture"),
    ] {
        let refused = send(&browser, &[csrf(&browser), file(media_type, name, content)]);
        assert_eq!(refused.status, 422, "{media_type} {name}");
        let text = refused.between("id=\"picture-error\">", "<").unwrap_or_default();
        assert!(text.contains(reason), "{media_type} {name}: {text}");
    }
    let huge = file("image/gif", "me.gif", &vec![0; 3 * 1024 * 1024]);
    // The connection is closed, which a browser may notice while it is still sending.
    let other = Browser { agent: server.browser().agent, ..browser.clone() };
    if let Ok(refused) = try_send(&other, &[csrf(&other), huge]) {
        assert_eq!(refused.status, 413);
    }
    assert_eq!(browser.get("/avatar").status, 404, "nothing of it was kept");
}

#[test]
fn a_picture_of_another_site_or_form_is_refused() {
    let (_folder, dir) = data_dir();
    let server = Server::start(&dir);
    let mut browser = signed_in(&server);
    let picture = || file("image/gif", "me.gif", GIF);
    let foreign = part("name=\"csrf\"", b"not the token");
    let status = |parts: &[Vec<u8>]| send(&browser, parts).status;
    assert_eq!(status(&[foreign, picture()]), 403);
    assert_eq!(status(&[part("name=\"csrf\"", &[b'a'; 100]), picture()]), 403);
    assert_eq!(status(&[picture()]), 400, "the token comes first");
    assert_eq!(status(&[picture(), csrf(&browser)]), 400);
    assert_eq!(status(&[csrf(&browser)]), 400);
    assert_eq!(status(&[csrf(&browser), picture(), picture()]), 400);
    assert_eq!(status(&[]), 400);
    let visitor = server.browser();
    assert_eq!(send(&visitor, &[csrf(&visitor), picture()]).status, 303);
    let urlencoded = browser.post("/security/avatar", &[("picture", "GIF89a")]);
    assert_eq!(urlencoded.status, 400);
    assert_eq!(browser.get("/avatar").status, 404, "nothing of it was kept");
}
