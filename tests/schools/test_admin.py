"""The admin site: an administrator works in her own district alone."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.urls import NoReverseMatch, reverse

from base.models import AuditRow
from schools.models import Post, Unit, User
from tests import factories


@pytest.fixture
def client(administrator, client_of):
    return client_of(administrator)


def change_url(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def test_lists_what_lies_in_the_own_district(client, school, other_school, clerk, django_assert_max_num_queries):
    factories.make_clerk(other_school, user=factories.make_user("stranger"))
    for name in ("section", "unit", "post", "user"):
        response = client.get(reverse(f"admin:schools_{name}_changelist"))
        assert response.status_code == 200
        assert "别区" not in response.content.decode()
        assert "stranger" not in response.content.decode()


def test_another_districts_objects_are_not_there(client, other_school):
    stranger = factories.make_clerk(other_school)
    for obj in (other_school, other_school.district, stranger, stranger.posts.get()):
        assert client.get(change_url(obj)).status_code == 302  # "doesn't exist", back to the index


def test_superusers_are_out_of_reach(client):
    assert client.get(change_url(User.objects.create_superuser("root"))).status_code == 302


def test_forms_offer_the_own_district_alone(client, school, other_school):
    page = client.get(reverse("admin:schools_post_add")).content.decode()
    assert "第一小学" in page
    assert "别区小学" not in page


def test_a_change_is_audited(client, school, administrator):
    facts = school.facts.get()
    response = client.post(
        change_url(school),
        {
            "district": school.district_id,
            "kind": "school",
            "code": "pri-99",
            "opened": "2010-09-01",
            "facts-TOTAL_FORMS": 1,
            "facts-INITIAL_FORMS": 1,
            "facts-0-id": facts.pk,
            "facts-0-unit": school.pk,
            "facts-0-since": "2010-09-01",
            "facts-0-name": "第一小学",
            "facts-0-stages": "primary",
            "facts-0-ownership": "public",
            "facts-0-group": "",
        },
    )
    assert response.status_code == 302, response.context["errors"]
    assert Unit.objects.get(pk=school.pk).code == "pri-99"
    row = AuditRow.objects.get(subject_type="schools.unit")
    assert (row.verb, row.by, row.before, row.after) == ("changed", administrator, "code=pri-01", "code=pri-99")


def test_a_change_of_what_a_school_is_called_is_audited(client, school, administrator):
    facts = school.facts.get()
    same = {"id": facts.pk, "unit": school.pk, "since": "2010-09-01", "stages": "primary", "ownership": "public"}
    new = {"unit": school.pk, "since": "2025-09-01", "name": "实验小学", "stages": "primary", "ownership": "public"}
    rows = {f"facts-0-{key}": value for key, value in (same | {"name": "中心小学", "group": ""}).items()}
    rows |= {f"facts-1-{key}": value for key, value in new.items()} | {"facts-TOTAL_FORMS": 2, "facts-INITIAL_FORMS": 1}
    of_unit = {"district": school.district_id, "kind": "school", "code": school.code, "opened": "2010-09-01"}
    assert 'value="primary"' in client.get(change_url(school)).text
    assert client.post(change_url(school), of_unit | rows).status_code == 302
    told = AuditRow.objects.filter(subject_type="schools.unitfacts").values_list("verb", "by", "before", "after")
    assert set(told) == {
        ("changed", administrator.pk, "name=第一小学", "name=中心小学"),
        ("created", administrator.pk, "", "实验小学"),
    }


@pytest.mark.parametrize("column", ["password__startswith", "password", "session_round__gt"])
def test_nobody_guesses_a_hash_sign_by_sign(client, clerk, column):
    """Filters that the page doesn't offer: a list that is empty or not would tell."""
    assert client.get(reverse("admin:schools_user_changelist"), {column: "0"}).status_code == 400


def test_accounts_come_from_invitations_alone(client, clerk):
    """Nobody makes an account, chooses a password or switches an account off here."""
    assert client.get(reverse("admin:schools_user_add")).status_code == 403
    page = client.get(change_url(clerk)).content.decode()
    offered = [name for name in ("name", "email", "password", "is_active") if f'name="{name}"' in page]
    assert offered == ["name", "email"]
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[clerk.pk])
    client.post(change_url(clerk), {"username": clerk.username, "name": "王敏", "email": "", "password": "x"})
    clerk.refresh_from_db()
    assert (clerk.name, clerk.is_active, clerk.has_usable_password()) == ("王敏", True, False)


def test_an_administrator_says_whom_schools_may_ask(client, sections):
    section = sections["basic"]
    given = {"district": section.district_id, "code": section.code, "name": section.name}
    client.post(change_url(section), given | {"contact": "王老师", "phone": "0000-0000001"})
    section.refresh_from_db()
    assert (section.contact, section.phone) == ("王老师", "0000-0000001")


def test_an_administrator_gives_a_post(client, school):
    user = factories.make_user("wang", district=school.district)
    client.post(
        reverse("admin:schools_post_add"),
        {"user": user.pk, "role": "clerk", "district": school.district_id, "unit": school.pk},
    )
    assert str(Post.objects.get(user=user)) == "第一小学 填报员"
    assert list(AuditRow.objects.values_list("verb", "subject_type")) == [
        ("created", "schools.post"),
        ("appointed", "schools.user"),
    ]


def test_nobody_keeps_the_accounts_and_reads_the_log(client, administrator):
    given = {"user": administrator.pk, "role": "auditor", "district": administrator.district_id}
    response = client.post(reverse("admin:schools_post_add"), given)
    assert "须由不同的人担任" in response.content.decode()
    assert not administrator.posts.filter(role="auditor").exists()


def test_a_post_that_goes_to_another_person_takes_the_door_with_it(client, district):
    former, successor = factories.make_administrator(district), factories.make_user("successor", district=district)
    post = former.posts.get()
    client.post(change_url(post), {"user": successor.pk, "role": "administrator", "district": district.pk})
    former.refresh_from_db()
    successor.refresh_from_db()
    assert (former.is_staff, successor.is_staff) == (False, True)


def test_the_audit_log_is_nobodys_here():
    with pytest.raises(NoReverseMatch):
        reverse("admin:base_auditrow_changelist")


def test_an_administrator_reads_chinese_headings_and_labels():
    named = {
        f"{model.__name__}.{name}": str(label_for_field(name, model, one))
        for model, one in admin.site._registry.items()
        for name in [*one.list_display, *(each.name for each in model._meta.fields if each.editable)]
        if name != model._meta.pk.name
    }
    assert [name for name, label in named.items() if label.isascii() and not name.endswith(".job")] == []
