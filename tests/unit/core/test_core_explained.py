"""Explained results know what they rest on."""

from joinedup.core.explained import Citation, Confidence, Explained, Source, Status, Step
from joinedup.core.nation import Nation


def citation(parameter: str, confidence: Confidence) -> Citation:
    return Citation(parameter, 18, "years", Source("A document", "para 1"), Status.IN_FORCE, confidence)


def test_a_result_rests_on_unverified_when_any_step_does():
    sure = Step(
        "age", 20, "because", (citation("a", Confidence.PRIMARY), citation("b", Confidence.SECONDARY))
    )
    unsure = Step("days", 1, "because", (citation("c", Confidence.UNVERIFIED),))
    assert not Explained(1, (sure,)).rests_on_unverified
    assert Explained(1, (sure, unsure)).rests_on_unverified
    assert not Explained(1, ()).rests_on_unverified


def test_each_parameter_is_cited_once_in_the_order_of_use():
    first, second = citation("a", Confidence.PRIMARY), citation("b", Confidence.PRIMARY)
    result = Explained(1, (Step("x", 1, "y", (second, first)), Step("z", 2, "y", (first,))))
    assert result.citations == (second, first)


def test_sources_and_nations_are_said_as_on_a_page():
    assert str(Source("A document", "para 1")) == "A document, para 1"
    assert str(Source("A document")) == "A document"
    assert [nation.title for nation in Nation] == ["England", "Scotland", "Wales", "Northern Ireland"]
