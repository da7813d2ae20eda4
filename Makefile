# Everything runs in .venv, which `setup` makes from requirements.lock and leaves alone while nothing changed.
# ARGS="..." is passed on: make demo ARGS="--people 30 --once", make test ARGS="tests/policy -q".
# `make test` alone uses every core; with ARGS it is one process, which starts at once and where --pdb works.
# PYTHON=python3.13 makes .venv with that Python (3.11 or later).
SETUP := $(if $(PYTHON),$(PYTHON) .ci/setup.py --with-this-python,python3 .ci/setup.py)
BIN := .venv/bin
EVERY_CORE := -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder
# The type checker comes whole from the lock: it need not ask the network for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: demo test check lint types contracts policies bench bench-graphql soak mutants oidc queries schemathesis scim walls audit goldens format lock locked reference
.PHONY: fuzz roles setup wheel
.DEFAULT_GOAL := demo

demo: setup
	@$(BIN)/neraca demo $(ARGS)

# Workers, and the programs that tests start, would each compile everything anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup
	@$(BIN)/python -m pytest $(or $(ARGS),$(EVERY_CORE))

check: lint types contracts policies

lint: setup
	test ! -e platform/__init__.py
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/pyright --warnings

contracts: setup
	$(BIN)/lint-imports

policies: setup
	$(BIN)/neraca check
	$(BIN)/neraca policy test

bench: setup
	@for bench in tests/bench/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

# Beside PostGraphile, whose packages it fetches from npm.
bench-graphql: setup
	@$(BIN)/python tests/bench/graphql/bench.py $(ARGS)

# Clients that others make of the schema, in Python and TypeScript; what makes them is fetched from PyPI and npm.
clients: setup
	@$(BIN)/python -m pytest -q --timeout=0 tests/api/clients $(ARGS)

# What plans answer beside what the library does, for many more queries than a run of the tests asks.
queries: setup
	@NERACA_QUERIES=20000 $(BIN)/python -m pytest -q --timeout=0 tests/api/test_compiled_queries.py $(ARGS)

# All commands, more of each, and one question after another; a run of the tests asks a few of a few.
schemathesis: setup
	@NERACA_SCHEMATHESIS=all $(BIN)/python -m pytest -q --timeout=0 tests/api/test_schemathesis.py $(ARGS)

# What scim2-tester finds, from a place of its own: the HTTP framework takes up a package of it wherever it finds that.
scim: setup
	@$(BIN)/uv venv --quiet --allow-existing .venv/scim
	@$(BIN)/uv pip sync --quiet --system-certs --require-hashes --python .venv/scim tests/scim/requirements.lock
	@$(BIN)/python -m pytest -q tests/scim $(ARGS)

# Whatever may come in, made at random, twenty times as much of it as in a run of the tests.
fuzz: setup
	@NERACA_FUZZ=20 $(BIN)/python -m pytest -q --timeout=0 tests/api/test_fuzz.py $(ARGS)

# Each role sends each command, and asks many more fields than in a run of the tests.
roles: setup
	@NERACA_ROLES=3000 $(BIN)/python -m pytest -q --timeout=0 tests/api/test_access_rules.py $(ARGS)

# Tokens of a provider of OpenID Connect that others wrote, from a place of its own for the same reason.
oidc: setup
	@$(BIN)/uv venv --quiet --allow-existing .venv/oidc
	@$(BIN)/uv pip sync --quiet --system-certs --require-hashes --python .venv/oidc tests/oidc/requirements.lock
	@$(BIN)/python -m pytest -q tests/oidc tests/api/test_people_who_sign_in.py tests/service/test_identity_provider.py $(ARGS)

# Attempts of somebody of one agency to come at what is of another, by every way there is.
walls: setup
	@NERACA_WALLS=1000000 $(BIN)/python -m pytest -q -s --show-capture=no --timeout=0 tests/walls $(ARGS)

# Ten minutes of five cities at once, then a burst, a crowd and readers who take nothing.
soak: setup
	@$(BIN)/python tests/bench/soak.py $(ARGS)

mutants: setup
	@$(BIN)/python tests/mutants/run.py $(ARGS)

# Writes anew what the code prints and people read (tests/goldens.py has the list); read the difference.
goldens: setup
	@$(BIN)/python tests/goldens.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup
	.ci/lock

locked: setup
	.ci/lock --check

# Whether a locked package has a vulnerability that is known; where nobody can be asked it says so.
audit: setup
	@$(BIN)/python .ci/audit/audit.py $(ARGS)

# Pages of the packages' faces, the events and the schema, made from docstrings; into dist/reference.
reference: setup
	@$(BIN)/python .ci/reference.py

wheel: setup
	$(BIN)/python -m hatchling build -t wheel

setup:
	@$(SETUP)
