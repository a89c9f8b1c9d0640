//! Signed tokens: JWT (RFC 7519, RFC 8725) with Ed25519, one audience each.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{MemberId, ProposalId, SessionId, SharedClock, Timestamp};
use crate::infra::key_file::read_or_make_key;

/// Clocks of two hosts may differ by this much.
const LEEWAY: Duration = Duration::from_secs(5);
/// Life of a token between roles.
const INTERNAL_LIFE: Duration = Duration::from_mins(1);
/// DER of an Ed25519 private key (RFC 8410) up to its 32 bytes.
const PKCS8_PREFIX: &str = "302e020100300506032b657004220420";

const ACCESS: &str = "access";
const MATCH: &str = "match";
const INTERNAL: &str = "internal";

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not ours, not for this, or tampered with.
    #[error("token is not valid")]
    NotValid,
    /// Its time is over.
    #[error("token has expired")]
    Expired,
}

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// Who.
    pub member: MemberId,
    /// Logged in how.
    pub session: SessionId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What a match token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchClaims {
    /// Who may answer.
    pub member: MemberId,
    /// What.
    pub proposal: ProposalId,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proposal: Option<Uuid>,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// Signs and checks tokens. Cheap to clone.
#[derive(Clone)]
pub struct TokenKeys(Arc<Keys>);

struct Keys {
    issuer: String,
    key_id: String,
    signing: EncodingKey,
    checking: DecodingKey,
    clock: SharedClock,
}

impl TokenKeys {
    /// Takes the key in `folder`, or makes one there that only this user can read.
    pub fn open(folder: &Path, issuer: &str, clock: &SharedClock) -> anyhow::Result<Self> {
        let seed = read_or_make_key(folder, "ed25519.seed")?;
        let mut der = hex::decode(PKCS8_PREFIX)?;
        der.extend_from_slice(&seed);
        let signing = EncodingKey::from_ed_der(&der);
        let public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA)?;
        Ok(Self(Arc::new(Keys {
            issuer: issuer.to_owned(),
            key_id: public.thumbprint(ThumbprintHash::SHA256)?,
            checking: DecodingKey::from_jwk(&public)?,
            signing,
            clock: clock.clone(),
        })))
    }

    /// A token that says who a member is.
    pub fn access(
        &self,
        member: MemberId,
        session: SessionId,
        life: Duration,
    ) -> Result<String, TokenError> {
        self.sign(ACCESS, member.as_uuid(), Some(session.as_uuid()), None, life)
    }

    /// A token that allows one member to answer one proposal.
    pub fn for_match(
        &self,
        member: MemberId,
        proposal: ProposalId,
        life: Duration,
    ) -> Result<String, TokenError> {
        self.sign(MATCH, member.as_uuid(), None, Some(proposal.as_uuid()), life)
    }

    /// A token for a request from one role to another.
    pub fn internal(&self) -> Result<String, TokenError> {
        self.sign(INTERNAL, Uuid::nil(), None, None, INTERNAL_LIFE)
    }

    /// Checks an access token.
    pub fn check_access(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let claims = self.check(token, ACCESS)?;
        Ok(AccessClaims {
            member: MemberId::new(claims.sub),
            session: SessionId::new(claims.sid.ok_or(TokenError::NotValid)?),
            expires_at: Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)),
        })
    }

    /// Checks a match token.
    pub fn check_match(&self, token: &str) -> Result<MatchClaims, TokenError> {
        let claims = self.check(token, MATCH)?;
        Ok(MatchClaims {
            member: MemberId::new(claims.sub),
            proposal: ProposalId::new(claims.proposal.ok_or(TokenError::NotValid)?),
        })
    }

    /// Checks a token between roles.
    pub fn check_internal(&self, token: &str) -> Result<(), TokenError> {
        self.check(token, INTERNAL).map(|_| ())
    }

    fn sign(
        &self,
        audience: &str,
        subject: Uuid,
        session: Option<Uuid>,
        proposal: Option<Uuid>,
        life: Duration,
    ) -> Result<String, TokenError> {
        let now = self.0.clock.now();
        let claims = Claims {
            iss: self.0.issuer.clone(),
            aud: audience.to_owned(),
            sub: subject,
            sid: session,
            proposal,
            iat: now.as_seconds(),
            exp: (now + life).as_seconds(),
            jti: Uuid::now_v7(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.0.key_id.clone());
        jsonwebtoken::encode(&header, &claims, &self.0.signing).map_err(|_| TokenError::NotValid)
    }

    fn check(&self, token: &str, audience: &str) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::NotValid)?;
        if header.kid.as_deref() != Some(self.0.key_id.as_str()) {
            return Err(TokenError::NotValid);
        }
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&self.0.issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The time is checked below, against the clock of this program.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.0.checking, &rules)
            .map_err(|_| TokenError::NotValid)?
            .claims;
        let now = self.0.clock.now();
        if (now - LEEWAY).as_seconds() >= claims.exp {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use crate::base::ManualClock;

    use super::*;

    struct Bench {
        clock: Arc<ManualClock>,
        folder: tempfile::TempDir,
        keys: TokenKeys,
    }

    fn bench() -> Bench {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_790_000_000_000_000)));
        let folder = tempfile::tempdir().unwrap();
        let shared: SharedClock = clock.clone();
        let keys = TokenKeys::open(folder.path(), "rand-chat", &shared).unwrap();
        Bench { clock, folder, keys }
    }

    fn access(keys: &TokenKeys) -> String {
        keys.access(MemberId::fresh(), SessionId::fresh(), Duration::from_mins(10)).unwrap()
    }

    #[test]
    fn a_token_is_good_for_its_time_and_its_audience_only() {
        let Bench { clock, keys, .. } = bench();
        let token = access(&keys);

        assert!(keys.check_access(&token).is_ok());
        assert_eq!(keys.check_match(&token), Err(TokenError::NotValid));
        assert_eq!(keys.check_internal(&token), Err(TokenError::NotValid));

        clock.advance(Duration::from_mins(10) + LEEWAY);
        assert_eq!(keys.check_access(&token), Err(TokenError::Expired));
    }

    #[test]
    fn the_key_stays_the_same_over_a_restart_and_only_its_owner_can_read_it() {
        let Bench { clock, folder, keys } = bench();
        let shared: SharedClock = clock;
        let again = TokenKeys::open(folder.path(), "rand-chat", &shared).unwrap();

        assert!(again.check_access(&access(&keys)).is_ok());
        let mode = folder.path().join("ed25519.seed").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn tokens_of_others_and_changed_ones_are_refused() {
        let (ours, theirs) = (bench(), bench());
        let token = access(&ours.keys);
        let parts: Vec<&str> = token.split('.').collect();
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
        let swapped = {
            let foreign = access(&theirs.keys);
            let payload = foreign.split('.').nth(1).unwrap().to_owned();
            format!("{}.{payload}.{}", parts[0], parts[2])
        };
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(ours.keys.0.key_id.clone());
        let claims = serde_json::json!({"iss": "rand-chat", "aud": "access", "exp": i64::MAX / 2_000_000,
            "sub": Uuid::nil(), "sid": Uuid::nil(), "iat": 0, "jti": Uuid::nil()});
        let symmetric =
            jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(b"guess")).unwrap();

        for bad in ["", "a.b.c", &unsigned, &swapped, &symmetric, &access(&theirs.keys)] {
            assert_eq!(ours.keys.check_access(bad), Err(TokenError::NotValid), "{bad}");
        }
    }
}
