"""The rule books that come with joinedup, each read once and kept."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from joinedup.core.nation import Nation
from joinedup.rules.accountability.topic import ACCOUNTABILITY
from joinedup.rules.boards.topic import BOARDS
from joinedup.rules.boundaries.topic import BOUNDARIES
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.residential_charge_topic import RESIDENTIAL_CHARGE
from joinedup.rules.funds.topic import FUNDS
from joinedup.rules.leaving_hospital.topic import LEAVING_HOSPITAL
from joinedup.rules.loading import load_rule_book
from joinedup.rules.parameters import Parameter, RuleBook
from joinedup.rules.self_directed_support.topic import SELF_DIRECTED_SUPPORT
from joinedup.rules.targets.topic import TARGETS
from joinedup.rules.topics import Topic
from joinedup.rules.who_pays.topic import WHO_PAYS

TOPICS: tuple[Topic, ...] = (
    LEAVING_HOSPITAL,
    RESIDENTIAL_CHARGE,
    HOME_CARE_CHARGE,
    WHO_PAYS,
    SELF_DIRECTED_SUPPORT,
    BOARDS,
    BOUNDARIES,
    ACCOUNTABILITY,
    FUNDS,
    TARGETS,
)
_TOPICS_BY_NAME = {topic.name: topic for topic in TOPICS}


@cache
def rule_book(nation: Nation, topic: str) -> RuleBook:
    """One nation's rule book on one topic; `RuleBookError` when its file is amiss."""
    resource = files(f"joinedup.rules.{nation.value}") / f"{topic}.yaml"
    return load_rule_book(
        resource.read_bytes(),
        file=f"{nation.value}/{topic}.yaml",
        nation=nation,
        topic=_TOPICS_BY_NAME[topic],
    )


def catalogue(nations: Iterable[Nation] = tuple(Nation)) -> tuple[Parameter, ...]:
    """Every parameter of these nations (all: none given), in the order of topics, nations and rule books."""
    wanted = tuple(nations)
    return tuple(
        parameter
        for topic in TOPICS
        for nation in wanted
        for parameter in rule_book(nation, topic.name).parameters.values()
    )
