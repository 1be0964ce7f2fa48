PYTHON ?= python3
BIN := .venv/bin
# Where this is set, each process compiles the project's code anew: that is a third of the time of `make unit`.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo unit test test-tools test-all check types style docs bench chaos screens pictures schema plugin emulator sdks workflows matrix \
	lock clean architecture first-minute

setup:
	@$(PYTHON) tools/set_up.py

demo: setup
	@$(BIN)/python tools/demo.py

PYTEST := $(BIN)/pytest --quiet --dist loadgroup --numprocesses

unit: setup
	$(PYTEST) 2 tests/unit -m "not exhaustive"

test: setup test-tools
	$(PYTEST) 3 tests -m "not exhaustive"

# What only the tests need. In a fresh clone each of the workers would compile all tests, which takes pytest 12 s.
test-tools: setup
	@PYTHONPATH=tools $(BIN)/python -m workbench.yaml_host
	@[ -d tests/unit/__pycache__ ] || printf '%s\n' tests/*/ | xargs -n 6 -P 2 $(BIN)/pytest --quiet --collect-only > /dev/null

test-all: setup test-tools
	$(PYTEST) 3 --hypothesis-profile=random tests

check: setup
	@$(MAKE) --no-print-directory --jobs=2 types style

types:
	$(BIN)/mypy

style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	git ls-files -z ':!*.sum' ':!requirements' ':!LICENSE' | xargs -0 $(BIN)/codespell
	@PYTHONPATH=tools $(BIN)/python -m manual

architecture: setup
	@PYTHONPATH=tools $(BIN)/python tools/architecture.py

first-minute: setup
	@$(BIN)/python tools/first_minute.py

docs: setup
	@PYTHONPATH=tools $(BIN)/python -m manual

SEEDS ?= 1000
FIRST ?= 0

chaos: setup
	@PYTHONPATH=tests:tests/lifecycle $(BIN)/python tests/faults/chaos.py $(SEEDS) $(FIRST)

bench: setup
	@PYTHONPATH=tools $(BIN)/python -m tests.bench

screens: setup
	@$(BIN)/python tools/screens.py

pictures: setup
	@$(BIN)/python tools/pictures.py

schema: setup
	$(BIN)/pulumi-resource-alicloud-snapshot --schema > sdk/schema/schema.json
	@PYTHONPATH=tools $(BIN)/python tools/properties.py

plugin: setup
	@PYTHONPATH=tools $(BIN)/python -m executable

emulator: setup
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist emulator

sdks: setup
	@$(BIN)/python tools/sdks.py

workflows:
	cd tools/actionlint && go tool actionlint ../../.github/workflows/*.yml

matrix: setup
	@$(BIN)/python tools/matrix.py $(TESTS)

lock: setup
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --generate-hashes --no-annotate --no-header \
		--universal --python-version 3.11 -o requirements/dev.txt

clean:
	rm -rf .cache .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
