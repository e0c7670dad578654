# Two commands do all the set-up: `make run` and `make test`. Everything else is for those who change the code.
PY ?= python3
BIN := .venv/bin
export PYTHONPATH := $(CURDIR)/src
export LIANXIN_VENDOR ?= $(CURDIR)/var/vendor
PYTEST_ARGS ?=

.PHONY: run dev test check prove bench lock messages assets setup

.venv/run.ok: requirements.txt pyproject.toml
	test -d .venv || $(PY) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/test.ok: requirements-dev.txt .venv/run.ok
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

var/vendor/.ok: package-lock.json tools/assets.py .venv/run.ok
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(BIN)/python tools/assets.py
	touch $@

assets: var/vendor/.ok

messages: .venv/run.ok
	$(BIN)/python tools/messages.py compile

setup: .venv/run.ok var/vendor/.ok messages

run: setup
	$(BIN)/lianxin serve --demo

dev: setup
	LIANXIN_DEBUG=1 $(BIN)/lianxin runserver

.venv/system.ok: tools/system_packages.sh
	bash tools/system_packages.sh
	touch $@

test: .venv/test.ok .venv/system.ok setup
	bash tools/test.sh $(PYTEST_ARGS)

check: .venv/test.ok messages
	bash tools/check.sh

prove: .venv/test.ok .venv/system.ok setup
	$(BIN)/python -m tools.prove

bench: .venv/test.ok setup
	$(BIN)/python -m tools.bench

lock: .venv/test.ok
	$(BIN)/uv pip compile -q --generate-hashes --no-header --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.txt
