//! Objects in a bucket of any server that speaks S3, through `rusoto_s3`.
//!
//! rusoto says what the four calls look like. The rest is ours: who asks (`credentials`), how a request
//! travels (`dispatcher`), what an answer means (`fault`), and links (`presign`).

mod credentials;
mod dispatcher;
mod fault;
mod place;
mod presign;
mod xml;

use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use futures_util::TryStreamExt;
use reqwest::redirect::Policy;
use rusoto_core::{ByteStream, Client, Region};
use rusoto_s3::{
    DeleteObjectRequest, GetObjectError, GetObjectRequest, HeadObjectError, HeadObjectRequest,
    PutObjectRequest, S3, S3Client,
};
use tokio::time::timeout;

use crate::base::SharedClock;
use crate::config::ObjectsConfig;

use self::credentials::{Credentials, Keys};
use self::dispatcher::Dispatcher;
use self::fault::{Fault, fault};
use self::place::Place;
use self::presign::{LinkRequest, presign};
use super::links::seconds_up;
use super::{
    LINK_LIFE_MAX, Object, ObjectError, ObjectHead, ObjectStore, check_content_type, check_name,
};

/// How long a connection without a request is kept: shorter than the servers keep theirs.
const IDLE: Duration = Duration::from_secs(4);
/// What S3 says of an object that was put without a type.
const UNTYPED: &str = "binary/octet-stream";

/// Objects in a bucket.
pub struct S3Objects {
    place: Place,
    prefix: String,
    bytes_max: usize,
    answer_within: Duration,
    retries: usize,
    http: reqwest::Client,
    credentials: Credentials,
    clock: SharedClock,
}

impl S3Objects {
    /// Reads the settings; connects to nothing yet.
    pub fn new(config: &ObjectsConfig, clock: &SharedClock) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(config.connect_within())
            .timeout(config.answer_within())
            .pool_idle_timeout(IDLE)
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            place: Place::new(config),
            prefix: config.prefix.clone(),
            bytes_max: config.bytes_max,
            answer_within: config.answer_within(),
            retries: config.tries.saturating_sub(1),
            credentials: Credentials::new(config, http.clone(), clock),
            http,
            clock: clock.clone(),
        })
    }

    fn key(&self, name: &str) -> Result<String, ObjectError> {
        check_name(name)?;
        Ok(format!("{}{name}", self.prefix))
    }

    fn client(&self, keys: Keys) -> S3Client {
        let dispatcher = Dispatcher {
            http: self.http.clone(),
            place: self.place.clone(),
            keys,
            bytes_max: self.bytes_max,
        };
        let Place { region, endpoint, .. } = self.place.clone();
        let region = Region::Custom { name: region, endpoint };
        S3Client::new_with_client(Client::new_not_signing(dispatcher), region)
    }

    /// Asks until there is an answer, as often as the settings allow. None: not there.
    async fn ask<T, F>(&self, call: impl Fn(S3Client) -> F) -> Result<Option<T>, ObjectError>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_millis(500))
            .with_max_times(self.retries);
        (|| self.ask_once(&call)).retry(pauses).when(ObjectError::is_passing).await
    }

    async fn ask_once<T, F>(&self, call: &impl Fn(S3Client) -> F) -> Result<Option<T>, ObjectError>
    where
        F: Future<Output = Result<T, Fault>>,
    {
        let trying = async {
            let keys = self.credentials.get().await?;
            Ok(call(self.client(keys)).await)
        };
        match self.in_time(trying).await? {
            Ok(answer) => Ok(Some(answer)),
            Err(Fault::NotThere) => Ok(None),
            Err(Fault::TooLarge) => Err(ObjectError::TooLarge(self.bytes_max)),
            Err(Fault::Unavailable(why)) => Err(ObjectError::Unavailable(why)),
            Err(Fault::Refused(why)) => Err(ObjectError::Refused(why)),
            // The next try, of this call or another, asks for keys anew.
            Err(Fault::KeysExpired(why)) => {
                self.credentials.forget();
                Err(ObjectError::Unavailable(why))
            }
            Err(Fault::KeysRefused(why)) => {
                self.credentials.forget();
                Err(ObjectError::Refused(why))
            }
        }
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, ObjectError>>,
    ) -> Result<T, ObjectError> {
        timeout(self.answer_within, work).await.unwrap_or_else(|_| {
            let limit = self.answer_within.as_millis();
            Err(ObjectError::Unavailable(format!("no answer within {limit} ms")))
        })
    }
}

