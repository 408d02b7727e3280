# carecoord — two commands: `make demo` runs it, `make test` tests it. `make help` lists the rest.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
SOURCES := pyproject.toml requirements.lock $(wildcard package-lock.json)

.DEFAULT_GOAL := help
.PHONY: help demo setup test check fix serve worker migrate bench lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

demo: $(RUNTIME) ## Install, load the demonstration territory, plan its week, serve on 127.0.0.1:8000
	@$(BIN)/carecoord demo

setup: $(RUNTIME) ## Install only; the command is then .venv/bin/carecoord

test: $(DEV) ## Install what tests need and run them all
	@sh tools/run-tests.sh $(BIN)

check: $(DEV) ## Lint, types, import directions
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

fix: $(DEV) ## Repair what can be repaired by program
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

serve: $(RUNTIME) ## The web process alone
	@$(BIN)/carecoord web

worker: $(RUNTIME) ## A job worker alone
	@$(BIN)/carecoord worker

migrate: $(RUNTIME) ## Bring the database to the newest schema
	@$(BIN)/carecoord database upgrade

bench: $(DEV) ## Long measurements, written to out/bench (see docs/benchmarks.md)
	@sh tools/run-benchmarks.sh $(BIN)

lock: $(DEV) ## Resolve versions again into requirements*.lock
	@sh tools/lock.sh $(BIN)

clean: ## Remove what was installed and built
	rm -rf $(VENV) node_modules carecoord/web/static

$(BIN)/python:
	@python="$$(sh tools/pick-python.sh)" && echo "Python: $$python ($$($$python --version))" && "$$python" -m venv $(VENV)

$(RUNTIME): $(BIN)/python $(SOURCES)
	@sh tools/install.sh $(BIN) requirements.lock && touch $@

$(DEV): $(BIN)/python $(SOURCES) requirements-dev.lock
	@sh tools/install.sh $(BIN) requirements-dev.lock && touch $@ $(RUNTIME)
