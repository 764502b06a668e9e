//! E-mail by SMTP.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use broker_config::DeliveryId;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use store::deliveries::Letter;

use super::PATIENCE;
use super::not_sent::NotSent;
use super::wording::Wording;

/// How mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// By which server.
    pub server: MailServer,
    /// From whom, such as `Trayline <trayline@example.com>`.
    pub from: String,
    /// Whether messages' texts are in it.
    pub include_text: bool,
}

/// A mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Its name, as in its certificate.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Encryption,
    /// Whom we sign in as, with which password; nobody without.
    pub sign_in: Option<(String, String)>,
    /// A file with the certificates of the authority that signed the server's, beside the system's.
    pub certificate_authority: Option<PathBuf>,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// It begins without, and must be encrypted before anything is said.
    StartTls,
    /// From its beginning.
    Tls,
    /// Not at all.
    None,
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailServer").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Why mail cannot be sent with some settings.
#[derive(Debug, thiserror::Error)]
pub enum MailSettingsError {
    /// The sender is not an address.
    #[error("mail.from must be an address, such as \"Trayline <trayline@example.com>\"")]
    From(#[source] lettre::address::AddressError),
    /// The authority's certificates cannot be read.
    #[error("mail.certificate_authority cannot be read")]
    CertificateAuthority(#[source] std::io::Error),
    /// The authority's certificates are none, or the server's name is none.
    #[error("mail.certificate_authority or mail.host cannot be used for encryption")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// Sends mail by one server.
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    include_text: bool,
}

impl Mailer {
    pub(super) fn new(settings: MailSettings) -> Result<Self, MailSettingsError> {
        let MailSettings { server, from, include_text } = settings;
        let encryption = match server.tls {
            Encryption::StartTls => Tls::Required(parameters(&server)?),
            Encryption::Tls => Tls::Wrapper(parameters(&server)?),
            Encryption::None => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(encryption)
            .timeout(Some(PATIENCE));
        if let Some((username, password)) = server.sign_in {
            transport = transport.credentials(Credentials::new(username, password));
        }
        let from = from.parse().map_err(MailSettingsError::From)?;
        Ok(Self { transport: transport.build(), from, include_text })
    }

    /// Sends a letter. A repeat has the same `Message-ID`, by which mail programs recognise it.
    pub(super) async fn send(&self, letter: &Letter, wording: &Wording) -> Result<(), NotSent> {
        let message = self.message(letter, wording)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(not_sent(&error)),
        }
    }

    /// Whether messages' texts may be in it.
    pub(super) fn includes_text(&self) -> bool {
        self.include_text
    }

    fn message(&self, letter: &Letter, wording: &Wording) -> Result<Message, NotSent> {
        let address: Address =
            letter.email.parse().map_err(|_| NotSent::for_good("the technician's address is not one"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter.technician_name.to_string()), address))
            .subject(&wording.headline)
            .message_id(Some(message_id(letter.delivery_id, &self.from)))
            .multipart(MultiPart::alternative_plain_html(wording.plain(), wording.html()))
            .map_err(|_| NotSent::for_good("the message could not be written"))
    }
}

fn message_id(delivery_id: DeliveryId, from: &Mailbox) -> String {
    format!("<{delivery_id}@{}>", from.email.domain())
}

fn parameters(server: &MailServer) -> Result<TlsParameters, MailSettingsError> {
    let mut parameters = TlsParameters::builder(server.host.clone());
    for certificate in server.certificate_authority.as_deref().map(certificates).transpose()?.unwrap_or_default() {
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build_rustls().map_err(MailSettingsError::Tls)
}

fn certificates(file: &Path) -> Result<Vec<Certificate>, MailSettingsError> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = std::fs::read_to_string(file).map_err(MailSettingsError::CertificateAuthority)?;
    let certificates = text.split_inclusive(END).filter(|part| part.contains(END));
    certificates.map(|pem| Certificate::from_pem(pem.as_bytes()).map_err(MailSettingsError::Tls)).collect()
}

/// Whether the encryption failed, a certificate that is not trusted included: it comes as data that is not valid.
fn is_about_encryption(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        source = error.source();
    }
    false
}

/// The server's words stay out of it: they may have addresses in them.
fn not_sent(error: &lettre::transport::smtp::Error) -> NotSent {
    /// What the server answers to a sign-in that it does not take: an operator can mend that.
    const SIGN_IN: std::ops::RangeInclusive<u16> = 530..=539;
    match error.status().map(u16::from) {
        Some(code) if error.is_permanent() && !SIGN_IN.contains(&code) => {
            NotSent::for_good(format!("the mail server refused it ({code})"))
        }
        Some(code) => NotSent::again(format!("the mail server did not take it ({code})")),
        None if error.is_timeout() => NotSent::again("the mail server did not answer in time"),
        None if error.is_tls() || is_about_encryption(error) => {
            NotSent::again("the connection to the mail server could not be encrypted")
        }
        None => NotSent::again("the mail server cannot be reached"),
    }
}
