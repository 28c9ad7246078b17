//! A server for tests, on this machine.

use core::net::{IpAddr, Ipv4Addr};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

pub(super) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Answers every request with what `answer` makes of its head and the server's port, which is
/// returned.
pub(super) fn serve(answer: fn(&str, u16) -> String) -> u16 {
    serve_wrapped(answer, |stream| stream)
}

/// The same over what `wrap` makes of a connection.
pub(super) fn serve_wrapped<S: Read + Write>(
    answer: fn(&str, u16) -> String,
    wrap: impl Fn(TcpStream) -> S + Clone + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let _ = thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let wrap = wrap.clone();
            let _ = thread::spawn(move || respond(wrap(stream), |head| answer(head, port)));
        }
    });
    port
}

fn respond(mut stream: impl Read + Write, answer: impl Fn(&str) -> String) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
    }
    stream.write_all(answer(&String::from_utf8_lossy(&head)).as_bytes())?;
    stream.flush()?;
    // The client is the one to close.
    stream.read_exact(&mut byte)
}
