"""What is amiss with an agreement on money on a day, by the law of that day: the one way in to this topic.

An agreement is looked at in the order in which one reads it: whether its form is possible, whether it runs, who is in
it, what it says, whether the money adds up, reports, the year's end, tax, what is set aside, the Better Care Fund.
Ends at the agreement as it was declared: what it was spent on, or whether a term is a good one, is not looked at.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from joinedup.core.dates import say_date
from joinedup.core.explained import Citation
from joinedup.core.money import format_pounds
from joinedup.core.nation import Nation
from joinedup.rules.findings import Finding, must
from joinedup.rules.funds.agreements import Agreement, Party
from joinedup.rules.funds.better_care import better_care_findings
from joinedup.rules.funds.consulted import rules_on
from joinedup.rules.funds.kinds import Form, Term
from joinedup.rules.funds.rows import Content, ReportRule, RequiredPool, Side, VatRule, YearEnd
from joinedup.rules.values import is_set, rows_of

__all__ = ["Finding", "check_agreement", "missing_pools", "untraced_rules"]


def check_agreement(agreement: Agreement, on: date) -> list[Finding]:
    """Return everything that is amiss with an agreement on a day; none when it is as it must be.

    `NotCovered` where the rule book does not know whether its form was possible, or what it had to say.
    """
    return _Check(agreement, on).findings()


def untraced_rules(agreement: Agreement, on: date) -> tuple[Citation, ...]:
    """Return what the check of an agreement rests on without its having been traced; whoever reads must be told."""
    check = _Check(agreement, on)
    check.findings()
    return tuple(citation for citation in check.rules.used.values() if citation.is_unverified)


def missing_pools(nation: Nation, agreements: Iterable[Agreement], on: date) -> list[Finding]:
    """Return for what there must be a pooled fund on a day, and is none among all the agreements of an area."""
    required = rules_on(nation, on).known("required_pools")
    running = [each for each in agreements if each.form is Form.POOLED_FUND and _runs_on(each, on)]
    pooled = {purpose for each in running for purpose in each.purposes}
    return [
        must(f"{rule.title}: no pooled fund", "there must be one in each area", required)
        for rule in (rows_of(required, RequiredPool) if required else ())
        if required and rule.purpose not in pooled
    ]


class _Check:
    """One agreement beside the rules of one day."""

    def __init__(self, agreement: Agreement, day: date) -> None:
        self.agreement, self.day = agreement, day
        self.rules = rules_on(agreement.nation, day)

    def findings(self) -> list[Finding]:
        """Return what is amiss; where its form was not possible, only that."""
        form = self.agreement.form
        possible = self.rules.cite(f"{form}_possible")
        if not is_set(possible):
            what = f"{form.title}: not possible on {say_date(self.day)}"
            return [must(what, f"{self.agreement.nation.title} has none then", possible)]
        contents = self.rules.known(f"{form}_contents")
        amiss = [*self._of_days(contents or possible)]
        if contents:
            amiss += [*self._of_partners(), *self._of_contents(contents), *self._of_contributions(contents)]
        amiss += [*self._of_reports(), *self._of_year_end(), *self._of_vat(), *self._of_set_aside()]
        return [*amiss, *better_care_findings(self.agreement, self.rules, self.day)]

    def _of_days(self, citation: Citation) -> Iterator[Finding]:
        """Look at whether the agreement runs on the day."""
        starts, ends = self.agreement.starts, self.agreement.ends
        if self.day < starts:
            yield must(f"Duration: starts on {say_date(starts)}", "it does not hold yet", citation)
        if ends is not None and self.day > ends:
            yield must(f"Duration: ended on {say_date(ends)}", "it holds no more", citation)

    def _of_partners(self) -> Iterator[Finding]:
        """Look for a partner on each side."""
        citation = self.rules.known("partners")
        bodies = {party.body for party in self.agreement.parties}
        for side in rows_of(citation, Side) if citation else ():
            if citation and not bodies & set(side.bodies):
                yield must(f"{side.title}: none", "each side must be a partner", citation)

    def _of_contents(self, citation: Citation) -> Iterator[Finding]:
        """Look for each thing that the agreement must say."""
        for rule in rows_of(citation, Content):
            if rule.term not in self.agreement.stated:
                yield must(f"{rule.title}: not stated", "the agreement must say it", citation)

    def _of_contributions(self, citation: Citation) -> Iterator[Finding]:
        """Look at whether each partner of a pool pays in, and whether it adds up to the pool."""
        agreement = self.agreement
        asked = {rule.term for rule in rows_of(citation, Content)}
        if agreement.form is not Form.POOLED_FUND or not agreement.contributions:
            return
        if Term.CONTRIBUTIONS in asked:
            paying = {each.party for each in agreement.contributions}
            for party in agreement.parties:
                if party.name not in paying:
                    yield must(f"{party.name}: no contribution", "each partner's must be stated", citation)
        if agreement.pool is not None and agreement.paid_in != agreement.pool:
            what = f"Contributions: {format_pounds(agreement.paid_in)}"
            yield must(what, f"they must add up to the pool of {format_pounds(agreement.pool)}", citation)

    def _of_reports(self) -> Iterator[Finding]:
        """Look for each report, often enough."""
        citation = self.rules.known(f"{self.agreement.form}_reports")
        every = {report.report: report.months for report in self.agreement.reports}
        for rule in rows_of(citation, ReportRule) if citation else ():
            months = every.get(rule.report)
            if citation and (months is None or months > rule.months):
                found = "none" if months is None else f"every {_months(months)}"
                yield must(f"{rule.title}: {found}", f"due at least every {_months(rule.months)}", citation)

    def _of_year_end(self) -> Iterator[Finding]:
        """Look at who may overspend or carry money forward by the agreement, but not by law."""
        declared = [party for party in self.agreement.parties if _says_year_end(party)]
        citation = self.rules.known("year_end") if declared else None
        for rule in rows_of(citation, YearEnd) if citation else ():
            for party in declared:
                if citation and party.body is rule.body:
                    yield from _beyond(party, rule, citation)

    def _of_vat(self) -> Iterator[Finding]:
        """Look at whether value added tax of a pool comes back as it does for whoever delivers."""
        vat = self.agreement.vat if self.agreement.form is Form.POOLED_FUND else None
        citation = self.rules.known("vat_routes") if vat else None
        for rule in rows_of(citation, VatRule) if citation else ():
            if citation and vat and rule.body is vat.delivered_by and rule.route is not vat.route:
                because = f"where a body of this kind ({rule.body.title}) delivers, by {rule.route.title}"
                yield must(f"VAT: by {vat.route.title}", because, citation)

    def _of_set_aside(self) -> Iterator[Finding]:
        """Look for what must be set aside for hospitals that serve several councils."""
        agreement = self.agreement
        if agreement.covers_large_hospitals and agreement.set_aside is None:
            citation = self.rules.known("set_aside_required")
            if citation and is_set(citation):
                because = "the health board must set an amount aside for them"
                yield must("Hospitals that serve several councils: nothing set aside", because, citation)


def _runs_on(agreement: Agreement, day: date) -> bool:
    return agreement.starts <= day and (agreement.ends is None or day <= agreement.ends)


def _says_year_end(party: Party) -> bool:
    return bool(party.may_overspend or party.may_carry_forward)


def _beyond(party: Party, rule: YearEnd, citation: Citation) -> Iterator[Finding]:
    """Tell what the agreement lets a partner do that its kind of body may not."""
    body = rule.body.title
    if party.may_overspend and rule.may_overspend is False:
        yield must(f"{party.name}: may overspend", f"a {body} may not", citation)
    if party.may_carry_forward and rule.may_carry_forward is False:
        yield must(f"{party.name}: carries money forward", f"a {body} may not", citation)


def _months(number: int) -> str:
    return "month" if number == 1 else f"{number} months"
