import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from base import clock
from base.quarters import Period
from reports import rules
from reports.models import Bulletin, Edition
from schools.rules import posts_of
from tests import factories

HALF = Period.parse("2025H1")


@pytest.fixture
def definition(plan):
    target = factories.make_target(factories.make_task(factories.make_action(plan)))
    return factories.make_definition(target, numerator=[factories.make_element("PASSED")])


@pytest.fixture
def bulletin(adoption, officer):
    return Bulletin.objects.create(adoption=adoption, period=HALF, drafted_at=clock.now(), drafted_by=officer)


def publish(bulletin, director):
    stamp = {"published_at": clock.now(), "published_by": director}
    return Edition.objects.create(bulletin=bulletin, number=1, content={}, checksum="", **stamp)


def test_an_adoption_is_that_of_the_persons_district(adoption, plan, principal, officer, leader, other_district):
    for user in (principal, officer, leader):
        assert rules.visible_adoption(posts_of(user), plan.code) == adoption
    stranger = factories.make_leader(other_district)
    with pytest.raises(Http404):
        rules.visible_adoption(posts_of(stranger), plan.code)
    theirs = factories.make_adoption(plan, other_district)
    assert rules.visible_adoption(posts_of(stranger), plan.code) == theirs


def test_plans_are_not_for_administrators_or_visitors(adoption, plan, administrator):
    for posts in (posts_of(administrator), []):
        with pytest.raises(PermissionDenied):
            rules.visible_adoption(posts, plan.code)


def test_a_school_sees_its_own_results_the_bureau_all(adoption, definition, school, principal, officer, leader):
    assert rules.unit_filter(posts_of(principal), definition, adoption) == {school.pk}
    assert rules.unit_filter(posts_of(officer), definition, adoption) is None
    assert rules.unit_filter(posts_of(leader), definition, adoption) is None


def test_sensitive_results_take_the_right_to_see_them(adoption, definition, district, school, principal, director):
    definition.sensitive = True
    assert rules.unit_filter(posts_of(principal), definition, adoption) == {school.pk}
    assert rules.unit_filter(posts_of(director), definition, adoption) == set()
    trusted = posts_of(factories.make_leader(district, sees_sensitive=True))
    assert rules.unit_filter(trusted, definition, adoption) is None
    meddling = posts_of(factories.make_principal(school, sees_sensitive=True))
    assert rules.unit_filter(meddling, definition, adoption) == {school.pk}


def test_a_post_elsewhere_gives_no_right_here(adoption, definition, school, principal, other_district):
    factories.make_post("leader", other_district, user=principal, sees_sensitive=True)
    assert rules.unit_filter(posts_of(principal), definition, adoption) == {school.pk}
    assert not rules.sees_sensitive(posts_of(principal), adoption)
    assert not rules.may_take_pack(posts_of(principal), adoption)


def test_a_draft_is_the_bureaus_an_edition_everybodys(adoption, bulletin, officer, director, leader, principal):
    for user in (officer, director):
        assert rules.visible_bulletin(posts_of(user), adoption, HALF) == bulletin
    for user in (leader, principal):
        with pytest.raises(Http404):
            rules.visible_bulletin(posts_of(user), adoption, HALF)
    edition = publish(bulletin, director)
    for user in (officer, director, leader, principal):
        assert list(rules.visible_bulletin(posts_of(user), adoption, HALF).editions.all()) == [edition]


def test_bureau_drafts_and_a_director_publishes_what_she_did_not_draft(
    adoption, bulletin, officer, director, leader, principal, other_district
):
    assert [rules.may_draft(posts_of(user), adoption) for user in (officer, director, leader, principal)] == [
        True,
        True,
        False,
        False,
    ]
    stranger = factories.make_director(other_district)
    publishing = (officer, director, leader, stranger)
    assert [rules.may_publish(posts_of(user), bulletin) for user in publishing] == [False, True, False, False]
    bulletin.drafted_by = director
    assert not rules.may_publish(posts_of(director), bulletin)


def test_hidden_is_what_sensitive_targets_count_and_what_they_alone_read(plan):
    task = factories.make_task(factories.make_action(plan))
    passed, examined, shared, plain = (
        factories.make_element(code) for code in ("PASSED", "EXAMINED", "SHARED", "PLAIN")
    )
    for code, sensitive, numerator, denominator in [
        ("A", True, [passed], [examined]),
        ("B", True, [passed], [shared]),
        ("C", False, [plain], [shared]),
        ("D", False, [passed], [plain]),
    ]:
        target = factories.make_target(task, code)
        factories.make_definition(target, numerator=numerator, denominator=denominator, sensitive=sensitive)
    assert rules.hidden_elements() == {passed.pk, examined.pk}
