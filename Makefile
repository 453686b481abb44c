# Everything that is run more than once. `make help` lists it.
SHELL := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
TOOL := go tool -modfile=tools/go.mod
export GOTOOLCHAIN ?= local

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: test
test: need ## all tests with the race detector (installs what they need beside Go where it is missing)
	@# with the image's build flags, so that what vet compiles serves the image's test too
	CGO_ENABLED=0 go vet -trimpath ./...
	go test -race -timeout 10m ./...

.PHONY: need
need: ## what tests need beside Go: redis-server, curl, gcc for the race detector, tsql, node, npm and chromium
	@scripts/need redis-server redis-cli curl gcc tsql node npm chromium

.PHONY: lint
lint: ## golangci-lint, pinned in tools/go.mod
	$(TOOL) golangci-lint run ./...

.PHONY: generate
generate: ## what is made from api/openapi.yaml: its JSON, the server's interface, the client (a test holds that nothing is left to make)
	go generate ./api

.PHONY: build
build: ## a static binary with embedded time zones: ./timesheet
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o timesheet ./cmd/timesheet

.PHONY: tidy-check
tidy-check: ## go.mod says exactly what is used
	go mod tidy -diff

.PHONY: demo
demo: ## the service with 200 made-up employees
	go run ./cmd/timesheet demo

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (default 30s)
	@scripts/fuzz $${FUZZTIME:-30s}

.PHONY: fuzz-tds
fuzz-tds: ## the fuzz targets of the stand-in's parsers, 30 s each, as CI runs them
	@scripts/fuzz 30s internal/tds internal/clocking

.PHONY: sim
sim: ## the actors' simulation over many seeds: make sim SEEDS=20000
	go test ./actors -run TestSimulation -seeds $${SEEDS:-20000} -timeout 60m

.PHONY: acceptance
acceptance: ## real logs: every NAME.clockings.csv.zst with its NAME.expected.csv.zst in DATA=folder
	ACCEPTANCE_DATA=$(abspath $(DATA)) go test -count=1 -v -run 'TestImport|TestConcurrent|TestTwo|TestSourceOfRealLogs' ./tests

.PHONY: bench-import
bench-import: ## CSV into Pebble: 10 million clockings of 4,410 employees, one year; COUNT=2000000 for fewer
	COUNT=$${COUNT:-10000000} go test -run '^$$' -bench 'Import$$' -benchtime 1x -count $${ROUNDS:-3} -timeout 60m ./tests/bench

.PHONY: bench-passivation
bench-passivation: ## memory once 100,000 employees are passivated; takes a minute
	go test -run '^$$' -bench 'Passivation$$' -benchtime 1x -timeout 60m ./tests/bench

.PHONY: bench-source
bench-source: ## a backlog of the source beside a bare loop; from a row's commit to its change event
	go test -run '^$$' -bench DrainBacklog -benchtime 2x -count 5 ./tests/bench
	go test -run '^$$' -bench CommitToChange -benchtime 1x -count 5 ./tests/bench

.PHONY: bench-listeners
bench-listeners: ## 5,000 streams of changes at 0 to 100 changes a second, and one listener that never reads; some 6 minutes a round
	go test -run '^$$' -bench 'Listeners|DeafListener' -benchtime 1x -count $${ROUNDS:-1} -timeout 60m ./tests/bench

# The stages of a clocking, each with its benchmarks: BenchmarkDecode… is stage decode.
STAGES := decode assign fold flush durable whole post poll board view feed size scale memory start

.PHONY: bench
bench: ## every stage's benchmarks, 6 rounds, ready for benchstat; make bench STAGE=decode for one
	@set -o pipefail; scripts/bench run $(or $(STAGE),$(STAGES)) | tee bench.out
	$(TOOL) benchstat bench.out

.PHONY: bench-page
bench-page: ## the dashboard in Chromium with 5,000 employees: the first board, a change, 1,000 changes in a second for half a minute
	@scripts/need chromium
	go test -run '^$$' -bench 'FirstBoard|ChangePainted' -benchtime 10x ./tests/browser
	go test -run '^$$' -bench Storm -benchtime 1x ./tests/browser

.PHONY: profile
profile: ## processor and allocation profile of a stage, top 25: make profile STAGE=fold
	@scripts/bench profile $(or $(STAGE),$(error say STAGE=, one of: $(STAGES)))

.PHONY: race
race: ## the service beside five baselines, 5 rounds, some 4 minutes; RACE='--rounds 9 --only lua,service' and the like
	go run ./tests/race $(RACE)

.PHONY: race-latency
race-latency: ## latency at 5,000 clockings/s beside the bare disk and the bare Redis
	go run ./tests/race latency $(RACE)

.PHONY: race-bulk
race-bulk: ## NDJSON batches of 10,000 into Pebble and Redis beside single posts to one baseline
	go run ./tests/race bulk $(RACE)
