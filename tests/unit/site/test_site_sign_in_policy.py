"""What an installation may choose about signing in."""

import pytest

from joinedup.site.sign_in_policy import SignInPolicyError, idle_seconds, second_factor_is_required


@pytest.mark.parametrize(
    ("said", "is_required"), [(None, True), ("", True), ("required", True), ("optional", False)]
)
def test_everyone_needs_a_second_factor_unless_it_is_said_to_be_optional(monkeypatch, said, is_required):
    monkeypatch.delenv("JOINEDUP_SECOND_FACTOR", raising=False)
    if said is not None:
        monkeypatch.setenv("JOINEDUP_SECOND_FACTOR", said)
    assert second_factor_is_required() is is_required


@pytest.mark.parametrize("said", ["no", "Optional", "0"])
def test_any_other_word_is_refused(monkeypatch, said):
    monkeypatch.setenv("JOINEDUP_SECOND_FACTOR", said)
    with pytest.raises(SignInPolicyError, match="required or optional"):
        second_factor_is_required()


def test_a_session_may_rest_for_half_an_hour_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv("JOINEDUP_IDLE_MINUTES", raising=False)
    assert idle_seconds() == 1800
    monkeypatch.setenv("JOINEDUP_IDLE_MINUTES", "15")
    assert idle_seconds() == 900


@pytest.mark.parametrize("said", ["4", "121", "-5", "ten", "15.5", "１５"])
def test_a_time_that_is_no_use_is_refused(monkeypatch, said):
    monkeypatch.setenv("JOINEDUP_IDLE_MINUTES", said)
    with pytest.raises(SignInPolicyError, match="from 5 to 120"):
        idle_seconds()
