"""What an installation may choose about signing in, read from the environment."""

import os

SECOND_FACTOR_NAME = "JOINEDUP_SECOND_FACTOR"
IDLE_NAME = "JOINEDUP_IDLE_MINUTES"
IDLE_MINUTES = "30"
FEWEST_MINUTES, MOST_MINUTES = 5, 120


class SignInPolicyError(Exception):
    """A choice that can't be used; the message says which and what may be chosen."""


def second_factor_is_required() -> bool:
    """Say whether everyone must have a second factor: yes, unless `JOINEDUP_SECOND_FACTOR=optional`."""
    said = os.environ.get(SECOND_FACTOR_NAME) or "required"
    if said not in ("required", "optional"):
        raise SignInPolicyError(f"{SECOND_FACTOR_NAME} is {said!r}. Use required or optional.")
    return said == "required"


def idle_seconds() -> int:
    """Return after how many seconds without a request a session ends (`JOINEDUP_IDLE_MINUTES`)."""
    said = os.environ.get(IDLE_NAME) or IDLE_MINUTES
    if not said.isascii() or not said.isdigit() or not FEWEST_MINUTES <= int(said) <= MOST_MINUTES:
        raise SignInPolicyError(
            f"{IDLE_NAME} is {said!r}. Use a whole number of minutes from {FEWEST_MINUTES} to {MOST_MINUTES}."
        )
    return int(said) * 60
