# make run    the demo at 127.0.0.1:8000 (PORT=…), with nothing but Python 3.11
# make test   every check and every test
# make security   what docs/security.md says, proved; make fuzz   the long search for input that breaks a parser
# make lighthouse   what Lighthouse says of every page, while `make run` serves them; needs npm and chromium
# make rehearse   the processes of docker-compose.yml without Docker, and the main journey through them; make faults   and when servers fail
# make secrets   the files that docker-compose.yml wants
# make bench   every ratio of docs/benchmarks.md, in a quarter of an hour; needs PostgreSQL
# make screenshots   pictures of every page in build/screenshots, while `make run` serves them; needs chromium
# make web, make worker, make beat, make migrate   one process each, on DATABASE_URL and REDIS_URL (docs/operations.md)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
ROOMS := base schools tasks targets submissions reports edu_plan
TESTS := DJANGO_SETTINGS_MODULE=tests.settings
PG_TEST_URL ?= postgres://postgres@127.0.0.1:5432/postgres
REDIS_TEST_URL ?= redis://127.0.0.1:6379/15

.PHONY: run demo test checks tests security fuzz lighthouse screenshots rehearse faults secrets bench services-tests web worker beat migrate

run demo migrate web worker beat: export DEBUG := $(or $(DEBUG),0)
run demo: export DEMO := 1
run demo: export PLAN_TODAY := $(or $(PLAN_TODAY),2025-07-03)
run demo: export TLS := 0
run demo: export ALLOWED_HOSTS := 127.0.0.1,localhost
run demo: export SECRET_KEY = $(or $(SECRET_KEY_GIVEN),$(shell cat var/secret_key 2>/dev/null))
SECRET_KEY_GIVEN := $(SECRET_KEY)

run: demo
	@$(BIN)/python manage.py demo_accounts
	@$(BIN)/python manage.py serve --port $(PORT)

demo: .venv/installed var/secret_key
	@$(BIN)/python manage.py migrate --no-input --verbosity 0
	@$(BIN)/python manage.py load_plan fixtures/plan_2023_2025.yaml
	@$(BIN)/python manage.py seed_demo
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0

var/secret_key: | .venv/installed
	@mkdir -p var
	@umask 077 && $(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))" > $@

web: .venv/installed
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	BIND=127.0.0.1:$(PORT) WEB_CONCURRENCY=$(WORKERS) $(BIN)/gunicorn edu_plan.wsgi

worker: .venv/installed
	$(BIN)/celery -A edu_plan worker --loglevel INFO --concurrency $(WORKERS)

beat: .venv/installed
	$(BIN)/celery -A edu_plan beat --loglevel INFO

migrate: .venv/installed
	$(BIN)/python manage.py migrate --no-input

# What docker-compose.yml says, without Docker: the same processes on PG_TEST_URL and REDIS_TEST_URL, and the main journey through them.
rehearse: .venv/installed-dev
	REHEARSE=1 DATABASE_URL=$(PG_TEST_URL) REDIS_URL=$(REDIS_TEST_URL) $(BIN)/python -m pytest -n 0 -s tests/rehearsal

# The same processes with a Redis of their own, which is stopped and emptied; a worker is killed, connections are cut.
faults: .venv/installed-dev
	FAULTS=1 DATABASE_URL=$(PG_TEST_URL) $(BIN)/python -m pytest -n 0 -s tests/faults

# For docker-compose.yml: the key of the sessions, and a password for the database. They can be read by whoever may enter the folder.
secrets:
	@mkdir -m 700 secrets
	@python3 -c "import secrets; print(secrets.token_urlsafe(50))" > secrets/secret_key
	@python3 -c "import secrets; print(secrets.token_hex(24))" > secrets/postgres_password
	@echo "postgres://edu_plan:$$(cat secrets/postgres_password)@postgres:5432/edu_plan" > secrets/database_url
	@touch secrets/email_password
	@chmod 444 secrets/*

test: checks tests services-tests

checks: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(TESTS) $(BIN)/python manage.py makemigrations --check --dry-run

tests: .venv/installed-dev
	env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

security: .venv/installed-dev
	$(BIN)/ruff check --select S .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(ROOMS)
	env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -m security

# At least 10,000 cases a parser; CASES=… for more.
fuzz: .venv/installed-dev
	env -u DATABASE_URL -u REDIS_URL FUZZ_CASES=$(or $(CASES),10000) $(BIN)/python -m pytest -s tests/fuzz

lighthouse: .venv/installed-dev build/node/node_modules/.bin/lighthouse
	$(BIN)/python -m tests.lighthouse http://127.0.0.1:$(PORT)

screenshots: .venv/installed-dev
	$(BIN)/python -m tests.screenshots http://127.0.0.1:$(PORT)

build/node/node_modules/.bin/lighthouse:
	@npm install --prefix build/node --no-audit --no-fund lighthouse@12.8.2

# All of bench/, into docs/benchmarks.md; bench/measure.py and bench/peers.py want PostgreSQL (BENCH_SERVER).
bench: .venv/installed-dev
	$(BIN)/python -m bench

services-tests: .venv/installed-dev
	@if $(BIN)/python -m tests.services $(PG_TEST_URL) $(REDIS_TEST_URL); then \
		set -x; DATABASE_URL=$(PG_TEST_URL) REDIS_URL=$(REDIS_TEST_URL) \
		$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --database-tests -m "not browser and not once"; fi

.venv/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info[:2] < (3, 11) and 'Python 3.11 is needed')"
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
