# Thin: each target is a script, most of the same name, which says what it does and takes no state from here.
.DEFAULT_GOAL := help
.PHONY: help run test check contract bench build install deb format clean distclean

help: ## list the targets
	@printf 'usage: make TARGET\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

run: ## build, start a private PostgreSQL and the service, load the demonstration
	@exec scripts/run

test: ## run all the tests on a PostgreSQL of their own
	@exec scripts/test

check: ## format, tidiness, pieces of the contract, build, contract, statements of the bench, sample resource, demonstration, backup, package, newer PostgreSQL, raw bytes, clients, faults, fuzz
	@exec scripts/check

contract: ## write openapi.yaml from the pieces in contract/
	@exec scripts/bundle-contract

bench: ## measure on a million actions (BENCH_ACTIONS, BENCH_SECONDS)
	@exec scripts/bench

build: ## build the command for release
	@exec scripts/build

install: ## install the command, its units and a sample configuration (PREFIX, SYSCONFDIR, DESTDIR)
	@exec scripts/install

deb: ## make a Debian package of them
	@exec scripts/deb

format: ## format the Swift sources
	@exec swift format format -i -r Sources Tests Package.swift

clean: ## delete what was built
	@exec scripts/clean

distclean: ## delete what was built and the private PostgreSQL with all its data
	@exec scripts/clean --all
