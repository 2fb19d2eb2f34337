"""A small OpenID Connect provider on this machine, which knows whoever the test says, and can be made to err."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "joinedup", "a client secret for tests"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY = new_key()


@dataclass
class Provider:
    """What the provider says, and what it was asked."""

    claims: dict = field(default_factory=lambda: {"sub": "u-1"})
    key: object = KEY
    signs_with: object = None
    algorithm: str = "RS256"
    issuer: str = ""
    says_it_is: str = ""
    token: dict | None = None
    codes: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def id_token(self):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300} | self.claims
        key = self.signs_with or self.key
        return jwt.encode(claims, key, self.algorithm, headers={"kid": "one"})


def _discovery(provider):
    at = provider.issuer
    return {
        "issuer": provider.says_it_is or at,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "userinfo_endpoint": f"{at}/userinfo",
        "jwks_uri": f"{at}/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


def _keys(provider):
    key = json.loads(RSAAlgorithm.to_jwk(provider.key.public_key()))
    return {"keys": [key | {"kid": "one", "alg": "RS256", "use": "sig"}]}


def _claims(provider):
    return provider.claims


def _tokens(provider, sent):
    """Answer the token request: client secret, code and the verifier of its challenge must be right."""
    challenge = provider.codes.pop(sent.get("code"), None)
    verifier = sent.get("code_verifier", "").encode()
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
    if sent.get("client_secret") != SECRET or challenge is None or made != challenge:
        return 400, {"error": "invalid_grant"}
    tokens = {"access_token": "for nothing", "token_type": "Bearer", "id_token": provider.id_token()}
    return 200, tokens if provider.token is None else provider.token


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked.append((parts.path, asked))
            if parts.path == "/authorize":
                return self.send_back(asked)
            known = {"/.well-known/openid-configuration": _discovery, "/jwks": _keys, "/userinfo": _claims}
            return (
                self.answer(200, known[parts.path](provider)) if parts.path in known else self.answer(404, {})
            )

        def do_POST(self):
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            return self.answer(*_tokens(provider, {name: values[0] for name, values in sent.items()}))

        def send_back(self, asked):
            code = f"code-{len(provider.asked)}"
            provider.codes[code] = asked["code_challenge"]
            query = urlencode({"code": code, "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{query}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    return Handler


@contextmanager
def serving_provider():
    """Serve a provider on a free port of the loopback address for as long as the block lasts."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
