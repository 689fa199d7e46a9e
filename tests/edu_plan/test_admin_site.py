"""The admin site is for system matters: nobody in it, a superuser neither, changes a figure, a result or the past."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory
from django.urls import reverse

from schools.models import User
from schools.rules import posts_of

pytestmark = pytest.mark.security

# What a superuser may do there: + create, ~ change, - remove. Who administers a district may do no more.
MAY = {
    "schools.district": "+~",
    "schools.section": "+~",
    "schools.unit": "+~",
    "schools.unitfacts": "+~",
    "schools.post": "+~-",
    "schools.user": "~",
    "tasks.adoption": "~",  # the days of the calendar
    "targets.adoptedtarget": "~",  # the district's own baselines and thresholds (docs/decisions/0072)
}
READ = {"reports.bulletin", "reports.edition", "reports.measurement", "targets.check", "targets.element"}
READ |= {"reports.editionfile", "reports.progress", "reports.passage", "reports.rectification"}
READ |= {"reports.wording", "reports.assessmentfile"}
READ |= {"targets.clause", "targets.clausenumber"}
READ |= {"targets.target", "targets.targetdefinition", "targets.term", "targets.goal"}
READ |= {"tasks.plan", "tasks.task", "tasks.objective", "tasks.action", "tasks.safeguard", "tasks.adoptedtask"}
EDITED = {
    "schools.user": {"username", "name", "email"},
    "tasks.adoption": {"opens_day", "due_day", "closes_day"},
    "targets.adoptedtarget": {"baseline_value", "baseline_date", "baseline_source", "ok_at", "warn_at"},
}


def request_of(user):
    request = RequestFactory().get("/admin/")
    request.user, request.posts = user, posts_of(user)
    request._messages = CookieStorage(request)
    return request


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root")


def allowed(place, request):
    """As in MAY."""
    may = {"+": place.has_add_permission, "~": place.has_change_permission, "-": place.has_delete_permission}
    if not isinstance(place, admin.options.InlineModelAdmin):
        return "".join(sign for sign, ask in may.items() if ask(request))
    return "".join(sign for sign, ask in may.items() if ask(request, None) and (sign != "-" or place.can_delete))


def places():
    """Every model that stands in the admin site, on a page of its own or within another's."""
    for model, place in admin.site._registry.items():
        yield model._meta.label_lower, place
        for inline in place.inlines:
            yield inline.model._meta.label_lower, inline(model, admin.site)


def test_a_superuser_changes_nothing_but_what_is_listed(root):
    request = request_of(root)
    found = {label: allowed(place, request) for label, place in places()}
    assert found == MAY | dict.fromkeys(READ, "")


def test_an_administrator_may_do_no_more(administrator):
    request = request_of(administrator)
    more = {label: set(allowed(place, request)) - set(MAY.get(label, "")) for label, place in places()}
    assert {label: signs for label, signs in more.items() if signs} == {}


@pytest.mark.parametrize("label", EDITED)
def test_of_what_may_be_changed_only_these_fields(root, label):
    place = admin.site._registry[apps.get_model(label)]
    shown = {name for _, options in place.get_fieldsets(request_of(root)) for name in options["fields"]}
    assert shown - set(place.get_readonly_fields(request_of(root))) == EDITED[label]


def test_figures_and_the_log_do_not_stand_there():
    labels = {label for label, _ in places()}
    assert {label for label in labels if label.startswith("submissions.")} == set()
    assert labels & {"base.auditrow", "base.auditseal", "reports.result", "base.storedfile"} == set()


@pytest.mark.parametrize("model", ["reports_measurement", "reports_bulletin", "reports_edition"])
def test_results_are_not_changed_by_any_request(world, root, client_of, model):
    client, stored = client_of(root), apps.get_model(*model.split("_")).objects
    before, pk = list(stored.values()), stored.first().pk
    given = {"post": "yes", "checksum": "x", "number": 9}
    urls = [reverse(f"admin:{model}_{verb}", args=[pk]) for verb in ("change", "delete")]
    urls.append(reverse(f"admin:{model}_add"))
    assert [client.post(url, given).status_code for url in urls] == [403] * 3
    chosen = {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
    client.post(reverse(f"admin:{model}_changelist"), chosen)
    assert list(stored.values()) == before
