# The only commands anyone types. Each sees to what it needs first; all of it is idempotent.

.DEFAULT_GOAL := help
export PATH := $(CURDIR)/target/tools/bin:$(HOME)/.cargo/bin:$(PATH)
# The stored descriptions of the queries (.sqlx) are used, so a build needs no database.
export SQLX_OFFLINE := true
# Where cargo puts what it builds.
BUILT = $(or $(CARGO_TARGET_DIR),target)
# `make up LISTEN=127.0.0.1:9090` when the usual port is taken.
LISTEN ?=

.PHONY: help setup up test lint bench screenshots clean

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Get everything that building, running and testing need
	@scripts/setup --tests
	@scripts/get-chromium >/dev/null || echo "The browser tests will not run here until there is a Chromium." >&2

up: ## Build and run all of Trayline with demo data, in .trayline
	@scripts/setup
	@scripts/build-front
	@scripts/build trayline
	@exec $(BUILT)/debug/trayline up --demo --data-dir .trayline $(if $(LISTEN),--listen $(LISTEN))

test: ## Run every test: Rust, front end, browser
	@scripts/setup --tests
	@scripts/build-front
	@scripts/test

lint: ## Check formatting, lints, query descriptions and types
	@scripts/setup --tests
	@scripts/build-front
	@scripts/lint

bench: ## Measure throughput, latency and memory; prints a table and writes JSON
	@scripts/setup --tests
	@scripts/build-front
	@echo "building what is measured, optimised; this takes some minutes" >&2
	@cargo build --release --locked --bin trayline --bin bench --bin trayline-chat
	@cargo build --profile device --locked --bin trayline-agent
	@$(BUILT)/release/bench

screenshots: ## Take a picture of every page and state, light and dark, wide and narrow
	@scripts/setup --tests
	@scripts/build-front
	@scripts/with-trayline npm --prefix tests/browser run screenshots
	@cargo nextest run --locked -p window -E 'test(=pictures::every_state_has_its_picture)'
	@echo "They are in target/screenshots."

clean: ## Remove what was built and what `make up` keeps
	@scripts/clean
