//! A TLS handshake that trusts nobody and nothing: it only wants to see who answers.

use std::{io, sync::Arc};

use rustls::{
    AlertDescription, ClientConfig, ClientConnection, DigitallySignedStruct, Error,
    SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::listeners::{Answer, Limited, in_words};

/// What a service shows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// Whom the certificate was made for, as it says.
    pub(crate) subject: String,
    /// The last moment at which it is valid, as it says.
    pub(crate) expires: String,
    /// The version of TLS that was agreed on.
    pub(crate) version: &'static str,
}

/// Shakes hands, and reports who is there.
pub(super) fn shake_hands(stream: &mut Limited) -> Answer {
    let connection = config().and_then(|config| {
        // No name is asked for: what is to be seen is whatever listens on the port.
        let name = ServerName::from(core::net::IpAddr::from([0, 0, 0, 0]));
        ClientConnection::new(config, name)
    });
    let mut connection = match connection {
        Ok(connection) => connection,
        Err(error) => return Answer::Unclear(error.to_string()),
    };
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(stream) {
            return unshaken(&error);
        }
    }
    let der = connection.peer_certificates().and_then(<[_]>::first);
    let version = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS 1.2",
    };
    Answer::Speaks(der.map(|der| certificate(der, version)))
}

fn unshaken(error: &io::Error) -> Answer {
    let tls = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
    match tls {
        Some(
            Error::AlertReceived(
                AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
            )
            | Error::PeerIncompatible(_),
        ) => Answer::OldTls,
        Some(Error::InvalidMessage(_)) => {
            Answer::Unclear("something else answers there".to_owned())
        }
        _ => Answer::Unclear(in_words(error)),
    }
}

fn certificate(der: &CertificateDer<'_>, version: &'static str) -> Certificate {
    let unreadable = || "unreadable".to_owned();
    match x509_parser::parse_x509_certificate(der) {
        Ok((_, certificate)) => Certificate {
            subject: certificate.subject().to_string(),
            expires: certificate.validity().not_after.to_rfc2822().unwrap_or_else(|_| unreadable()),
            version,
        },
        Err(_) => Certificate { subject: unreadable(), expires: unreadable(), version },
    }
}

fn config() -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Anyone(Arc::clone(&provider)));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Takes every certificate: nothing that matters is sent, and a site's own certificates are signed by themselves.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
