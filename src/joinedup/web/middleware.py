"""What every answer carries, so that no view has to remember it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from joinedup.care.access.queries import RefusedError
from joinedup.care.outages import drop_dead_connection
from joinedup.web.errors import refused

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # The design system's style sheet holds a few small pictures as data.
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Addresses hold internal ids: no other site is told where our users came from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SafeAnswersMiddleware:
    """Adds the security headers, and keeps pages out of every cache, as computers are shared."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Cache-Control"] = "no-store"
        return response


class LivingConnectionMiddleware:
    """Lets no request begin with a connection that died since the last one: the database may have been away."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        drop_dead_connection()
        return self.get_response(request)


class ActorMiddleware:
    """Turns a refusal by the access rules into a page that gives the reasons."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for a refusal; anything else goes on."""
        return refused(request, exception.reasons) if isinstance(exception, RefusedError) else None
