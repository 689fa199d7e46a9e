"""What other rooms' pages say of bulletins."""

from typing import Any

from django import template

from reports.standing import waiting_for
from schools.models import District

register = template.Library()


@register.inclusion_tag("reports/_waiting.html", takes_context=True)
def bulletins_waiting(context: dict[str, Any], district: District) -> dict[str, Any]:
    """``{% bulletins_waiting desk.district %}``: those that wait for the one who asks; nothing where none does."""
    return {"bulletins": waiting_for(context["request"].posts, district)}
