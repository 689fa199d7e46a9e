"""The shared fixtures and factories make what they say."""

from base.quarters import Quarter
from tests import factories


def test_school_has_one_set_of_facts(school):
    assert [facts.name for facts in school.facts.all()] == ["第一小学"]
    assert school.is_open_in(Quarter.of(2023, 1))


def test_each_role_has_one_post(clerk, principal, officer, director, leader, administrator):
    people = [clerk, principal, officer, director, leader, administrator]
    assert [[post.role for post in person.posts.all()] for person in people] == [
        ["clerk"],
        ["principal"],
        ["officer"],
        ["director"],
        ["leader"],
        ["administrator"],
    ]


def test_target_with_definition_goal_and_entry(adoption, sections, school):
    pupils, classes = factories.make_element("PUPILS"), factories.make_element("CLASSES")
    task = factories.make_task(factories.make_action(adoption.plan))
    definition = factories.make_definition(
        factories.make_target(task), numerator=[pupils], denominator=[classes], measure="ratio"
    )
    goal = factories.make_goal(definition, 45, comparator="<=")
    factories.make_adopted_target(adoption, definition.target, sections["basic"])
    entry = factories.make_entry(pupils, school, Quarter.of(2024, 3), 100)
    assert definition.terms_of("numerator")[0].element == pupils
    assert set(definition.elements) == {pupils, classes}
    assert goal.due == adoption.plan.end
    assert entry.approved_value == 100
