"""A council's own policy: parameters in a file of its own that stand in place of the nation's where they are better.

A policy may never make anybody worse off than the national rule: each value is checked against the nation's as the file
is read. Where a nation leaves the means test to its councils, the policy is the test.
"""

from collections.abc import Iterator
from dataclasses import replace

from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.loading import load_rule_book
from joinedup.rules.nodes import read_node
from joinedup.rules.parameters import Parameter, RuleBook, RulesOfDay, Value
from joinedup.rules.topics import Better, Requirement, Topic

MEANS_TEST = "upper_capital_limit"


def load_local_policy(text: bytes, *, file: str, nation: Nation, topic: Topic) -> RuleBook:
    """Read a council's policy; `RuleBookError` with file and line where it would make anybody worse off."""
    optional = {name: replace(each, is_required=False) for name, each in topic.requirements.items()}
    local = load_rule_book(text, file=file, nation=nation, topic=replace(topic, requirements=optional))
    national = rule_book(nation, topic.name)
    for node in read_node(text, file).fields(frozenset({"parameters"}))["parameters"].items():
        name = next(value.text() for key, value in node.named() if key.text() == "id")
        for problem in _harm(local.parameters[name], national, topic.requirements[name]):
            raise node.error(problem)
    return local


def with_local_policy(rules: RulesOfDay, local: RuleBook) -> RulesOfDay:
    """Return the rules of a day in which a council's values of that day stand in place of the nation's."""
    if (local.nation, local.topic) != (rules.book.nation, rules.book.topic):
        raise ValueError(
            f"a policy of {local.nation.title} on {local.topic} is for that nation and topic only"
        )
    own = {name: parameter for name, parameter in local.parameters.items() if parameter.entry_on(rules.day)}
    return replace(rules, book=replace(rules.book, parameters={**rules.book.parameters, **own}))


def _harm(local: Parameter, national: RuleBook, requirement: Requirement) -> Iterator[str]:
    """Yield how a council's parameter could make somebody worse off than the nation's."""
    if requirement.better is None:
        yield f"'{local.id}' is not for a council to set: leave it out"
        return
    theirs = national.parameters.get(local.id)
    if theirs is None:
        if MEANS_TEST in national.parameters and not requirement.may_be_added:
            yield f"'{local.id}' is not in the rule book of {national.nation.title}: it could only add to a charge"
        return
    for ours in local.entries:
        for entry in theirs.entries:
            if not (ours.is_in_force and entry.is_in_force and ours.period.overlaps(entry.period)):
                continue
            if not _is_no_worse(ours.value, entry.value, requirement.better):
                yield (
                    f"'{local.id}' would make people worse off than the national rule from "
                    f"{max(ours.period.start, entry.period.start)}: a council may only give a value that is "
                    f"{requirement.better}, or the same"
                )


def _is_no_worse(ours: Value, theirs: Value, better: Better) -> bool:
    """Say whether a value is as good for the person as the nation's, or better."""
    if better is Better.MORE:
        return isinstance(ours, tuple) and isinstance(theirs, tuple) and set(theirs) <= set(ours)
    if isinstance(ours, tuple | str) or isinstance(theirs, tuple | str):
        raise TypeError("only numbers are higher or lower")
    return ours >= theirs if better is Better.HIGHER else ours <= theirs
