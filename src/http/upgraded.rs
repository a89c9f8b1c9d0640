//! A connection that a request wants to make a WebSocket of. What comes on it is the body of that request, and what goes
//! out the body of the answer, as ever; but between the two and the system there is no buffer, and it has a task of its
//! own. actix-http would hold two buffers of 8 KiB and a task of 11 for as long as the socket lives.

use std::fmt::Debug;
use std::future::{poll_fn, ready};
use std::io;
use std::net::Shutdown;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{self, Context, Poll};
use std::time::Duration;

use actix_codec::Framed;
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, Request, Response, StatusCode};
use actix_service::{ServiceFactory, fn_factory, fn_service};
use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, Service};
use actix_web::error::PayloadError;
use actix_web::rt::{self, net::TcpStream};
use actix_web::web::{Bytes, BytesMut};
use futures_util::Stream;
use socket2::SockRef;
use tokio::task::coop::consume_budget;
use tokio::time::timeout;
use tokio_util::codec::Encoder;
use tokio_util::task::TaskTracker;
use tracing::debug;

use super::problem::{Problem, ProblemCode};
use super::server::LINGER;

/// What is read at once.
const READ_BYTES: usize = 4 * 1024;
/// How long a request may take until it is answered. No body that is sent with it ends before the connection does.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Has `app` answer requests that want another protocol, and carries their connections from then on, each in a task that
/// `carried` counts, up to `most` of them.
pub(super) fn upgraded<S, B>(
    app: S,
    carried: TaskTracker,
    most: usize,
) -> impl ServiceFactory<
    (Request, Framed<TcpStream, Codec>),
    Config = (),
    Response = (),
    Error = actix_http::Error,
    InitError = S::InitError,
    Future: 'static,
>
where
    S: ServiceFactory<Request, Config = ()> + 'static,
    S::Error: Into<Response<BoxBody>>,
    S::InitError: Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let app = Rc::new(app);
    fn_factory(move || {
        let (app, carried) = (app.clone(), carried.clone());
        async move {
            let service = Rc::new(app.new_service(()).await?);
            Ok(fn_service(move |(request, framed): (Request, Framed<TcpStream, Codec>)| {
                let service = (carried.len() < most).then(|| service.clone());
                rt::spawn(carried.track_future(async move {
                    if let Err(error) = carry(service, request, framed).await {
                        debug!(%error, "a connection is lost");
                    }
                }));
                ready(Ok(()))
            }))
        }
    })
}

/// Answers a request and serves its connection to the end. Without a service there is no place for another.
async fn carry<S, B>(
    service: Option<Rc<S>>,
    mut request: Request,
    framed: Framed<TcpStream, Codec>,
) -> io::Result<()>
where
    S: Service<Request>,
    S::Error: Into<Response<BoxBody>>,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let parts = framed.into_parts();
    let (connection, mut codec) = (Rc::new(parts.io), parts.codec);
    let early = Bytes::copy_from_slice(&parts.read_buf);
    drop(parts.read_buf);
    // Answers to requests that came before.
    send(&connection, parts.write_buf).await?;
    let payload = Box::pin(Arriving { connection: connection.clone(), early });
    *request.payload() = Payload::Stream { payload };
    // In a box, so that it is not kept for as long as the connection lives.
    let answer = Box::pin(async move {
        let Some(service) = service else {
            return Problem::new(ProblemCode::Busy).error_response().into();
        };
        match service.call(request).await {
            Ok(response) => response.into().map_into_boxed_body(),
            Err(error) => error.into(),
        }
    });
    let mut response: Response<BoxBody> = timeout(ANSWER_WITHIN, answer).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let (head, body) = response.into_parts();
    let mut body = pin!(body);

    let mut out = BytesMut::new();
    codec.encode(Message::Item((head, body.size())), &mut out)?;
    send(&connection, std::mem::take(&mut out)).await?;
    while let Some(bytes) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        let bytes = bytes.map_err(|error| io::Error::other(error.to_string()))?;
        codec.encode(Message::Chunk(Some(bytes)), &mut out)?;
        send(&connection, std::mem::take(&mut out)).await?;
    }
    codec.encode(Message::Chunk(None), &mut out)?;
    send(&connection, out).await?;
    end(&connection).await
}

/// Waits until the system has taken all.
async fn send(connection: &TcpStream, bytes: BytesMut) -> io::Result<()> {
    let mut left = &bytes[..];
    while !left.is_empty() {
        connection.writable().await?;
        match connection.try_write(left) {
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Says that nothing more comes, and waits a moment for the same from the other side. What it still says is thrown away:
/// a connection that is closed with something unread is cut, and the other side may not find what was said to it last.
async fn end(connection: &TcpStream) -> io::Result<()> {
    SockRef::from(connection).shutdown(Shutdown::Write)?;
    let rest = async {
        loop {
            connection.readable().await?;
            // Whoever says a lot does not put off the end.
            consume_budget().await;
            match throw_away(connection) {
                Ok(0) => return Ok(()),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
    };
    // Whoever goes on has had the time.
    timeout(LINGER, rest).await.unwrap_or(Ok(()))
}

/// Apart, so that the bytes are not part of every task.
fn throw_away(connection: &TcpStream) -> io::Result<usize> {
    connection.try_read(&mut [0; READ_BYTES])
}

/// What comes on a connection. Nothing is read before it is asked for.
struct Arriving {
    connection: Rc<TcpStream>,
    /// What came together with the request.
    early: Bytes,
}

impl Stream for Arriving {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { connection, early } = self.get_mut();
        if !early.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(early))));
        }
        let mut bytes = [0; READ_BYTES];
        loop {
            task::ready!(connection.poll_read_ready(cx))?;
            return Poll::Ready(match connection.try_read(&mut bytes) {
                Ok(0) => None,
                Ok(count) => Some(Ok(Bytes::copy_from_slice(&bytes[..count]))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => Some(Err(error.into())),
            });
        }
    }
}
