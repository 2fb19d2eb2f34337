"""A measure's declaration in words, for the page beside its figures."""

from collections.abc import Sequence

from joinedup.insight.comparing import ATTRIBUTES, CountedVariant, say_value
from joinedup.insight.declaration import Declaration
from joinedup.insight.results import Description, VariantDescription


def describe(declaration: Declaration, variants: Sequence[CountedVariant]) -> Description:
    """The declaration, with each variant as its nation's rule has it."""
    return Description(
        title=declaration.title,
        question=declaration.question,
        numerator=declaration.numerator,
        denominator=declaration.denominator,
        unit=declaration.unit,
        better=declaration.better,
        convention=declaration.convention,
        source=declaration.source,
        variants=tuple(_variant(variant) for variant in variants),
        what_else_moves_it=declaration.what_else_moves_it,
    )


def _variant(counted: CountedVariant) -> VariantDescription:
    variant = counted.variant
    lines = [("What is counted", variant.counted.title), ("Delay", str(counted.rule.definition.value))]
    lines += [(a.title, say_value(a.read(counted))) for a in ATTRIBUTES if a.bears_on(counted)]
    if variant.published and variant.published.population.because:
        lines.append(("About the population", variant.published.population.because))
    return VariantDescription(
        nation=variant.nation,
        origin=variant.origin.value,
        title=f"{variant.nation.title}: {variant.origin.title[0].lower()}{variant.origin.title[1:]}",
        lines=tuple(lines),
    )
