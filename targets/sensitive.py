"""Which figures by school only few may see (measurement.md §7; docs/decisions/0044)."""

from collections import defaultdict
from collections.abc import Iterable

from targets.models import TermPart


def sensitive_elements(terms: Iterable[tuple[int, str, bool]]) -> set[int]:
    """Ids of the elements that a sensitive target counts, and of those that only sensitive targets read.

    ``terms`` are those of the definitions that matter: (element id, part, whether the definition is sensitive).
    """
    counted: set[int] = set()
    read: dict[int, set[bool]] = defaultdict(set)
    for element, part, sensitive in terms:
        read[element].add(sensitive)
        if sensitive and part in (TermPart.NUMERATOR, TermPart.CONDITION):
            counted.add(element)
    return counted | {element for element, flags in read.items() if flags == {True}}
