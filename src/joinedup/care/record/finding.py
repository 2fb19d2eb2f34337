"""Writes what resources are found by: the texts and dates beside them. Their words stand on the resource itself."""

from collections.abc import Collection, Mapping

from joinedup.care.copying import copy_rows
from joinedup.care.record.indexing import Index
from joinedup.care.record.models import SearchDate, SearchText


def index_resources(found_by: Mapping[int, Index], *, known: Collection[int]) -> None:
    """Write the texts and dates of each resource (by its number), in place of those of the ones known before."""
    if known:
        SearchText.objects.filter(resource__in=known).delete()
        SearchDate.objects.filter(resource__in=known).delete()
    texts = [(number, *text) for number, index in found_by.items() for text in index.texts]
    dates = [(number, *date) for number, index in found_by.items() for date in index.dates]
    if texts:
        copy_rows(SearchText, ("resource_id", "name", "value"), texts)
    if dates:
        copy_rows(SearchDate, ("resource_id", "name", "since", "until"), dates)
