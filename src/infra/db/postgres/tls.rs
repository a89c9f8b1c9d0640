//! Who is trusted to be the server. A certificate is always checked in full: its signer and its name.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::infra::db::DbError;

/// Trusts the signers in `ca_file`, or those the system trusts.
pub(super) fn client(ca_file: Option<&Path>) -> Result<MakeRustlsConnect, DbError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(&error))?;
    let config = match ca_file {
        Some(file) => builder.with_root_certificates(signers(file)?).with_no_client_auth(),
        None => {
            builder.with_platform_verifier().map_err(|error| wrong(&error))?.with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

fn signers(file: &Path) -> Result<RootCertStore, DbError> {
    let name = file.display();
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(file)
        .map_err(|error| wrong(&format!("postgres.ca_file {name}: {error}")))?;
    for certificate in certificates {
        let certificate =
            certificate.map_err(|error| wrong(&format!("postgres.ca_file {name}: {error}")))?;
        roots.add(certificate).map_err(|error| wrong(&error))?;
    }
    if roots.is_empty() {
        return Err(wrong(&format!("postgres.ca_file {name} holds no certificate (PEM)")));
    }
    Ok(roots)
}

fn wrong(error: &impl ToString) -> DbError {
    DbError::Settings(error.to_string())
}
