"""What was just done, said once on the next page that is opened: ``Testa Sampleton is declared ready``.

Kept in the session, which stays on the server: a name must not travel in an address.
"""

from django.http import HttpRequest

NOTICE = "notice"


def say(request: HttpRequest, sentence: str) -> None:
    """Have the next page say so."""
    request.session[NOTICE] = sentence


def said(request: HttpRequest) -> str:
    """What there is to say, which is then said; empty when there is nothing."""
    return str(request.session.pop(NOTICE, ""))
