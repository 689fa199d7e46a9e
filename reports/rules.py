"""Who may see and do what with results and bulletins. Rules take the posts of the one who asks (``request.posts``)."""

from collections import defaultdict

from targets.models import Term, TermPart


def hidden_elements() -> set[int]:
    """Ids of the elements whose figures by school only few may see (measurement.md §7).

    Those that a sensitive target of any plan counts, and those that only sensitive targets read.
    """
    counted: set[int] = set()
    read: dict[int, set[bool]] = defaultdict(set)
    for element, part, sensitive in Term.objects.values_list("element_id", "part", "definition__sensitive"):
        read[element].add(sensitive)
        if sensitive and part in (TermPart.NUMERATOR, TermPart.CONDITION):
            counted.add(element)
    return counted | {element for element, flags in read.items() if flags == {True}}
