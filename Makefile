PYTHON ?= python3
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
# An environment for each version. The link .venv leads to the one that was used last.
VENV := build/venv/$(VERSION)
BIN := $(VENV)/bin
PORT ?= 8080
# The folders of tests that are called as the rooms of the package are.
ROOMS := $(patsubst injector/%/__init__.py,tests/%,$(wildcard injector/*/__init__.py))

.PHONY: help
help: ## print the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	touch $@

.PHONY: version
version:
	@$(PYTHON) --version

.PHONY: linked
linked: $(VENV)/.run
	@[ -L .venv ] || rm -rf .venv
	@ln -sfn $(VENV) .venv

.PHONY: run
run: linked ## serve the function on 127.0.0.1:8080
	FUNCTION_TARGET=inject $(BIN)/functions-framework --host 127.0.0.1 --port $(PORT)

.PHONY: test
test: version $(VENV)/.dev linked ## run the tests, on another Python with PYTHON=python3.14
	$(BIN)/pytest -n auto -m "not slow and not e2e and not soak and not terraform"

.PHONY: quick
quick: check ## check, and run the tests of the rooms, in less than a minute
	$(BIN)/pytest -n auto -q -m "not slow" $(ROOMS) tests/project/test_rooms.py

.PHONY: cover
cover: $(VENV)/.dev linked ## run the project's own tests, and refuse an untested branch
	SHARED=/nonexistent REQUIRE_ISTIO_CASES= $(BIN)/pytest -n auto -m "not slow and not e2e and not soak and not terraform" -q --cov --cov-fail-under=100

.PHONY: slow
slow: $(VENV)/.dev linked ## run the tests that take minutes: fuzzing, referees
	$(BIN)/pytest -n auto -m slow -rP

.PHONY: hostile
hostile: $(VENV)/.dev ## ask about hostile pods for an hour, HOSTILE_SECONDS=3600
	HOSTILE_SECONDS=$${HOSTILE_SECONDS:-3600} $(BIN)/pytest tests/laws/test_hostile.py -m slow -rP

.PHONY: soak
soak: $(VENV)/.dev linked ## put the function under load and under fire, SOAK_SECONDS=600
	$(BIN)/pytest tests/soak -m soak -rP --durations=15

.PHONY: e2e
e2e: $(VENV)/.dev linked ## run the tests at a real API server
	$(BIN)/pytest tests/e2e -m e2e -rP --durations=15

.PHONY: terraform
terraform: $(VENV)/.dev linked ## check the Terraform modules: format, validity, tests, rehearsals
	$(BIN)/pytest -n 2 -m terraform -q

$(VENV)/scan/.done: tools/scan/requirements.txt
	$(PYTHON) -m venv $(VENV)/scan
	$(VENV)/scan/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tools/scan/requirements.txt
	touch $@

.PHONY: scan
scan: $(VENV)/scan/.done ## look for unsafe settings in terraform/ and the Dockerfile
	$(VENV)/scan/bin/checkov --skip-download --quiet --compact --framework terraform --directory terraform
	$(VENV)/scan/bin/checkov --skip-download --quiet --compact --framework dockerfile --file Dockerfile
	$(VENV)/scan/bin/hadolint Dockerfile

.PHONY: plan
plan: ## show what terraform/ would change
	terraform -chdir=terraform plan

.PHONY: deploy
deploy: ## deploy the function and register it, by terraform/
	terraform -chdir=terraform apply

.PHONY: audit
audit: $(VENV)/scan/.done ## ask the package index for vulnerabilities of the pins
	$(PYTHON) tools/audit.py $(VENV)/scan/bin/pip-audit

.PHONY: package
package: ## make the archive that the function is built from, build/function.zip
	$(PYTHON) tools/package.py

.PHONY: golden
golden: $(VENV)/.dev linked ## rewrite the golden files; read the diff
	$(BIN)/pytest -q tests/laws/test_golden.py --update-golden

.PHONY: compiled
compiled: $(VENV)/.dev linked ## write what Jinja makes of the bundled templates
	$(BIN)/python tools/compiled.py

.PHONY: picture
picture: $(VENV)/.dev linked ## draw the rooms and their imports, docs/rooms.svg
	$(BIN)/python tools/picture.py

.PHONY: parity
parity: $(VENV)/.dev linked ## compare with Istio's recorded answers, write docs/parity.md
	$(BIN)/python tools/parity.py

.PHONY: bench
bench: $(VENV)/.dev linked ## measure, and write docs/performance.md
	$(BIN)/python tools/bench.py

.PHONY: check
check: $(VENV)/.dev linked ## lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

.PHONY: format
format: $(VENV)/.dev linked ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: $(VENV)/.dev linked ## resolve requirements.in and the extras, with hashes
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-strip-extras -o requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-strip-extras --extra dev -o requirements-dev.txt -c requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header -o tools/scan/requirements.txt tools/scan/requirements.in

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf .venv build .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
