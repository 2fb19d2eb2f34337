"""What is amiss with an area's part in the Better Care Fund: what was pooled, conditions, and whose the grant is."""

from collections.abc import Iterator
from datetime import date

from joinedup.core.dates import say_date
from joinedup.core.explained import Citation
from joinedup.core.money import format_pounds
from joinedup.rules.findings import Finding, must
from joinedup.rules.funds.agreements import Agreement, BetterCarePlan
from joinedup.rules.funds.consulted import Consulted
from joinedup.rules.funds.kinds import Body, Form, Money
from joinedup.rules.funds.rows import Condition
from joinedup.rules.values import amount_of, is_set, rows_of


def better_care_findings(agreement: Agreement, rules: Consulted, day: date) -> Iterator[Finding]:
    """Yield what is amiss with the Better Care Fund in an agreement; nothing where it has none."""
    plan = agreement.better_care_fund
    if plan is None:
        return
    exists = rules.cite("better_care_fund_exists")
    if not is_set(exists):
        yield must(
            f"Better Care Fund: none on {say_date(day)}", f"{agreement.nation.title} has none then", exists
        )
        return
    if agreement.form is not Form.POOLED_FUND:
        yield must("Better Care Fund: not pooled", "it must be held in a pooled fund", exists)
    yield from _of_minimums(agreement, plan, rules, exists)
    yield from _of_conditions(plan, rules)
    yield from _of_grant(agreement, plan, rules)


def _of_minimums(
    agreement: Agreement, plan: BetterCarePlan, rules: Consulted, exists: Citation
) -> Iterator[Finding]:
    """Compare what is paid in with what the area was told to, and that with the nation's figure where it is known."""
    for money, least in plan.minimums:
        paid = agreement.paid(money)
        if paid < least:
            because = f"the area was told to pool at least {format_pounds(least)}"
            yield must(f"{money.title}: {format_pounds(paid)}", because, exists)
        # Only a year whose figure is known can show that an area's share is more than the whole.
        whole = rules.find(f"better_care_fund_{money}")
        if whole and least > amount_of(whole):
            because = f"the whole nation's was {format_pounds(amount_of(whole))}"
            yield must(f"{money.title}: told to pool {format_pounds(least)}", because, whole)


def _of_conditions(plan: BetterCarePlan, rules: Consulted) -> Iterator[Finding]:
    """Look for each national condition among those that the plan is said to meet."""
    if plan.conditions is None:
        return
    citation = rules.cite("better_care_fund_conditions")
    for rule in rows_of(citation, Condition):
        if rule.condition not in plan.conditions:
            yield must(f"{rule.title}: not met", "a national condition of the fund in this year", citation)


def _of_grant(agreement: Agreement, plan: BetterCarePlan, rules: Consulted) -> Iterator[Finding]:
    """Look at whether the grant for adapting homes goes to the lower tier, whose duty that is."""
    told = dict(plan.minimums).get(Money.DISABLED_FACILITIES_GRANT)
    if not plan.is_two_tier or not (told or agreement.paid(Money.DISABLED_FACILITIES_GRANT)):
        return
    route = rules.cite("disabled_facilities_grant_to_lower_tier")
    if not is_set(route) or plan.grant_paid_to is Body.DISTRICT_COUNCIL:
        return
    if plan.lower_tier_agrees and rules.is_so("disabled_facilities_grant_kept_by_agreement"):
        return
    paid_to = f"paid to the {plan.grant_paid_to.title}" if plan.grant_paid_to else "nobody is said to get it"
    yield must(
        f"{Money.DISABLED_FACILITIES_GRANT.title}: {paid_to}", "in two tiers it goes to the lower one", route
    )
