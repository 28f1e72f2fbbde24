# What a person types. Needs Python 3.11 or newer, git and make; everything else goes into .venv.
# Also needs Node.js for: node, clients (its TypeScript half).

PORT ?= 8000
PYTEST_ARGS ?=
FUZZ_EXAMPLES ?= 1000
SIZES ?= 1000 100000 1000000
CLUSTER ?=
FIGURES ?=
LOCK_ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test test-slow test-postgres test-all lint format fuzz bench bench-scale soak soak-full yardsticks cluster sbom audit supply clients docs record generator generators readers mcp node lock clean FORCE

help:
	@echo "make serve [PORT=8000]   install, migrate and serve on 127.0.0.1"
	@echo "make test                lint, types and every quick test"
	@echo "make test-all            the same, every slow test, and the quick tests on PostgreSQL"
	@echo "make test-postgres       every quick test on PostgreSQL [DOSSIER_TEST_POSTGRES=URL of a server]"
	@echo "make lint                ruff, mypy, import-linter and bandit alone"
	@echo "make format              let ruff fix what it can"
	@echo "make fuzz                long runs of requests made from the OpenAPI schema"
	@echo "make bench               measure speed against yardsticks in 6 minutes, and write docs/performance.md"
	@echo "make bench-scale         measure growth from 1,000 to 1,000,000 events [SIZES=\"1000 100000\"]"
	@echo "make soak                measure reliability under load, faults and ill will in 15 minutes [FIGURES=\"2 8\"]"
	@echo "make soak-full           the same with full counts, in three hours, and write docs/reliability.md"
	@echo "make cluster             run PostgreSQL, a replica, two nodes and nginx on this machine [CLUSTER=--trial]"
	@echo "make yardsticks          install what the measurements compare with"
	@echo "make sbom                list what the service consists of (CycloneDX), in build/"
	@echo "make audit               known vulnerabilities of the locked packages, and hadolint for the Dockerfile"
	@echo "make supply              install what these two need"
	@echo "make clients             typed clients in Python and TypeScript, in build/clients; runs their examples"
	@echo "make docs                write openapi.md, and what the documentation repeats from code, data and answers"
	@echo "make record              record this release's schema and answers, which later releases are compared with"
	@echo "make generator           install what makes the Python client"
	@echo "make generators          install what makes and runs clients in Python, TypeScript and Go for the tests"
	@echo "make readers             install the data tools that docs/integrate.md shows"
	@echo "make mcp                 install what \`dossier mcp\` needs, into .venv"
	@echo "make node                install what checks the schema and makes the TypeScript client"
	@echo "make lock                write the lock files again"
	@echo "make clean               remove all that make made; keeps the database"

serve: .venv/.package
	@$(BIN)/dossier migrate
	@exec $(BIN)/dossier serve --host 127.0.0.1 --port $(PORT)

# On all cores; tests of one module stay together, so that they share what they set up.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# The quick tests do without what takes seconds to be imported by each process: schemathesis and a browser's driver.
QUICK := -m "not slow" -p no:schemathesis --ignore tests/contract/test_fuzz.py --ignore-glob "*_in_browser.py"

test: lint
	$(PYTEST) $(QUICK) $(PYTEST_ARGS)

# Fuzzing, the browser, generated clients, large exports, processes that are started, killed or run side by side.
test-slow: .venv/.dev
	$(PYTEST) -m slow $(PYTEST_ARGS)

# The quick tests on PostgreSQL: on the server that DOSSIER_TEST_POSTGRES names, else on one of this machine or of PyPI,
# which each process starts in a temporary folder. All of them, those without a database too: a list of folders to leave
# out would save half a minute, and might leave out too much.
test-postgres: .venv/.dev
	@if [ -z "$$DOSSIER_TEST_POSTGRES" ] && ! $(BIN)/python -m tools.postgres.binaries; then \
	  $(PIP) install --require-hashes -r requirements-postgres.txt; fi
	DOSSIER_TEST_ENGINE=postgresql $(PYTEST) $(QUICK) $(PYTEST_ARGS)

test-all: test test-slow test-postgres

lint: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app migrations

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The tests read FUZZ_EXAMPLES: how many requests for each operation; unset, they make about a minute's worth.
fuzz: .venv/.dev
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest -m fuzz $(PYTEST_ARGS)

bench: .venv/.dev yardsticks
	$(BIN)/python -m tools.bench

bench-scale: .venv/.dev yardsticks
	$(BIN)/python -m tools.bench.scale $(SIZES)

soak: .venv/.dev
	$(BIN)/python -m tools.soak $(FIGURES)

soak-full: .venv/.dev
	$(BIN)/python -m tools.soak --full $(FIGURES)

# Until Ctrl-C. With CLUSTER="--trial --page docs/scale.md" it tries faults for five minutes, and writes what came of them.
cluster: .venv/.dev
	@exec $(BIN)/python -m tools.cluster $(CLUSTER)

yardsticks: .venv-bench/.made

# A venv of its own: what the measurements compare with. wrk and the shell of SQLite are not on PyPI: their Debian
# packages are unpacked into it where they are not installed, which needs no root.
.venv-bench/.made: requirements-bench.txt .venv/.made
	@echo "Installing what the measurements compare with"
	@rm -rf .venv-bench && $(BIN)/python -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r $<
	@mkdir .venv-bench/debian
	@{ command -v wrk && command -v sqlite3; } >/dev/null || { cd .venv-bench/debian && \
	  apt-get download -qq wrk libluajit-5.1-2 sqlite3 && for package in *.deb; do dpkg-deb -x "$$package" .; done; } || \
	  echo "Could not unpack Debian's packages of wrk and sqlite3: install these programs." >&2
	@touch $@

