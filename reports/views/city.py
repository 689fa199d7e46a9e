"""The page of those who look at a city's districts."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports import rules
from reports.city import city_of, periods_of
from reports.forms import CityForm


@require_safe
def city(request: HttpRequest, plan: str) -> HttpResponse:
    """Her districts side by side; ``?period=`` chooses among the half-years that any of them has published."""
    adoptions = rules.city_adoptions(request.posts, plan)
    periods = periods_of(adoptions)
    form = CityForm(request.GET, periods)
    if not form.is_valid():
        raise BadRequest("没有这一期，请从页面上选。")
    period = form.cleaned_data["period"]
    context = {"adoptions": adoptions, "plan": adoptions[0].plan, "periods": periods, "period": period}
    return render(request, "reports/city.html", context | {"city": period and city_of(adoptions, period)})
