# Each target makes the environment first when it is needed. VENV=/path uses one that you keep yourself.
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin

# Compiled modules are kept: without them each process, and each worker of the tests, compiles for seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test test-walks test-browser words bench fuzz rush outage lint types imports migrations deployment doctor requirements

run: $(VENV)/local.txt
	@exec $(BIN)/python manage.py run --die-with $$PPID

# Play the main job against a running `make run`, from registration to check-in.
demo: $(VENV)/local.txt
	@$(BIN)/python manage.py demo

# What the parts do. Then: every route as everybody, every page, every type, and answers against the document.
test: $(VENV)/dev.txt
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not walk" $(ARGS)

test-walks: $(VENV)/dev.txt
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m walk $(ARGS)

# The back office in a real browser. Needs Chromium (Debian's package chromium).
test-browser: $(VENV)/dev.txt
	OPENEVENT_BROWSER=1 $(BIN)/python -m pytest -q -n 0 tests/browser $(ARGS)

# Collect the words that are marked for translation, and compile the translations. Needs gettext.
words: $(VENV)/dev.txt
	$(BIN)/python manage.py makemessages -l de --no-obsolete --no-location --no-wrap -i 'var/*' -i 'tests/*' -i '.venv/*'
	$(BIN)/python manage.py compilemessages -l de --ignore .venv

# How fast orders, scans, reading and exports are. ARGS="--what scans --connections 8" measures less.
bench: $(VENV)/dev.txt
	@$(BIN)/python -m benchmarks $(ARGS)

# Everybody at once, and the web server killed in the middle of it: nothing is sold twice, scanned twice, lost or torn.
rush: $(VENV)/dev.txt
	@$(BIN)/python -m benchmarks.rush $(ARGS)

# Requests made up from the served OpenAPI document, 20,000 as each of three roles: no 5xx, nothing that contradicts it.
# Before that, more strange bodies, queries, addresses and zips than the walks and tests try each time.
fuzz: $(VENV)/dev.txt
	FUZZ_EXAMPLES=200 $(BIN)/python -m pytest -q -n auto --dist worksteal tests/api/test_fuzz.py tests/events/test_import_fuzz.py
	$(BIN)/python -m tests.fuzz $(ARGS)

lint: $(VENV)/dev.txt
	$(BIN)/python -m ruff check .

types: $(VENV)/dev.txt
	$(BIN)/python -m mypy $(wildcard */services.py */services */rules.py */pricing.py */stock.py */checkins) openevent

imports: $(VENV)/dev.txt
	$(BIN)/lint-imports --no-cache

# Does a model differ from its migrations? (The warning is about a database that is not needed here.)
migrations: $(VENV)/dev.txt
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

# Django's deployment checks, with the settings of a server.
deployment: $(VENV)/dev.txt
	OPENEVENT_ENV=production ALLOWED_HOSTS=tickets.example.com SITE_URL=https://tickets.example.com \
	FRONTEND_URL=https://www.example.com DATABASE_URL=postgresql://db/openevent REDIS_URL=redis://broker/0 \
	EMAIL_URL=smtp://mail SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))') \
	PAYMENT_SECRETS_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))') \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

# What is wrong with this installation?
doctor: $(VENV)/local.txt
	@$(BIN)/python manage.py doctor

# Pin the newest versions that the .in files allow.
requirements: $(VENV)/dev.txt
	cd requirements && for file in dev local prod base; do \
	  ../$(BIN)/uv pip compile --quiet --upgrade --no-header --no-annotate --python-version 3.11 $$file.in -o $$file.txt; done

# The environment holds a copy of what was installed into it; it is installed again when that changed.
ifeq ($(origin VENV),file)
$(VENV)/%.txt: requirements/%.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else \
	  "openevent needs Python 3.11 or newer; say where it is: make PYTHON=/path/to/python3.11")'
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	@cp $< $@
else
$(VENV)/%.txt: ;
endif

# Kill the broker of a running `make run` in the middle of 200 orders: nothing may be lost or doubled.
outage: $(VENV)/local.txt
	@$(BIN)/python -m benchmarks.outage --base-url http://127.0.0.1:$(or $(PORT),8000) --var $(or $(OPENEVENT_VAR),var)
