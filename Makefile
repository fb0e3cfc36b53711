# Everything a newcomer needs. `make` alone lists the commands.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# Which Python makes the virtual environment; any 3.11 or later.
PYTHON ?= python3
# Where the kiosk listens. KIOSK_* settings (README.md) can be given the same way: make run KIOSK_CAMERA=browser
HOST ?= 127.0.0.1
PORT ?= 8000
# Passed on by `test`, `test-devices`, `bench`, `liveness`, `screenshots` and `lock`: make test ARGS="tests/domain -n 0"
ARGS ?=
export PYTHON HOST PORT

IN_VENV := .venv/bin/python
BABEL := $(IN_VENV) -m babel.messages.frontend --quiet
CATALOGUES := $(wildcard kiosk/translations/*/LC_MESSAGES/*.po)

.PHONY: help run test test-devices lint bench bench-scale liveness screenshots messages lock clean install install-dev translations

help: ## list these commands
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

run: install translations ## start the kiosk on http://127.0.0.1:8000/ (PORT= and HOST= change it)
	@deploy/system-packages libzbar0 espeak-ng
	@[ "$${KIOSK_ENV:-demo}" != demo ] || $(IN_VENV) -m kiosk.demonstration.fetch_portraits
	@.venv/bin/kiosk prepare
	@.venv/bin/kiosk addresses
	@exec $(IN_VENV) -m gunicorn -c deploy/gunicorn.conf.py wsgi:app

test: install-dev translations ## run every test (ARGS= goes to pytest)
	@deploy/system-packages libzbar0 chromium espeak-ng
	@$(IN_VENV) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-devices: install-dev ## try the drivers on a real kernel and pull their cables (ARGS=printer: one kind)
	@deploy/system-packages qemu-system-x86
	@$(IN_VENV) -m tests.machine $(ARGS)

lint: install-dev ## check style, formatting and types
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m ruff format --check .
	@$(IN_VENV) -m mypy

bench: install-dev translations ## measure the figures that README promises
	@deploy/system-packages libzbar0 chromium
	@$(IN_VENV) -m kiosk.demonstration.fetch_portraits
	@$(IN_VENV) -m benchmarks $(ARGS)

bench-scale: install-dev translations ## measure the panel on a million visits (ARGS=--short: a fiftieth)
	@deploy/system-packages libzbar0
	@$(IN_VENV) -m benchmarks.scale $(ARGS)

liveness: install-dev translations ## play attacks and honest heads before the rule of the turns (ARGS=--short: a tenth)
	@$(IN_VENV) -m kiosk.demonstration.fetch_portraits
	@$(IN_VENV) -m benchmarks.liveness $(ARGS)

screenshots: install-dev translations ## remake the pictures that README shows
	@deploy/system-packages libzbar0 chromium
	@$(IN_VENV) -m tests.screenshots $(ARGS)

messages: install-dev ## collect the sentences to translate into kiosk/translations
	@mkdir -p build
	@$(BABEL) extract -F pyproject.toml -k lazy_gettext -k _l --no-location --sort-output -o build/messages.pot kiosk
	@$(BABEL) update -i build/messages.pot -d kiosk/translations -l en --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: ## recompile the lock files from requirements*.in (ARGS=--upgrade takes newer versions)
	@deploy/lock $(ARGS)

clean: ## remove what was built; the data in var/ stay
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/output
	find kiosk -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@deploy/install-packages requirements.txt

install-dev:
	@deploy/install-packages requirements-dev.txt

translations: $(CATALOGUES:.po=.mo)

%.mo: %.po
	@$(BABEL) compile -i $< -o $@
