"""What an authenticator app does: codes from a secret (RFC 6238), by the standard library alone."""

import base64
import hashlib
import hmac
import struct
import time

STEP_SECONDS = 30


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return the code of the secret now, or so many steps of 30 seconds later."""
    key = base64.b32decode(secret.replace(" ", "").encode())
    counter = int(time.time()) // STEP_SECONDS + steps
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
