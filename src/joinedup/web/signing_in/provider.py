"""An organisation's own OpenID Connect provider (django-allauth finds `provider_classes` by this module's name).

Stricter than django-allauth's general provider: the provider must be the issuer that the installation names, the ID
token's signature is checked though it came over TLS, only that token is believed, and nothing of it is kept.
Standard: OpenID Connect Core 1.0, 3.1.3.7; OpenID Connect Discovery 1.0, 4.3.
"""

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.http import HttpRequest
from django.urls import reverse

CALLBACK = "organisation_callback"
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


class OrganisationConnection(OpenIDConnectOAuth2Adapter):
    """Talks with the provider."""

    @property
    def openid_config(self) -> Any:
        """What the provider says of itself; refused when it is another than the installation names."""
        said = super().openid_config
        issuer = self.get_provider().app.settings["issuer"]
        if said.get("issuer", "").rstrip("/") != issuer.rstrip("/"):
            raise OAuth2Error("the provider says that it is another issuer")
        return said

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:  # noqa: ARG002
        """Where the provider sends people back to."""
        address = reverse(CALLBACK, kwargs={"provider_id": self.provider_id})
        return str(build_absolute_uri(request, address, self.redirect_uri_protocol))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **given: Any) -> Any:
        """Return the sign-in that the ID token speaks of. `OAuth2Error` without a token that holds."""
        if not given["response"].get("id_token"):
            raise OAuth2Error("the provider sent no ID token")
        try:
            return super().complete_login(request, app, token, **given)
        except (KeyError, TypeError, ValueError, jwtkit.jwt.PyJWTError) as error:
            raise OAuth2Error("the provider's answer can't be used") from error

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        algorithm = jwtkit.jwt.get_unverified_header(id_token).get("alg")
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("the ID token is not signed with a key pair")
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class OrganisationProvider(OpenIDConnectProvider):
    """An organisation's provider, as `providers.yaml` names it."""

    id = "organisation"
    name = "An organisation's own sign-in"
    oauth2_adapter_class = OrganisationConnection
    supports_token_authentication = False

    def extract_uid(self, data: Any) -> str:
        """Return the claim that accounts are linked by. `OAuth2Error` for an e-mail address that is not verified."""
        claims = data["id_token"]
        claim = self.app.settings["uid_field"]
        if claim == "email" and claims.get("email_verified") is not True:
            raise OAuth2Error("the e-mail address is not verified")
        return subject_of(str(claims.get(claim) or ""), claim)

    def extract_extra_data(self, data: Any) -> dict[str, Any]:  # noqa: ARG002
        """Keep nothing of what the provider says of people."""
        return {}

    def extract_common_fields(self, data: Any) -> dict[str, Any]:  # noqa: ARG002
        """Take no name or address over: accounts are made by administrators."""
        return {}

    def extract_email_addresses(self, data: Any) -> list[Any]:  # noqa: ARG002
        """Take no address over."""
        return []


def subject_of(said: str, claim: str) -> str:
    """Return the subject as it is kept: an e-mail address means the same in small letters."""
    if not said:
        raise OAuth2Error("the claim that accounts are linked by is missing")
    return said.casefold() if claim == "email" else said


provider_classes = [OrganisationProvider]
