"""An agreement written down in YAML. Read like a rule book; an error names file, line and the fact."""

from collections.abc import Mapping

from joinedup.core.nation import Nation
from joinedup.rules.facts import FactError
from joinedup.rules.funds.agreements import Agreement, BetterCarePlan, Contribution, Party, Report, Vat
from joinedup.rules.funds.kinds import Body, Form, Money, Term
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.reading import read_declared, read_member, read_words
from joinedup.rules.rows import read_rows

REQUIRED = frozenset({"form", "name", "starts", "parties"})
OPTIONAL = frozenset(
    {"ends", "pool", "contributions", "terms", "reports", "purposes", "set_aside", "covers_large_hospitals"}
    | {"vat", "better_care_fund"}
)
PLAN = frozenset({"conditions", "is_two_tier", "grant_paid_to", "lower_tier_agrees"})


def agreement_of(text: bytes, *, file: str, nation: Nation) -> Agreement:
    """Read an agreement from YAML; `RuleBookError` with file and line where it can't be so."""
    return agreement_of_node(read_node(text, file), nation)


def agreement_of_node(node: Node, nation: Nation) -> Agreement:
    """Read an agreement from a piece of YAML."""
    fields = node.fields(REQUIRED, OPTIONAL)
    terms = fields["terms"].items() if "terms" in fields else ()
    try:
        return Agreement(
            nation=nation,
            form=read_member(fields["form"], Form),
            name=fields["name"].text(),
            starts=fields["starts"].day(),
            parties=read_rows(fields["parties"], Party),
            ends=fields["ends"].day() if "ends" in fields else None,
            pool=fields["pool"].decimal() if "pool" in fields else None,
            contributions=read_rows(fields["contributions"], Contribution)
            if "contributions" in fields
            else (),
            terms=frozenset(read_member(each, Term) for each in terms),
            reports=read_rows(fields["reports"], Report) if "reports" in fields else (),
            purposes=frozenset(read_words(fields["purposes"])) if "purposes" in fields else frozenset(),
            set_aside=fields["set_aside"].decimal() if "set_aside" in fields else None,
            covers_large_hospitals=_is_set(fields, "covers_large_hospitals"),
            vat=read_declared(fields["vat"], Vat) if "vat" in fields else None,
            better_care_fund=_plan(fields["better_care_fund"]) if "better_care_fund" in fields else None,
        )
    except FactError as error:
        raise node.error(str(error)) from error


def _plan(node: Node) -> BetterCarePlan:
    fields = node.fields(frozenset({"minimums"}), PLAN)
    minimums = tuple((read_member(key, Money), value.decimal()) for key, value in fields["minimums"].named())
    paid_to = read_member(fields["grant_paid_to"], Body) if "grant_paid_to" in fields else None
    try:
        return BetterCarePlan(
            minimums=minimums,
            conditions=_conditions(fields["conditions"]) if "conditions" in fields else None,
            is_two_tier=_is_set(fields, "is_two_tier"),
            grant_paid_to=paid_to,
            lower_tier_agrees=_is_set(fields, "lower_tier_agrees"),
        )
    except FactError as error:
        raise node.error(str(error)) from error


def _conditions(node: Node) -> frozenset[str]:
    """Read which conditions a plan meets; an empty list says that it meets none."""
    return frozenset() if node.is_empty_list() else frozenset(read_words(node))


def _is_set(fields: Mapping[str, Node], name: str) -> bool:
    """Read a yes or no that need not be there."""
    return name in fields and fields[name].yes_or_no()
