# The interface for people. `make` alone lists the targets.

WEB_SOURCES := $(shell find web/src web/public web/worker -type f) web/index.html web/compressed_files.ts web/vite.config.ts web/package.json

.DEFAULT_GOAL := help
.PHONY: help run test check web e2e bench need-node need-cargo

help:
	@echo "make run    build the browser client and the program, start it on http://127.0.0.1:8080"
	@echo "make test   every check there is: about forty minutes on two cores, the first time about fifty"
	@echo "make check  the quick ones: format, lints, unit tests"
	@echo "make web    build the browser client only"
	@echo "make e2e    twelve walks in real browsers against the real program: about ten minutes"
	@echo "make bench  how fast it is, in figures (release build)"

run: need-cargo web
	cargo run

test:
	.ci/checks

check: need-cargo
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo test --lib --test tidy

web: web/dist/index.html

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	npm --prefix web run build

web/node_modules/.package-lock.json: web/package-lock.json | need-node
	npm --prefix web ci --no-audit --no-fund

e2e: need-cargo web
	cargo build
	.ci/end-to-end

bench: need-cargo
	cargo bench --bench service
	cargo bench --bench sockets
	.ci/with-stores cargo bench --bench matching
	.ci/with-stores cargo bench --bench rooms
	RAND_CHAT_TEST_FSYNC=on .ci/with-stores cargo bench --bench messages
	RAND_CHAT_TEST_FSYNC=on .ci/with-stores cargo bench --bench storing

need-node:
	@command -v npm >/dev/null || { echo "make: npm is missing: install Node.js 20.19 or later (https://nodejs.org)" >&2; exit 1; }

need-cargo:
	@command -v cargo >/dev/null || { echo "make: cargo is missing: install Rust (https://rustup.rs)" >&2; exit 1; }
