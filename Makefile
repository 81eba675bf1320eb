# Every target that needs something installed installs it first, and skips what is installed already; only the two
# that serve do not: what runs for real is installed on purpose, with `make setup` (ARGS=--production leaves out the tools).
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-app test-engine lint format train nlu-report torture bench serve serve-engine lock clean

# PYTHON names a Python 3.11 when it is not found by itself; ARGS is handed on to the command that a target runs.
PYTHON ?=
ARGS ?=
export PYTHON

set_up = @scripts/python scripts/set_up.py
is_set_up = @test -x .venv/bin/msb -a -x engine/.venv/bin/python || { echo "Run make setup first." >&2; exit 1; }

help: ## Show this list
	@echo "make TARGET [ARGS='...'] [PYTHON=/path/to/python3.11]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name text; do \
		printf '  %-16s%s\n' "$$name" "$$text"; done

setup: ## Install everything below this folder and train the model; .venv/bin/msb is then the command
	$(set_up) $(ARGS)

demo: ## Start the demonstration (ARGS="--headless --story all" plays the stories and prints them)
	$(set_up) --quiet
	@.venv/bin/msb demo $(ARGS)

test: ## Run every check: lint, types, the application's tests, the engine's tests
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-app
	@$(MAKE) --no-print-directory test-engine

test-app: ## Run the application's tests, on SQLite and (where there is one) PostgreSQL
	$(set_up) --quiet
	@scripts/python scripts/postgres.py --optional -- .venv/bin/python -m pytest -n 2 --dist loadfile $(ARGS)

test-engine: ## Run the tests of the dialogue engine, in its own environment
	$(set_up) --quiet
	@PYTHONPATH=engine engine/.venv/bin/python -m pytest engine/tests $(ARGS)

lint: ## Check style and types: ruff, mypy
	$(set_up) --quiet --until project
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

format: ## Put the code into the project's format
	$(set_up) --quiet --until project
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

train: ## Train the language model for the files as they are, unless it is there
	$(set_up) --quiet --until engine
	@PYTHONPATH=engine engine/.venv/bin/python -m msb_engine train

nlu-report: ## Write how well the assistant understands to var/nlu-report/index.html (takes minutes)
	$(set_up) --quiet
	@.venv/bin/python -m app.nlu.report $(ARGS)

torture: ## Kill, restart and break everything under load, and count what became of it (half an hour)
	$(set_up) --quiet
	@.venv/bin/python -m benchmarks.torture $(ARGS)

bench: ## Measure it, side by side with other ways, and draw the figures (an hour; ARGS=--quick takes minutes)
	$(set_up) --quiet
	@scripts/python scripts/postgres.py --optional --durable -- .venv/bin/python -m benchmarks $(ARGS)

serve: ## Start the application for real use (see docs/configuration.md)
	$(is_set_up)
	@exec .venv/bin/msb serve $(ARGS)

serve-engine: ## Start the dialogue engine for real use, beside the application
	$(is_set_up)
	@PYTHONPATH=engine exec engine/.venv/bin/python -m msb_engine serve

lock: ## Write the hashed dependency locks anew (ARGS=--upgrade moves to the newest versions)
	$(set_up) --quiet --until uv
	@scripts/python scripts/lock.py $(ARGS)

clean: ## Remove environments, models and caches; data and logs in var/ stay
	@rm -rf .venv engine/.venv .tools models dist .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
