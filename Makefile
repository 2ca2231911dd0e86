# RegioHub. Everything sets itself up: 'make run' and 'make test' work on a fresh Debian machine with Swift 6.3.

SWIFT ?= swift
SPEED ?= 60
N ?= 1000
SECONDS ?= 60

.PHONY: run test setup build lint rig fuzz bench soak powercuts clean help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: ## install what is missing (root or sudo)
	@.ci/setup

build: setup ## build all programs
	@$(SWIFT) build --quiet

run: build ## play a day in the sample hub; SPEED=60 times real time
	@SPEED=$(SPEED) seeds/day/play "$$($(SWIFT) build --show-bin-path)"

lint: ## check the form of all sources
	@$(SWIFT) format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift

test: setup lint ## lint, build, run all tests
	@$(SWIFT) test

rig: ## run the GPIO suite and the daemon on a real kernel (User-Mode Linux, gpio-sim)
	@.ci/setup rig
	@$(SWIFT) build --build-tests
	@Tests/Rig/run

fuzz: setup ## fuzz decoders and parsers; SECONDS=60 for all targets together
	@Tests/Fuzz/run $(SECONDS)

soak: setup ## kill the daemon N times behind a bad line, and account for every event; REGIOHUB_SEED replays a run
	@$(SWIFT) build --build-tests
	@REGIOHUB_SOAK=$(N) $(SWIFT) test --skip-build --filter SoakTests

powercuts: setup ## cut the power after every single write of a journal's day
	@$(SWIFT) build --build-tests
	@REGIOHUB_POWER_CUTS=all $(SWIFT) test --skip-build --filter PowerCutTests

bench: setup ## print ratios against the floor of the same work
	@Benchmarks/run

clean: ## remove what was built here
	@rm -rf .build
