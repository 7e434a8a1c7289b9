# The verbs of a checkout. `make` needs only Python 3.11 or newer; everything else comes by `make setup`.
PYTHON ?= python3
PY := .venv/bin/python
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" $(UPGRADE)
# Processes that run tests side by side.
WORKERS ?= 2
SIDE_BY_SIDE := $(MAKE) --no-print-directory -j 2 \
	$(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
.DEFAULT_GOAL := help
# Tests start some hundred Python processes: each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run demo test check lint format generate bench screenshots lock clean

help: ## Show the verbs
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Make .venv with everything to run and to test (instant when nothing changed)
	@$(PYTHON) host/install.py dev

run: .run ## Start Kenpin on this machine (http://127.0.0.1:8000)
	@.venv/bin/kenpin up --sample $(ARGS)

demo: .run ## Play the whole loop with the true labels of the sample as the inspector
	@.venv/bin/kenpin demo $(ARGS)

test: setup ## Run all tests: Python, browser and front end
	@$(PY) -m host.frontend_build
	@$(PY) -m host.docs_site
	@$(PY) -m host.frontend_build test
	@$(MAKE) --no-print-directory .pytest

check: setup ## Everything that must hold before a commit; .ci/run runs just this
	@$(SIDE_BY_SIDE) .lint .frontend
	@$(MAKE) --no-print-directory .pytest

lint: setup ## Format, types, layering, generated files
	@$(SIDE_BY_SIDE) .lint .lint-frontend

format: setup ## Put the code into its form
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .
	$(PY) -m host.frontend_build format

generate: setup ## Write what is made from code: events/, OpenAPI and AsyncAPI, the rules of the UI, the client
	$(PY) -m functions.contract.events --write
	$(PY) -m functions.contract.openapi docs/reference/openapi.json
	$(PY) -m functions.contract.asyncapi docs/reference/asyncapi.json
	$(PY) -m functions.contract.browser_rights frontend/src/api/rights.ts
	$(PY) -m functions.contract.browser_least_labels frontend/src/api/leastLabels.ts
	$(PY) -m functions.contract.client_schemas client/kenpin_client/schemas.py
	$(PY) -m functions.contract.client_sync client/kenpin_client

bench: setup ## Measure a claim: make bench NAME=append
	$(PY) -m bench $(NAME) $(ARGS)

screenshots: setup ## Take the pictures of the docs anew, on the sample
	$(PY) -m tests.e2e.screenshots $(ARGS)

lock: setup ## Write the lock files anew (make lock UPGRADE=--upgrade takes newer versions)
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	$(COMPILE) -c requirements-dev.txt requirements.in -o requirements.txt
	$(COMPILE) -c requirements-dev.txt layers/vendor/requirements.in -o layers/vendor/requirements.txt
	$(COMPILE) -c requirements-dev.txt layers/arrow/requirements.in -o layers/arrow/requirements.txt
	$(COMPILE) -c requirements-dev.txt layers/pictures/requirements.in -o layers/pictures/requirements.txt
	$(COMPILE) -c requirements-dev.txt layers/onnx/requirements.in -o layers/onnx/requirements.txt
	$(COMPILE) bench/dvc/requirements.in -o bench/dvc/requirements.txt
	$(COMPILE) bench/datumaro/requirements.in -o bench/datumaro/requirements.txt
	$(COMPILE) bench/cleanlab/requirements.in -o bench/cleanlab/requirements.txt
	$(COMPILE) -c requirements-dev.txt training_container/requirements.in -o training_container/requirements.txt
	$(COMPILE) -c training_container/requirements.txt training_container/requirements-gpu.in \
		-o training_container/requirements-gpu.txt

clean: ## Throw away what the checkout made, but not your data/
	rm -rf .venv .node build client/build dist cdk.out host/static frontend/dist frontend/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bench cdk client edge functions host layers tests training_container -name __pycache__ -exec rm -rf {} +

.PHONY: .run
.run:
	@$(PYTHON) host/install.py run
	@$(PY) -m host.frontend_build
	-@$(PY) -m host.docs_site

# Parts of the verbs above, which see to it that everything is there.
.PHONY: .lint .lint-frontend .frontend .pytest
.lint:
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	.venv/bin/hadolint training_container/Dockerfile

.lint-frontend:
	$(PY) -m host.frontend_build lint

.frontend: .lint-frontend
	$(PY) -m host.frontend_build
	$(PY) -m host.docs_site
	$(PY) -m host.frontend_build test

.pytest:
	$(PY) -m pytest -n $(WORKERS) --no-loadscope-reorder $(ARGS)
