# `make help` lists the targets.
SHELL   := /bin/bash
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
FACTS   ?= facts/2023.json
# durable-rules 2.0.28 does not import on Python 3.13 unless this name, which
# 3.13 removed, is replaced while it is built.
DURABLE := CPPFLAGS="-DPyEval_CallObject=PyObject_CallObject"

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: check
check: $(STAMP) ## install what is needed and run ccm-check on FACTS (facts/2023.json)
	@$(BIN)/ccm-check $(FACTS); code=$$?; [ $$code -le 1 ] || exit $$code

# Two halves that take about as long, side by side: engines run in processes of their own
# that are forked, which the threads of a plug-in for parallel tests would not allow.
FIRST := tests/alerts tests/documents tests/cli tests/law tests/authoring
TEST  := $(BIN)/python -m pytest -q -m "not system and not slow"

.PHONY: test
test: $(STAMP) ## install what is needed and run the tests (Python alone)
	@$(TEST) $(FIRST) > $(VENV)/first-half.txt 2>&1 & half=$$!; \
	trap "kill $$half 2> /dev/null" EXIT; \
	$(TEST) tests $(FIRST:%=--ignore=%); second=$$?; \
	wait $$half; first=$$?; \
	echo; echo "the other half:"; cat $(VENV)/first-half.txt; \
	exit $$(( first > second ? first : second ))

.PHONY: test-all
test-all: $(STAMP) ## run the tests that take long, which `make test` leaves out
	$(BIN)/python -m pytest -q -m slow

.PHONY: golden
golden: $(STAMP) ## write the expected outputs anew (tests/golden/README.md), and say which changed
	@$(BIN)/python -m tests.golden.write

# What the system tests need: a terminal to look at the output in, a browser, a
# word processor that opens Word files, tools that turn PDF into pictures, and a
# database that the rules are to run in.
DEBIAN := tmux chromium libreoffice-writer fonts-liberation poppler-utils postgresql

# ClickHouse inside a process: too large to install for anything but its own test.
CLICKHOUSE := $(VENV)/.clickhouse
$(CLICKHOUSE): $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[clickhouse]'
	@touch $@

# The accessibility checker, from npm; Debian's npm and nodejs unless there is one.
AXE := $(VENV)/axe/node_modules/axe-core/axe.min.js
$(AXE): $(STAMP) tests/system/package.json
	@command -v npm > /dev/null || { \
	  sudo=$$( [ $$(id -u) = 0 ] || echo sudo ); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends npm > /dev/null; }
	@mkdir -p $(VENV)/axe && cp tests/system/package.json $(VENV)/axe
	@npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(VENV)/axe
	@touch $@

.PHONY: test-system
test-system: $(STAMP) $(AXE) $(CLICKHOUSE) ## install Debian packages and run the tests that need them
	@command -v apt-get > /dev/null || { echo "make test-system needs Debian's apt-get"; exit 2; }
	@missing=$$(dpkg-query -W -f '$${Package} $${Status}\n' $(DEBIAN) 2> /dev/null | grep -c 'ok installed'); \
	if [ "$$missing" != "$(words $(DEBIAN))" ]; then \
	  sudo=$$( [ $$(id -u) = 0 ] || echo sudo ); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $(DEBIAN) > /dev/null; \
	fi
	$(BIN)/python -m pytest -q -m system

.PHONY: lint
lint: $(STAMP) ## style and types, and what is likely to be wrong with the rules
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/ccm-check rules lint --fast $(AS_OF)

# Quotations of a commit are judged on its day, so that it is always judged alike; what
# is not committed yet, or stands in no checkout, is judged today.
AS_OF = $(addprefix --as-of ,$(shell git diff --quiet HEAD 2> /dev/null && git log -1 --format=%cs))

.PHONY: mutants
mutants: $(STAMP) ## change every rule in one place at a time: which change does no case notice?
	$(BIN)/ccm-check rules test --engine sqlite

.PHONY: bench
bench: $(STAMP) ## measure speed, as ratios within one run; takes hours
	$(BIN)/python bench/run.py
	$(BIN)/python -m bench.engines

.PHONY: bench-quick
bench-quick: $(STAMP) ## the same on small records, once; writes nothing
	$(BIN)/python bench/run.py --rounds 1
	$(BIN)/python -m bench.engines --sizes 1000,10000 --rounds 1 --limit 120

.PHONY: docs
docs: $(STAMP) ## write the pages about the rules anew (docs/rules)
	@$(BIN)/ccm-check rules docs -o docs/rules

.PHONY: soak
soak: $(STAMP) ## many random rules and records, on all engines, against the oracle and day by day, for a long time
	CCM_EXAMPLES=20000 $(BIN)/python -m pytest -q -s tests/engines/test_random_programs.py tests/engines/test_random_rules.py
	CCM_EXAMPLES=20000 $(BIN)/python -m pytest -q tests/engines/test_engines_agree.py tests/report/test_indicators_oracle.py tests/record/interchange tests/bench/test_contestants.py
	CCM_EXAMPLES=20000 $(BIN)/python -m pytest -q tests/engines/timeline/test_timeline.py

.PHONY: fuzz
fuzz: $(STAMP) ## a million inputs, most of them bad: none may be lost, hang or end in a traceback
	$(BIN)/python -m tests.fuzz.run --inputs 1000000

.PHONY: clean
clean: ## remove what `make` installed
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The compiler is looked for first, so that its absence is one clear line and not
# a page of build output.
$(STAMP): pyproject.toml
	@command -v $${CC:-cc} > /dev/null || { \
	  echo "make needs a C compiler and the Python headers for durable-rules: install the packages gcc and python3-dev (Debian), or gcc and python3-devel (Fedora)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "make needs Python's venv module: install the package python3-venv (Debian)"; exit 2; }
	@$(BIN)/python -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' || { \
	  echo "make needs the Python headers for durable-rules: install the packages gcc and python3-dev (Debian), or gcc and python3-devel (Fedora)"; exit 2; }
	@echo "installing into $(VENV) …"
	@$(DURABLE) $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[durable,brief,pdf,dev,bench]'
	@touch $@
