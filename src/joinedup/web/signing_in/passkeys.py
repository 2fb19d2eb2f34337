"""What a browser needs to make or use a passkey. The browser's part is `passkeys.js`; without scripts there is none."""

import ipaddress
import json
from dataclasses import dataclass
from typing import Any, Literal

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest


@dataclass(frozen=True)
class Ceremony:
    """Making (`create`) or using (`get`) a passkey; `options` is JSON for the browser."""

    kind: Literal["create", "get"]
    options: str


def ceremony(kind: Literal["create", "get"], options: dict[str, Any]) -> Ceremony:
    """Put a ceremony's options into the form that the page hands to the browser."""
    return Ceremony(kind, json.dumps(options["publicKey"], cls=DjangoJSONEncoder))


def has_named_host(request: HttpRequest) -> bool:
    """Say whether passkeys work at this address: browsers bind them to a name, never to a bare IP address."""
    host = request.get_host()
    try:
        ipaddress.ip_address(host.rpartition(":")[0].strip("[]") or host)
    except ValueError:
        return True
    return False
