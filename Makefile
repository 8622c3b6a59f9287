# Each target makes the environment first when it is needed. VENV=/path uses one that you keep yourself.
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

.PHONY: run test lint types imports requirements

run: $(VENV)/local.txt
	@exec $(BIN)/python manage.py run --die-with-parent

test: $(VENV)/dev.txt
	$(BIN)/python -m pytest -q -n auto --dist worksteal $(ARGS)

lint: $(VENV)/dev.txt
	$(BIN)/ruff check .

types: $(VENV)/dev.txt
	$(BIN)/mypy $(wildcard */services.py */services */rules.py */pricing.py */stock.py */checkins.py) openevent

imports: $(VENV)/dev.txt
	$(BIN)/lint-imports --no-cache

# Pin the newest versions that the .in files allow.
requirements: $(VENV)/dev.txt
	cd requirements && for file in dev local prod base; do \
	  ../$(BIN)/uv pip compile --quiet --upgrade --no-header --no-annotate --python-version 3.11 $$file.in -o $$file.txt; done

# The environment holds a copy of what was installed into it; it is installed again when that changed.
ifeq ($(origin VENV),file)
$(VENV)/%.txt: requirements/%.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	@cp $< $@
else
$(VENV)/%.txt: ;
endif
