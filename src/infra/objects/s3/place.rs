//! Where the bucket is: as part of the path, or of the host.

use crate::config::ObjectsConfig;

/// Where the bucket is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The server, `scheme://host[:port]`.
    pub(super) endpoint: String,
    /// The scheme and the host to ask.
    pub(super) origin: String,
    pub(super) region: String,
    pub(super) bucket: String,
    path_style: bool,
}

impl Place {
    pub(super) fn new(config: &ObjectsConfig) -> Self {
        let endpoint = config.endpoint();
        Self {
            origin: config.link_origin().unwrap_or_else(|| endpoint.clone()),
            endpoint,
            region: config.region.clone(),
            bucket: config.bucket.clone(),
            path_style: config.path_style,
        }
    }

    /// The host to ask.
    pub(super) fn host(&self) -> &str {
        self.origin.split_once("://").map_or(&*self.origin, |(_, host)| host)
    }

    /// The path of an object there.
    pub(super) fn path(&self, key: &str) -> String {
        if self.path_style { format!("/{}/{key}", self.bucket) } else { format!("/{key}") }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    use super::*;

    fn place(endpoint: &str, path_style: &str) -> Place {
        let env = [
            ("KIND", "s3"),
            ("ENDPOINT", endpoint),
            ("BUCKET", "pictures"),
            ("PATH_STYLE", path_style),
        ];
        let env = env.map(|(k, v)| (format!("RAND_CHAT__OBJECTS__{k}"), v.to_owned()));
        Place::new(&Config::load(None, env).unwrap().objects)
    }

    #[test]
    fn the_bucket_is_part_of_the_path_or_of_the_host() {
        let path_style = place("", "true");
        assert_eq!(path_style.origin, "https://s3.us-east-1.amazonaws.com");
        assert_eq!(path_style.path("a/b"), "/pictures/a/b");

        let host_style = place("http://localhost:9000/", "false");
        assert_eq!(host_style.origin, "http://pictures.localhost:9000");
        assert_eq!(host_style.host(), "pictures.localhost:9000");
        assert_eq!(host_style.path("a/b"), "/a/b");
    }

    #[test]
    fn a_port_that_goes_without_saying_is_not_said() {
        assert_eq!(place("https://S3.example:443", "true").origin, "https://s3.example");
        assert_eq!(place("http://s3.example:80", "true").origin, "http://s3.example");
        assert_eq!(place("http://s3.example:443", "true").origin, "http://s3.example:443");
    }
}
