# `make help` lists the targets.
SHELL   := /bin/bash
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check
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
# $(call HALVES,COMMAND,FIRST,SECOND,LAST) runs a command on each, then another one, and
# ends in the summary of the first half.
define HALVES
@$(1) $(2) > $(VENV)/first-half.txt 2>&1 & half=$$!; \
trap "kill $$half 2> /dev/null" EXIT; \
$(1) $(3); code=$$?; \
wait $$half || code=$$?; \
$(4) || code=$$?; \
echo; echo "the other half:"; cat $(VENV)/first-half.txt; \
exit $$code
endef

FIRST := tests/alerts tests/documents tests/cli tests/law tests/authoring
REST  := tests $(FIRST:%=--ignore=%)

.PHONY: test
test: $(STAMP) ## install what is needed and run the tests (Python alone)
	$(call HALVES,$(BIN)/python -m pytest -q -m "not system and not slow",$(FIRST),$(REST),:)

# PYTHONS names interpreters on which the wheel is tried, unless those on PATH will do.
.PHONY: test-slow
test-slow: $(STAMP) ## run what `make test` leaves out, as it takes long; try the wheel (PYTHONS)
	$(call HALVES,$(BIN)/python -m pytest -q -m "slow and not system",$(FIRST),$(REST),:)

.PHONY: coverage
coverage: $(STAMP) ## run what `make test` runs, and compare with the floor what it looks at
	@rm -rf $(VENV)/coverage
	$(call HALVES,$(BIN)/coverage run -m pytest -q -m "not system and not slow",$(FIRST),$(REST),$(BIN)/python -m tests.coverage_floor)

.PHONY: test-all
test-all: test-slow coverage ## both

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
	@$(PIP) --group clickhouse
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
	$(BIN)/ccm-check rules lint $(AS_OF)

# Quotations of a commit are judged on its day, so that it is always judged alike; what
# is not committed yet, or stands in no checkout, is judged today.
AS_OF = $(addprefix --as-of ,$(shell git diff --quiet HEAD 2> /dev/null && git log -1 --format=%cs))

.PHONY: mutants
mutants: $(STAMP) ## change every rule in one place at a time: which change does no case notice?
	$(BIN)/python -m tests.authoring.mutant_table

.PHONY: mutants-changed
mutants-changed: $(STAMP) ## the same of rules that have changed since the table was written
	$(BIN)/python -m tests.authoring.mutant_table --changed

.PHONY: bench
bench: $(STAMP) ## measure speed, as ratios within one run; takes hours
	$(BIN)/python bench/run.py
	$(BIN)/python -m bench.engines

.PHONY: bench-quick
bench-quick: $(STAMP) ## the same on small records, once; writes nothing
	$(BIN)/python bench/run.py --rounds 1
	$(BIN)/python -m bench.engines --sizes 1000,10000 --rounds 1 --limit 120

.PHONY: docs
docs: $(STAMP) ## write the pages about the rules and their language anew
	@$(BIN)/ccm-check rules docs -o docs/rules
	@$(BIN)/python -m ccm_rules.authoring.reference docs/rule-language.md

SOAK_RECORDS  := tests/engines/test_engines_agree.py tests/report/test_indicators_oracle.py \
  tests/reading
SOAK_PROGRAMS := tests/engines/test_random_programs.py tests/engines/test_random_rules.py \
  tests/engines/timeline/test_timeline.py tests/bench/test_contestants.py tests/record/interchange

.PHONY: soak
soak: $(STAMP) ## 20,000 random programs and records on all engines, and against oracles: over an hour
	$(call HALVES,CCM_EXAMPLES=20000 $(BIN)/python -m pytest -q -s,$(SOAK_RECORDS),$(SOAK_PROGRAMS),:)

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
	@$(PIP) --upgrade 'pip>=25.1'  # the first that knows groups
	@$(DURABLE) $(PIP) --editable '.[durable,brief,pdf]' --group test --group bench
	@touch $@
