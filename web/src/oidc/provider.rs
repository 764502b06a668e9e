//! The provider: where it is, and what it says of whoever comes back from it.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreIdTokenVerifier, CoreProviderMetadata,
    CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
};
use store::provider_sign_ins::Back;
use tokio::sync::Mutex;

use super::admission::Person;
use super::http::HttpClient;
use super::refusal::Refusal;
use super::settings::OidcSettings;
use crate::routes::PROVIDER_RETURN;
use crate::settings::SettingsError;

/// For how long what the provider says of itself is taken as it was.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// For how long it is not asked again: after it did not answer, and for keys that it has changed.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// What the provider puts into the claim `amr` when it has checked more than one factor (RFC 8176).
const MULTIPLE_FACTORS: &str = "mfa";

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The provider. Nothing is asked of it before somebody wants to sign in by way of it.
pub(crate) struct Provider {
    settings: OidcSettings,
    issuer: IssuerUrl,
    return_to: RedirectUrl,
    http: HttpClient,
    known: Mutex<Discovered>,
}

/// What the provider said of itself, and when.
#[derive(Default)]
struct Discovered {
    metadata: Option<(CoreProviderMetadata, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
}

/// A browser's way to the provider.
pub(crate) struct Way {
    /// Where to.
    pub address: String,
    pub state: CsrfToken,
    pub nonce: Nonce,
    pub code_verifier: PkceCodeVerifier,
}

impl Provider {
    /// The provider of a front at this origin.
    pub(crate) fn new(settings: OidcSettings, origin: &str) -> Result<Self, SettingsError> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| SettingsError::OidcIssuer)?;
        let return_to = RedirectUrl::new(format!("{origin}{PROVIDER_RETURN}")).map_err(|_| SettingsError::PublicUrl)?;
        let authority = settings.certificate_authority.as_deref();
        let http = HttpClient::new(authority).map_err(|_| SettingsError::OidcCertificateAuthority)?;
        Ok(Self { settings, issuer, return_to, http, known: Mutex::default() })
    }

    pub(crate) fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Where a browser goes, and what must come back.
    pub(crate) async fn way(&self, now: DateTime<Utc>) -> Result<Way, Refusal> {
        let client = self.client(now, FRESH).await?;
        let (challenge, code_verifier) = PkceCodeChallenge::new_random_sha256();
        let begin =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let scopes = ["email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        let (address, state, nonce) = begin.add_scopes(scopes).set_pkce_challenge(challenge).url();
        Ok(Way { address: address.into(), state, nonce, code_verifier })
    }

    /// Who has come back with this code.
    pub(crate) async fn person(&self, code: String, back: Back, now: DateTime<Utc>) -> Result<Person, Refusal> {
        let mut client = self.client(now, FRESH).await?;
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(unbelievable)?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(back.code_verifier));
        let answer: CoreTokenResponse = exchange.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => Refusal::ByProvider,
            RequestTokenError::Request(_) => Refusal::Away(error.into()),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => unbelievable(error),
        })?;
        let nonce = Nonce::new(back.nonce);
        let claims = match claims(&client, &answer, &nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                client = self.client(now, PAUSE).await?;
                claims(&client, &answer, &nonce, now)
            }
            claims => claims,
        };
        let claims = claims.map_err(unbelievable)?;
        refuse_another_access_token(&client, &answer, &claims)?;
        let told =
            match (claims.email(), client.user_info(answer.access_token().clone(), Some(claims.subject().clone()))) {
                (None, Ok(asking)) => {
                    let told: CoreUserInfoClaims =
                        asking.request_async(&self.http).await.map_err(|error| Refusal::Away(error.into()))?;
                    Some(told)
                }
                _ => None,
            };
        Ok(person(&claims, told.as_ref()))
    }

    async fn client(&self, now: DateTime<Utc>, fresh: TimeDelta) -> Result<Client, Refusal> {
        let metadata = self.metadata(now, fresh).await?;
        let secret = &self.settings.client_secret;
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.clone()));
        let client_id = ClientId::new(self.settings.client_id.clone());
        Ok(CoreClient::from_provider_metadata(metadata, client_id, secret).set_redirect_uri(self.return_to.clone()))
    }

    /// What the provider says of itself: asked anew when it is older than `fresh`, and as it was while the provider does not answer.
    async fn metadata(&self, now: DateTime<Utc>, fresh: TimeDelta) -> Result<CoreProviderMetadata, Refusal> {
        let mut known = self.known.lock().await;
        let is_recent = |at: &DateTime<Utc>, for_long| now - *at < for_long;
        match &known.metadata {
            Some((metadata, at)) if is_recent(at, fresh) => return Ok(metadata.clone()),
            Some((metadata, _)) if known.failed_at.is_some_and(|at| is_recent(&at, PAUSE)) => {
                return Ok(metadata.clone());
            }
            None if known.failed_at.is_some_and(|at| is_recent(&at, PAUSE)) => {
                return Err(Refusal::Away("it did not answer a moment ago".into()));
            }
            _ => {}
        }
        match CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await {
            Ok(metadata) => {
                *known = Discovered { metadata: Some((metadata.clone(), now)), failed_at: None };
                Ok(metadata)
            }
            Err(error) => {
                known.failed_at = Some(now);
                match &known.metadata {
                    Some((metadata, _)) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "the OpenID provider does not answer");
                        Ok(metadata.clone())
                    }
                    None => Err(Refusal::Away(error.into())),
                }
            }
        }
    }
}

/// What the ID token says, if it is signed by the provider, for us, for this way, and holds now.
fn claims(
    client: &Client,
    answer: &CoreTokenResponse,
    nonce: &Nonce,
    now: DateTime<Utc>,
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let token = answer.id_token().ok_or_else(|| ClaimsVerificationError::Other("there is no ID token".to_owned()))?;
    let verifier: CoreIdTokenVerifier<'_> = client.id_token_verifier().set_time_fn(move || now);
    token.claims(&verifier, nonce).cloned()
}

/// Refuses an access token that is not the one of the ID token, where that says which it is.
fn refuse_another_access_token(
    client: &Client,
    answer: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
) -> Result<(), Refusal> {
    let (Some(expected), Some(token)) = (claims.access_token_hash(), answer.id_token()) else { return Ok(()) };
    let verifier = client.id_token_verifier();
    let algorithm = token.signing_alg().map_err(unbelievable)?;
    let key = token.signing_key(&verifier).map_err(unbelievable)?;
    let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(unbelievable)?;
    if actual == *expected { Ok(()) } else { Err(Refusal::Unbelievable("the access token is another".into())) }
}

/// What the ID token says, and where it says no address, what the provider told when it was asked.
fn person(claims: &CoreIdTokenClaims, told: Option<&CoreUserInfoClaims>) -> Person {
    let (email, is_verified) = match told {
        Some(told) => (told.email(), told.email_verified()),
        None => (claims.email(), claims.email_verified()),
    };
    let name = claims.name().or_else(|| told.and_then(CoreUserInfoClaims::name));
    let factors = claims.auth_method_refs();
    Person {
        subject: claims.subject().to_string(),
        verified_email: email.filter(|_| is_verified == Some(true)).map(|email| email.to_string()),
        name: name.and_then(|name| name.get(None)).map(|name| name.to_string()),
        has_second_factor: factors
            .is_some_and(|factors| factors.iter().any(|factor| factor.as_str() == MULTIPLE_FACTORS)),
    }
}

fn unbelievable(error: impl std::error::Error + Send + Sync + 'static) -> Refusal {
    Refusal::Unbelievable(error.into())
}
