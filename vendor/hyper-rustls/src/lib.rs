//! The part of hyper-rustls 0.23 that `rusoto_core` 0.48 names, without its TLS. See README.md.

use std::future::{Ready, ready};
use std::io::{Error, ErrorKind};
use std::marker::PhantomData;
use std::task::{Context, Poll};

use hyper::Uri;
use hyper::client::HttpConnector;
use hyper::service::Service;
use tokio::net::TcpStream;

/// Refuses every connection. `C` is what it would connect with.
#[derive(Clone, Debug)]
pub struct HttpsConnector<C>(PhantomData<fn() -> C>);

impl<C> Service<Uri> for HttpsConnector<C> {
    type Response = TcpStream;
    type Error = Error;
    type Future = Ready<Result<TcpStream, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let host = address.host().unwrap_or("nowhere");
        let why = format!("no connection to {host}: give the client a dispatcher of its own");
        ready(Err(Error::new(ErrorKind::Unsupported, why)))
    }
}

/// Makes an [`HttpsConnector`]; what is asked of it changes nothing.
#[derive(Debug, Default)]
pub struct HttpsConnectorBuilder(());

impl HttpsConnectorBuilder {
    pub fn new() -> Self {
        Self(())
    }

    #[must_use]
    pub fn with_native_roots(self) -> Self {
        self
    }

    #[must_use]
    pub fn https_only(self) -> Self {
        self
    }

    #[must_use]
    pub fn enable_http2(self) -> Self {
        self
    }

    #[must_use]
    pub fn build(self) -> HttpsConnector<HttpConnector> {
        HttpsConnector(PhantomData)
    }
}