# What the service consists of, as a list that programs read (SBOM): CycloneDX 1.6, the same bytes each time.
sbom: .venv-supply/.made
	.venv-supply/bin/python -m tools.sbom build/dossier.cdx.json

# Known vulnerabilities of what is locked, and the Dockerfile. Asks a service on the Internet.
audit: .venv-supply/.made
	.venv-supply/bin/hadolint Dockerfile
	.venv-supply/bin/python -m tools.audit requirements.txt

supply: .venv-supply/.made

# A venv of its own: 60 packages that only these two need.
.venv-supply/.made: requirements-supply.txt .venv/.made
	@echo "Installing what lists and checks the packages of the service"
	@rm -rf .venv-supply && $(BIN)/python -m venv .venv-supply
	@.venv-supply/bin/python -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r $<
	@touch $@

docs: .venv/.package
	$(BIN)/python -m tools.write_docs

# Once a release, after the version is set in app/__init__.py and CHANGELOG.md.
record: .venv/.dev
	$(BIN)/python -m tools.record_release

clients: .venv/.package generator node
	@$(BIN)/python -m tools.clients

# One .venv: runtime first, and on top of it, only where needed, what the tests need. Each step runs again only when
# the file that it installs from has changed.
.venv/.dev: requirements-dev.txt .venv/.package
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.package: pyproject.toml app/__init__.py .venv/.runtime
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.runtime: requirements.txt .venv/.made
	@echo "Installing what the service needs"
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

# Scripts in a venv name the folder they were made in: a clone that was moved or copied makes a new one. `rm -rf` takes
# away a link alone, where `venv --clear` would empty the folder that it leads to.
ifneq "$(shell cat .venv/.made 2>/dev/null)" "$(CURDIR)"
.venv/.made: FORCE
endif

.venv/.made:
	@for p in $(or $(PYTHON),python3.11 python3 python3.12 python3.13 python3.14); do \
	  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$p; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer is needed; there is none as $(or $(PYTHON),python3.11 or python3). Name one: make PYTHON=…" >&2; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot make a virtual environment: it lacks ensurepip (on Debian: apt-get install python3-venv)." >&2; exit 1; fi; \
	echo "Making .venv with $$("$$python" --version)"; \
	rm -rf .venv && "$$python" -m venv .venv
	@printf '%s\n' "$(CURDIR)" > $@

generator: .venv-clients/.made

# A venv of its own: the generator needs a typer older than ours.
.venv-clients/.made: requirements-clients.txt .venv/.made
	@echo "Installing what makes the Python client"
	@rm -rf .venv-clients && $(BIN)/python -m venv .venv-clients
	@.venv-clients/bin/python -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r $<
	@touch $@

generators: .venv-generators/.made

# A venv of its own: 300 MB that only the tests of clients made by openapi-generator need.
.venv-generators/.made: requirements-generators.txt .venv/.made
	@echo "Installing openapi-generator with its Java, and Go"
	@rm -rf .venv-generators && $(BIN)/python -m venv .venv-generators
	@.venv-generators/bin/python -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r $<
	@touch $@

readers: .venv-readers/.made

# A venv of its own: 400 MB that only the data tools shown in docs/integrate.md need.
.venv-readers/.made: requirements-readers.txt .venv/.made
	@echo "Installing the data tools that the documentation shows"
	@rm -rf .venv-readers && $(BIN)/python -m venv .venv-readers
	@.venv-readers/bin/python -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r $<
	@touch $@

mcp: .venv/.mcp

# The extra of pyproject.toml; what the tests need has it too.
.venv/.mcp: requirements-mcp.txt .venv/.package
	@echo "Installing the Model Context Protocol for dossier mcp"
	@$(PIP) install --require-hashes -r requirements-mcp.txt
	@touch $@

node:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory tests/node/node_modules/.stamp; \
	else echo "No npm here: what needs Node.js is left out, schema checks and the TypeScript client."; fi

tests/node/node_modules/.stamp: tests/node/package-lock.json
	cd tests/node && npm ci --ignore-scripts --loglevel=error
	@touch $@

# Same versions as before where pyproject.toml still allows them; `make lock LOCK_ARGS=--upgrade` takes the newest.
# Every file of a release is listed with its hash, so that one lock serves Linux, macOS, x86_64 and ARM.
UV := .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(LOCK_ARGS)

lock: .venv-lock/bin/uv
	$(UV) pyproject.toml --group build -o requirements.txt
	$(UV) pyproject.toml --group build --group dev --extra mcp -c requirements.txt -o requirements-dev.txt
	$(UV) pyproject.toml --extra mcp -c requirements.txt -o requirements-mcp.txt
	$(UV) --group clients -o requirements-clients.txt
	$(UV) --group generators -o requirements-generators.txt
	$(UV) --group readers -o requirements-readers.txt
	$(UV) --group bench -o requirements-bench.txt
	$(UV) --group supply -o requirements-supply.txt
	$(UV) --group postgres -o requirements-postgres.txt
	if command -v npm >/dev/null; then cd tests/node && npm install --package-lock-only --ignore-scripts --loglevel=error; fi

.venv-lock/bin/uv: .venv/.made
	@rm -rf .venv-lock && $(BIN)/python -m venv .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check --no-input -qq install uv==0.13.9
	@touch $@

clean:
	rm -rf .venv .venv-clients .venv-generators .venv-readers .venv-bench .venv-lock .venv-supply build dist tests/node/node_modules \
	  .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis schemathesis-report
	find app migrations tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
