//! Where a request comes from, as far as it can be believed.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web::Data;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks of our own reverse proxies. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Exactly these.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }

    /// The address of who asks: that of the connection, or, if it is one of our proxies, the last one in
    /// `X-Forwarded-For` that is not. What stands before that somebody else may have made up.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).filter_map(|line| line.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let mut client = peer.to_canonical();
        for hop in hops.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Ok(before) = hop.parse::<IpAddr>() else { break };
            client = before.to_canonical();
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The network address of who asks, for limits: of IPv6 the first 64 bits, for one household has them all.
#[must_use]
pub fn client_address(request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr() else { return String::new() };
    let peer = peer.ip();
    let client = match request.app_data::<Data<TrustedProxies>>() {
        Some(proxies) => proxies.client(peer, request.headers()),
        None => peer,
    };
    household(client).to_string()
}

fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(whole) => {
            let [a, b, c, d, ..] = whole.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap());
        let mut request = TestRequest::default()
            .app_data(Data::new(TrustedProxies::new(proxies.to_vec())))
            .peer_addr((peer.parse::<IpAddr>().unwrap(), 1).into());
        for line in forwarded {
            request = request.append_header((FORWARDED_FOR, *line));
        }
        client_address(&request.to_http_request())
    }

    #[test]
    fn what_a_stranger_says_of_itself_is_not_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2"]), "203.0.113.9");
    }

    #[test]
    fn proxies_alone_are_what_is_left_when_nobody_else_is_named() {
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.1", &["unknown"]), "10.0.0.1");
    }

    #[test]
    fn a_household_is_one_address() {
        assert_eq!(seen("2001:db8:1:2:3:4:5:6", &[]), "2001:db8:1:2::");
        assert_eq!(seen("::1", &["2001:db8:1:2::9"]), "2001:db8:1:2::");
        assert_eq!(seen("::ffff:203.0.113.9", &[]), "203.0.113.9");
    }
}
