//! A key service for tests, which answers as it is told.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::ServiceUrl;

pub(in crate::kek_provider) struct Server {
    pub(in crate::kek_provider) url: ServiceUrl,
    /// Head and body of what was asked.
    pub(in crate::kek_provider) requests: Receiver<(String, String)>,
}

impl Server {
    /// Gives each request what `answer` makes of its head and body: a whole response, or nothing at
    /// all while the connection stays open.
    pub(in crate::kek_provider) fn start(
        answer: impl Fn(&str, &str) -> Option<Vec<u8>> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = ServiceUrl::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (sender, requests) = channel();
        let _server = thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                    head.extend_from_slice(&byte);
                }
                let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
                let len = head
                    .split("content-length: ")
                    .nth(1)
                    .map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
                let mut body = vec![0; len];
                stream.read_exact(&mut body).unwrap();
                let body = String::from_utf8(body).unwrap();
                let answered = answer(&head, &body);
                let _unheard = sender.send((head, body));
                match answered {
                    // Whoever has heard enough hangs up.
                    Some(answer) => drop(stream.write_all(&answer)),
                    None => silent.push(stream),
                }
            }
        });
        Self { url, requests }
    }

    pub(in crate::kek_provider) fn always(answer: Option<Vec<u8>>) -> Self {
        Self::start(move |_, _| answer.clone())
    }
}

pub(in crate::kek_provider) fn response(status: u16, body: &str) -> Vec<u8> {
    let len = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {len}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}
