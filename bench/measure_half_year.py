"""One district's half-year: the demo's 60 schools, all targets, the district and every school. As ratios, to be trusted
on any machine: each against the least that the same work takes, timed in the same run.

    python bench/measure_half_year.py --json FILE
"""

from common import Line, line, run, seconds


def measured() -> list[Line]:
    from base.quarters import Period
    from reports.book import book_of
    from reports.measuring import measure
    from reports.models import Result
    from submissions.models import Entry
    from targets.core.measure import measure as measure_book
    from tasks.models import Adoption

    adoption, period = Adoption.objects.select_related("plan", "district").get(), Period.parse("2025H1")
    entries = Entry.objects.approved().of(adoption.district).up_to(period.last)
    rows = list(measure(adoption, period, by=None).results.all())

    def fetch() -> None:
        list(entries.values_list("unit_id", "element_id", "quarter", "approved_value"))

    def insert() -> None:
        Result.objects.all().delete()
        for row in rows:
            row.pk = None
        Result.objects.bulk_create(rows)

    book = seconds(lambda: book_of(adoption, period))
    core = seconds(lambda: measure_book(book_of(adoption, period), period)) - book
    whole = seconds(lambda: measure(adoption, period, by=None))
    least = seconds(fetch), seconds(insert)
    return [
        line("reading the book, against fetching its entries bare", book / least[0], 2),
        line("measuring all targets, against fetching the entries bare", core / least[0], 3),
        line("measuring and storing, against fetching and inserting bare", whole / sum(least), 3),
    ]


if __name__ == "__main__":
    run(measured)
