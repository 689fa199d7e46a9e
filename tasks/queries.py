"""Words for reading plans and adoptions."""

from base import clock
from schools.models import District
from tasks.models import Adoption


def current_adoption(district: District) -> Adoption | None:
    """The adoption of the plan in force today; else of the one that began last; else of the first to begin."""
    today = clock.today()
    adoptions = list(Adoption.objects.filter(district=district).select_related("plan").order_by("plan__start"))
    begun = [adoption for adoption in adoptions if adoption.plan.start <= today]
    in_force = [adoption for adoption in begun if today <= adoption.plan.end]
    return next(iter([*in_force[-1:], *begun[-1:], *adoptions[:1]]), None)