#[async_trait]
impl ObjectStore for S3Objects {
    async fn put(&self, name: &str, bytes: Vec<u8>, content_type: &str) -> Result<(), ObjectError> {
        let key = self.key(name)?;
        check_content_type(content_type)?;
        if bytes.len() > self.bytes_max {
            return Err(ObjectError::TooLarge(self.bytes_max));
        }
        let put = |s3: S3Client| {
            let request = PutObjectRequest {
                bucket: self.place.bucket.clone(),
                key: key.clone(),
                body: Some(bytes.clone().into()),
                content_type: Some(content_type.to_owned()),
                ..PutObjectRequest::default()
            };
            async move { s3.put_object(request).await.map_err(|error| fault(error, |_| false)) }
        };
        let done = self.ask(put).await?;
        done.map(|_| ()).ok_or_else(|| ObjectError::Refused("there is no such bucket".to_owned()))
    }

    async fn get(&self, name: &str) -> Result<Option<Object>, ObjectError> {
        let key = self.key(name)?;
        self.ask(|s3: S3Client| {
            let (bucket, key) = (self.place.bucket.clone(), key.clone());
            let request = GetObjectRequest { bucket, key, ..GetObjectRequest::default() };
            let bytes_max = self.bytes_max;
            async move {
                let found = s3.get_object(request).await.map_err(|error| {
                    fault(error, |error| matches!(error, GetObjectError::NoSuchKey(_)))
                })?;
                let bytes = read(found.body, found.content_length, bytes_max).await?;
                let content_type = found.content_type.unwrap_or_else(|| UNTYPED.to_owned());
                Ok(Object { content_type, bytes })
            }
        })
        .await
    }

    async fn head(&self, name: &str) -> Result<Option<ObjectHead>, ObjectError> {
        let key = self.key(name)?;
        self.ask(|s3: S3Client| {
            let (bucket, key) = (self.place.bucket.clone(), key.clone());
            let request = HeadObjectRequest { bucket, key, ..HeadObjectRequest::default() };
            async move {
                let found = s3.head_object(request).await.map_err(|error| {
                    fault(error, |error| matches!(error, HeadObjectError::NoSuchKey(_)))
                })?;
                let content_type = found.content_type.unwrap_or_else(|| UNTYPED.to_owned());
                let size = found.content_length.unwrap_or(0).unsigned_abs();
                Ok(ObjectHead { content_type, size })
            }
        })
        .await
    }

    async fn delete(&self, name: &str) -> Result<(), ObjectError> {
        let key = self.key(name)?;
        let delete = |s3: S3Client| {
            let (bucket, key) = (self.place.bucket.clone(), key.clone());
            let request = DeleteObjectRequest { bucket, key, ..DeleteObjectRequest::default() };
            async move { s3.delete_object(request).await.map_err(|error| fault(error, |_| false)) }
        };
        self.ask(delete).await?;
        Ok(())
    }

    async fn link(&self, name: &str, life: Duration) -> Result<String, ObjectError> {
        let key = self.key(name)?;
        let keys = self.in_time(self.credentials.get()).await?;
        let now = self.clock.now();
        // Both counted in whole seconds: from the one before now to the one after the life.
        let until = seconds_up(now + life.min(LINK_LIFE_MAX));
        let life_s = (until - now.as_seconds()).min(LINK_LIFE_MAX.as_secs().cast_signed());
        Ok(presign(&LinkRequest {
            origin: &self.place.origin,
            host: self.place.host(),
            path: &self.place.path(&key),
            region: &self.place.region,
            keys: &keys,
            now,
            life_s,
        }))
    }
}

/// The whole of a body. Should it be longer than it said, the dispatcher breaks it off.
async fn read(
    body: Option<ByteStream>,
    size: Option<i64>,
    bytes_max: usize,
) -> Result<Vec<u8>, Fault> {
    let size = size.map_or(0, |size| usize::try_from(size).unwrap_or(usize::MAX));
    if size > bytes_max {
        return Err(Fault::TooLarge);
    }
    let mut bytes = Vec::with_capacity(size);
    if let Some(mut body) = body {
        while let Some(part) = body.try_next().await? {
            bytes.extend_from_slice(&part);
        }
    }
    Ok(bytes)
}
