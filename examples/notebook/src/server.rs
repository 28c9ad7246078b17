//! From the first look at the directory to the last answer.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{self, Write as _};
use std::sync::Arc;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use bartizan::core::UnixTime;
use rusqlite::Transaction;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, MissedTickBehavior, Sleep, interval, sleep};

use crate::app::{self, App};
use crate::data_dir::DataDir;
use crate::db::{self, Db, sessions, store};
use crate::error::Error;
use crate::guard::Hosts;
use crate::keys::Keys;
use crate::options::Options;
use crate::passwords::Passwords;
use crate::previews::Previews;
use crate::programs::{IDLE_SECS, Programs};
use crate::reseal;
use crate::start_error::StartError;

const MAX_CONNECTIONS: usize = 512;

/// A connection on which nothing moves for so long is closed.
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// How long requests may go on after the signal to stop.
const MAX_FAREWELL: Duration = Duration::from_secs(10);

/// Serves the notebook until SIGINT or SIGTERM.
///
/// # Errors
///
/// [`StartError`] says in one sentence why the notebook did not start. Nothing that was there
/// before is then overwritten or made anew.
pub fn run(options: &Options) -> Result<(), StartError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(64)
        .build()
        .map_err(|error| StartError::because("no threads to be had", &error))?
        .block_on(serve(options))
}

async fn serve(options: &Options) -> Result<(), StartError> {
    // Asked for first, so that from the first byte on disk a signal stops us in order.
    let stop = stop_signal().map_err(|error| StartError::because("no signals", &error))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| StartError::because(format!("{address} cannot be used"), &error))?;
    let port = listener.local_addr().map_or(options.port, |address| address.port());

    let app = prepare(options, port).await?;
    let shown = app.directory.path().display();
    let line = format!("Notebook is at http://localhost:{port}, its data in {shown}\n");
    io::stdout()
        .write_all(line.as_bytes())
        .map_err(|error| StartError::because("standard output is closed", &error))?;

    let upkeep = tokio::spawn(keep_up(Arc::clone(&app)));
    let listener = Bounded::new(listener, MAX_CONNECTIONS);
    let service = app::router(&app).into_make_service_with_connect_info::<Peer>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stopped(stop.clone()));
    let farewell = async {
        stopped(stop).await;
        sleep(MAX_FAREWELL).await;
    };
    tokio::select! {
        result = server => result.map_err(|error| StartError::because("serving failed", &error))?,
        () = farewell => {}
    }
    upkeep.abort();
    Ok(())
}

/// Opens the directory and all in it. A first start makes what is in it, the marker last.
async fn prepare(options: &Options, port: u16) -> Result<Arc<App>, StartError> {
    let mut directory = DataDir::open(&options.data_dir)?;
    // A database without the marker is one that nobody could write to yet, and its keys are there
    // already. If they are not, the marker was removed: that is damage, which loading finds.
    if !directory.is_complete() && !directory.database().exists() {
        Keys::make(&directory)?;
        Db::create(&directory.database())?;
    }
    let db = Db::open(&directory.database())?;
    let keys = Keys::load(&directory, &db).await?;
    reseal::all(&keys.pepper, &db)
        .await
        .map_err(|error| StartError::because("a password hash is damaged", &error))?;
    let passwords = Passwords::start(&db, options.calibrate_ms).await?;
    if !directory.is_complete() {
        directory.complete()?;
    }
    let programs = Programs::new(&keys, &db)?;
    let previews = Previews::new(options.danger_preview_from.as_ref())?;
    let hosts = Hosts::new(port, options.host.clone());
    Ok(Arc::new(App::new(directory, db, keys, passwords, programs, previews, hosts)))
}

/// Once a minute: what has ended goes, and keys do what is due.
async fn keep_up(app: Arc<App>) {
    let mut minutes = interval(Duration::from_secs(60));
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let _now = minutes.tick().await;
        let now = app.clock.now();
        let results = [app.db.run(move |tx| sweep(tx, now)).await, app.keys.advance(&app.db).await];
        for error in results.into_iter().filter_map(Result::err) {
            let _id: Option<String> = Error::log(&error);
        }
    }
}

fn sweep(tx: &Transaction<'_>, now: UnixTime) -> Result<(), Error> {
    sessions::delete_ended(tx, now)?;
    store::delete_expired(tx, now)?;
    db::programs::delete_idle(tx, now, IDLE_SECS)
}

fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (sender, receiver) = watch::channel(false);
    let _task = tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        let _earlier = sender.send_replace(true);
        // Receivers are told of a change, not of a sender that is gone.
        core::future::pending::<()>().await;
    });
    Ok(receiver)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    let _seen = stop.wait_for(|stopped| *stopped).await;
}

/// The address at the other end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Connected<IncomingStream<'_, Bounded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        Self(stream.remote_addr().ip())
    }
}

/// Accepts no more than a number of connections at a time: the others wait.
#[derive(Debug)]
pub(crate) struct Bounded {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl Bounded {
    fn new(listener: TcpListener, max: usize) -> Self {
        Self { listener, places: Arc::new(Semaphore::new(max)) }
    }
}

impl Listener for Bounded {
    type Io = Impatient;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Impatient, SocketAddr) {
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (Impatient { stream, silence: Box::pin(sleep(MAX_SILENCE)), _place: place }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that is given up when nothing moves on it, and gives its place back then.
#[derive(Debug)]
pub(crate) struct Impatient {
    stream: TcpStream,
    silence: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Impatient {
    fn or_timed_out<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            let deadline = Instant::now().checked_add(MAX_SILENCE);
            self.silence.as_mut().reset(deadline.unwrap_or_else(Instant::now));
            return poll;
        }
        match self.silence.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.or_timed_out(context, poll)
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_timed_out(context, poll)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
