# Two commands on a fresh machine: `make run` and `make test`. Everything else is for people who stay.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
YOULIN_HOME ?= $(CURDIR)/var
export PORT YOULIN_HOME
# Where nothing compiled is kept, every start of ours takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

UV := $(shell command -v uv || echo .tools/uv/bin/uv)
RUN := .venv/bin/youlin
PYTEST := .venv/bin/pytest -q

.PHONY: help setup run test test-postgres e2e pictures e2e-postgres clients spark spark-setup noise check bench lighthouse drill upgrade-drill disks faults audit hours-answers docs format migrations clean

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.tools/uv/bin/uv:
	python3 -m venv .tools/uv && .tools/uv/bin/pip install --quiet --disable-pip-version-check 'uv==0.13.9'

.venv/.synced: pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	$(UV) sync --frozen --quiet
	@touch $@

.venv/.vendored: package.json package-lock.json scripts/vendor.py .venv/.synced
	.venv/bin/python scripts/vendor.py
	@touch $@

.venv/.translated: src/youlin/locale/en/LC_MESSAGES/django.po scripts/translations.py .venv/.synced
	.venv/bin/python scripts/translations.py compile
	@touch $@

setup: .venv/.synced .venv/.vendored .venv/.translated ## install everything the project needs into .venv

run: setup ## the platform with a demonstration district, on PORT (8000)
	@YOULIN_DEMO=$${YOULIN_DEMO:-1} exec $(RUN) run --port $(PORT)

test: setup ## all tests but the browser's, GDAL's and Spark's, on SQLite (DATABASE_URL chooses another)
	$(PYTEST) -n 2 --dist worksteal -m 'not browser and not client and not spark'

# A server for each process: readers of the journal wait for every open transaction, also those of another test.
# What reads code alone, or brings a SQLite of its own, would only be run twice; of Chicago's file a sample is enough here.
test-postgres: setup ## the same tests on PostgreSQL servers of their own
	scripts/with-postgres scripts/with-postgres $(PYTEST) -n 2 --dist worksteal -m 'not browser and not client and not spark' \
		--of-the-database --ignore tests/architecture $(addprefix --ignore src/youlin/programmes/demo_chicago/tests/test_,killed.py page.py)

# Two files at a time, each with a demonstration and a Chromium of its own: most of a journey is waiting.
e2e: setup ## the journeys in a real Chromium; their pictures go into test-results/pictures
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder --reruns 1 -rR -m browser tests/browser

pictures: setup ## the same journeys, with their pictures into docs/images, where the guides show them
	YOULIN_PICTURES=1 $(PYTEST) --reruns 1 -rR -m browser tests/browser

e2e-postgres: setup ## the journeys that need server, worker and outbox, and the database away, on a PostgreSQL of their own
	scripts/with-postgres $(PYTEST) --reruns 1 -rR -m browser $(addprefix tests/browser/test_,journey.py offline.py database_away.py)

noise: setup ## every piece of noise at every address (the tests give each a third), on SQLite
	YOULIN_NOISE=whole $(PYTEST) -n 2 tests/security/test_noise.py

clients: setup ## Debian's GDAL (gdal-bin) reads a running server: OGC API – Features, vector tiles
	$(PYTEST) -m client tests/clients

.venv/.spark: .venv/.synced
	$(UV) sync --frozen --quiet --group spark
	@touch $@

spark-setup: .venv/.spark ## also install Apache Spark into .venv (430 MB; needs Java 17 to run)

spark: setup .venv/.spark ## figures and point → area on a Spark master with two workers of their own (needs Java 17)
	$(PYTEST) -n 0 -m spark tests/spark

check: setup ## style, types, layers, templates, migrations, translations, documentation
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint src --check --lint --quiet
	$(RUN) manage makemigrations --check --dry-run
	.venv/bin/python scripts/safe_migrations.py
	.venv/bin/python scripts/translations.py check
	$(RUN) programme check

format: setup ## bring style into order
	.venv/bin/ruff check --fix . ; .venv/bin/ruff format . ; .venv/bin/djlint src --reformat --quiet

migrations: setup ## write missing migrations
	$(RUN) manage makemigrations

audit: setup ## known weaknesses of the locked packages, from public databases; exit code 75 and the last review's date where none is in reach
	.venv/bin/python scripts/audit.py $(UV)

faults: setup ## MINUTES (10) of load, then of counters that redeem, on both databases while server, worker and database are killed at random
	.venv/bin/python -m tests.faults.storm --database sqlite --minutes $(or $(MINUTES),10)
	.venv/bin/python -m tests.faults.storm --database postgresql --minutes $(or $(MINUTES),10)
	.venv/bin/python -m tests.faults.storm --database sqlite --load counters --minutes $(or $(MINUTES),10)
	.venv/bin/python -m tests.faults.storm --database postgresql --load counters --minutes $(or $(MINUTES),10)

disks: setup ## a small ext4 disk, filled to the last byte and then failed, under each database; needs the right to mount
	YOULIN_TEST_DISK=real $(PYTEST) tests/faults/test_full_disk.py
	YOULIN_TEST_DISK=real scripts/with-postgres $(PYTEST) tests/faults/test_full_disk.py

upgrade-drill: setup ## the version before beside this one on ROWS (1000000) cases, under load (PostgreSQL); stop, migrate, start (SQLite)
	.venv/bin/python -m tests.faults.upgrade --database postgresql --rows $(or $(ROWS),1000000)
	.venv/bin/python -m tests.faults.upgrade --database sqlite --rows $(or $(ROWS),1000000)

drill: setup ## a backup under load, everything lost, everything back, on SQLite (DATABASE_URL chooses another)
	$(PYTEST) tests/faults/test_drill.py

bench: setup ## measure; prints a table and writes YOULIN_HOME/bench.json
	.venv/bin/python -m bench

hours-answers: setup ## what opening_hours.js, the reference, answers for a year of each sample value, recorded for a test
	.venv/bin/python scripts/opening_hours_answers.py

lighthouse: setup ## Lighthouse over the public pages of the server on PORT (8000), RUNS (5) each, into docs/lighthouse.md
	.venv/bin/python scripts/lighthouse.py http://127.0.0.1:$(PORT) --runs $(or $(RUNS),5)

docs: setup ## rebuild the parts of docs/ that commands write
	.venv/bin/python scripts/docs.py

clean: ## remove what setup made (your data in YOULIN_HOME stays)
	rm -rf .venv .tools node_modules src/youlin/ui/static/vendor
