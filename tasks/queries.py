"""Words for reading plans and adoptions."""

from typing import TYPE_CHECKING

from base import clock

if TYPE_CHECKING:
    from schools.models import District
    from tasks.models import Adoption


def current_adoption(district: "District") -> "Adoption | None":
    """The adoption of the plan in force today; else of the one that began last; else of the first to begin."""
    from tasks.models import Adoption

    today = clock.today()
    adoptions = list(Adoption.objects.filter(district=district).select_related("plan").order_by("plan__start"))
    begun = [adoption for adoption in adoptions if adoption.plan.start <= today]
    in_force = [adoption for adoption in begun if today <= adoption.plan.end]
    return next(iter([*in_force[-1:], *begun[-1:], *adoptions[:1]]), None)
