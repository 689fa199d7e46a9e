from tests.edu_plan.walk import clients, world  # noqa: F401  fixtures
