# The commands of this project. `make` alone lists them.
# Everything that is downloaded comes from package registries and stays under target/.

CARGO_DENY_VERSION := 0.20.2
DENY := target/tools/cargo-deny-$(CARGO_DENY_VERSION)/bin/cargo-deny
PYTHON_READY := target/python/.ready
TRAINING_PYTHON := models/training/.venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test setup format lint docs licences tests audit bench peers calls train train-intent \
	evaluate evaluate-intent

help: ## Lists these commands.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | awk -F '\t' '{ printf "make %-17s%s\n", $$1, $$2 }'

demo: setup ## Builds, starts the service, plays sample calls into it, shows what was decided.
	@echo "==> building"
	@cargo build --release --locked
	@examples/demo.sh target/release/pretriage

test: setup format lint docs licences tests ## Set-up and every check: what CI runs.
	@echo "==> all checks passed"

setup: ## Installs a C++ compiler and cmake where they are missing and it may.
	@.ci/setup

format: ## Checks the format of the code.
	@echo "==> format"
	@cargo fmt --check

lint: setup ## Runs clippy; a warning is an error.
	@echo "==> clippy"
	@cargo clippy --all-targets --locked -- -D warnings

docs: setup ## Builds the library's documentation; a broken link is an error.
	@echo "==> documentation"
	@RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --locked

licences: $(DENY) ## Checks licences, bans and sources of all dependencies; needs no database.
	@echo "==> licences, bans, sources"
	@$(DENY) --locked --log-level error check licenses bans sources

tests: setup $(PYTHON_READY) ## Runs all tests, the slow ones with the real engine too.
	@echo "==> tests"
	@cargo test --locked --no-run
	@PRETRIAGE_SLOW_TESTS=1 PRETRIAGE_PYTHON="$$(cat $(PYTHON_READY))" cargo test --locked --quiet

audit: $(DENY) ## Checks dependencies against the advisory database, which it downloads.
	@$(DENY) --locked check advisories

bench: setup ## Measures the signal path, the call and the classifier, and compares with the recorded run.
	@cargo bench --locked --quiet --bench '*' | python3 benches/compare.py $(RECORD)

peers: setup ## Measures the engine beside whisper-rs, faster-whisper, CTranslate2, sherpa-onnx and openai-whisper.
	@benches/peers/run.sh

train: ## Trains and exports the default speech model; models/training/README.md has the settings.
	@models/training/train.sh

train-intent: ## Trains the reader of callers' texts from models/corpus (ten minutes on one free core).
	@mkdir -p target/intent
	@cargo run --release --locked --quiet --example intent-lines > target/intent/lines.tsv
	@[ -d models/training/.venv ] || { python3 -m venv models/training/.venv && \
		models/training/.venv/bin/pip install -r models/training/requirements.txt; }
	@cd models/training && .venv/bin/python intent.py --lines ../../target/intent/lines.tsv

evaluate-intent: ## Measures the classifier on the examination lines; the picture goes beside them.
	@cargo run --release --locked --quiet -- classify --eval models/evaluation/intent.tsv \
		--picture models/evaluation/intent.svg

evaluate: setup ## Measures the program's hearing by condition on held-out sentences and voices; draws it.
	@cargo build --release --locked
	@models/training/evaluate.sh

calls: ## Makes tests/data/calls again (needs the training environment).
	@$(TRAINING_PYTHON) tests/data/make_calls.py

$(DENY):
	@echo "==> installing cargo-deny $(CARGO_DENY_VERSION) into target/tools"
	@cargo install --quiet --locked --version $(CARGO_DENY_VERSION) cargo-deny \
		--root target/tools/cargo-deny-$(CARGO_DENY_VERSION) --target-dir target/tools/build
	@rm -rf target/tools/build

# Holds the path of a Python that can run the example client; empty where none can be had.
$(PYTHON_READY): examples/python/requirements.txt .ci/python
	@.ci/python $@
