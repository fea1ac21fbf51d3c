# make serve [PORT=8000] [HOST=127.0.0.1]   set up, build a release when none is current, serve it
# make test                                 set up and run every test
# make build | check | clean                a release | the checks alone | remove what was built

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
SOURCES := $(shell find ontology shapes data regin_graph -type f -not -name '*.pyc' 2>/dev/null)

.PHONY: serve test build check clean

serve: build/current/manifest.json
	$(BIN)/regin serve --host $(HOST) --port $(PORT)

test: .venv/test endpoint/static/libraries/.done
	$(BIN)/python -m pytest -n auto --dist loadgroup

build: .venv/serve
	$(BIN)/regin build

check: .venv/serve
	$(BIN)/regin check

clean:
	rm -rf build .venv endpoint/static/libraries

build/current/manifest.json: .venv/serve endpoint/static/libraries/.done $(SOURCES)
	$(BIN)/regin build
	@touch build/current/manifest.json

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or later is needed: make PYTHON=python3.12 …'; exit 2; }
	$(PYTHON) -m venv .venv

.venv/serve: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/test: .venv/serve
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

# Leaflet for the map, by its lock file; npm comes from a wheel where the machine has none.
endpoint/static/libraries/.done: .venv/serve endpoint/package-lock.json
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
	$(BIN)/python -m endpoint.browser_libraries
	@touch $@
