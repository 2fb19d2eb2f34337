"""The OpenID Connect providers that organisations sign in with: `providers.yaml` in the data folder.

A client secret is never in the file: the file names the environment variable that holds it. Ends at reading; who
may sign in through a provider is decided by the accounts (`joinedup account create --oidc`).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

FILE_NAME = "providers.yaml"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEEDED = ("id", "name", "issuer", "client_id", "client_secret_env")
ALLOWED = {*NEEDED, "claim", "checks_second_factor"}


class ProvidersError(Exception):
    """The file can't be used; the message says where and what to do."""


@dataclass(frozen=True)
class SignInProvider:
    """One organisation's provider. `claim` is the claim that accounts are linked by, `sub` unless said otherwise.

    `checks_second_factor`: the provider itself asks for a second factor, so that we don't ask again for one of ours.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    secret: str
    claim: str = "sub"
    checks_second_factor: bool = False


def read_providers(folder: Path) -> list[SignInProvider]:
    """Return the providers in the folder's file, none without one. `ProvidersError` says what is wrong where."""
    path = folder / FILE_NAME
    if not path.exists():
        return []
    try:
        content = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProvidersError(f"{path} can't be read: {error}") from error
    rows = content.get("providers") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise ProvidersError(f"{path} must hold a list under 'providers'.")
    found = [_provider(row, f"{path}, provider {place}") for place, row in enumerate(rows, 1)]
    if len({provider.id for provider in found}) < len(found):
        raise ProvidersError(f"{path} has two providers with the same id. Give each its own.")
    return found


def allauth_apps(providers: list[SignInProvider]) -> list[dict[str, Any]]:
    """Return the providers in the shape of django-allauth's setting `SOCIALACCOUNT_PROVIDERS`."""
    return [
        {
            "provider_id": provider.id,
            "name": provider.name,
            "client_id": provider.client_id,
            "secret": provider.secret,
            "settings": {
                "server_url": provider.issuer,
                "issuer": provider.issuer,
                "uid_field": provider.claim,
                "checks_second_factor": provider.checks_second_factor,
                "oauth_pkce_enabled": True,
                # Everything comes from the signed ID token.
                "fetch_userinfo": False,
            },
        }
        for provider in providers
    ]


def _provider(row: object, where: str) -> SignInProvider:
    """Check one provider."""
    if not isinstance(row, dict):
        raise ProvidersError(f"{where} must be a mapping with: {', '.join(NEEDED)}.")
    missing = [name for name in NEEDED if not isinstance(row.get(name), str) or not row[name].strip()]
    if missing:
        raise ProvidersError(f"{where} lacks {', '.join(missing)}. Each must be text.")
    if unknown := sorted(set(map(str, row)) - ALLOWED):
        raise ProvidersError(f"{where} has {', '.join(unknown)}, which is not known.")
    if not ID.fullmatch(row["id"]):
        raise ProvidersError(f"{where}: the id may have small letters, digits and hyphens only.")
    return SignInProvider(
        id=row["id"],
        name=row["name"].strip(),
        issuer=_issuer(row["issuer"].strip(), where),
        client_id=row["client_id"].strip(),
        secret=_secret(row["client_secret_env"].strip(), where),
        claim=_text(row.get("claim", "sub"), "claim", where),
        checks_second_factor=_flag(row.get("checks_second_factor", False), where),
    )


def _issuer(said: str, where: str) -> str:
    """Return the issuer, which must be reached over TLS unless it is on this machine."""
    parts = urlsplit(said)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise ProvidersError(f"{where}: the issuer must start with https://.")
    return said


def _secret(name: str, where: str) -> str:
    """Return the client secret from the environment."""
    secret = os.environ.get(name, "")
    if not secret:
        raise ProvidersError(
            f"{where}: the environment variable {name} is empty. Set it to the client secret before starting."
        )
    return secret


def _text(said: object, name: str, where: str) -> str:
    if not isinstance(said, str) or not said.strip():
        raise ProvidersError(f"{where}: {name} must be text.")
    return said.strip()


def _flag(said: object, where: str) -> bool:
    if not isinstance(said, bool):
        raise ProvidersError(f"{where}: checks_second_factor must be true or false.")
    return said
