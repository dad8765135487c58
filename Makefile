# Headway. `make help` lists what there is.

SHELL := /bin/sh
.DELETE_ON_ERROR:

GO     ?= go
LISTEN ?= 127.0.0.1:8080
DATA   ?= data

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
# Tools have a module file of their own, so that they never weigh on the product's.
TOOL    := $(GO) tool -modfile=tools/go.mod

ASSETS      := internal/web/assets
ASSETS_SRC  := $(shell find $(ASSETS) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null) $(wildcard internal/web/*.css)
ASSETS_DONE := $(ASSETS)/dist/.built

# Rooms without input and output: quick, so the race detector costs little.
PURE := . ./internal/engine/... ./internal/forecast/... ./internal/ingest/...

# Of the soak: how many on each database and how many at once, from which seed and block on, and the
# file that keeps what is done: the same command goes on behind it, and says where it stands.
DEPLOYMENTS ?= 300
LANES       ?= 16
SEED        ?= 20261126
BLOCK       ?= 0
STATE       ?= $(CURDIR)/e2e/out/soak-$(SEED).json

.PHONY: soak help demo run build assets generate generate-check fmt lint vet test test-deps test-go test-race \
	bench bench-plan bench-pages vulncheck clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## build and start with the sample programme on LISTEN (127.0.0.1:8080)
	@bin/headway demo --data $(DATA)/demo --listen $(LISTEN)

run: build ## build and start empty on LISTEN (127.0.0.1:8080)
	@bin/headway serve --data $(DATA)/run --listen $(LISTEN)

build: assets ## build bin/headway, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/headway ./cmd/headway

assets: $(ASSETS_DONE) ## fetch the front-end packages and bundle them

$(ASSETS_DONE): $(ASSETS_SRC)
	cd $(ASSETS) && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	@touch $@

generate: ## write the generated code anew
	$(TOOL) templ generate -path internal/web -lazy=false
	$(GO) generate ./...

generate-check: ## fail when generated code is not what its sources say
	$(TOOL) templ generate -path internal/web -check -log-level error

fmt: ## format Go code
	$(TOOL) gofumpt -l -w $$(git ls-files '*.go' | grep -v '_templ\.go$$')

lint: ## run the linters
	$(TOOL) golangci-lint run --timeout 20m

soak: ## deploy DEPLOYMENTS (300) releases on each database under kill -9, frozen nodes, lost answers
	$(GO) test ./e2e/soak -count=1 -v -timeout 24h -deployments $(DEPLOYMENTS) -lanes $(LANES) -seed $(SEED) -block $(BLOCK) -state $(STATE)

vulncheck: ## look the dependencies up in Go's vulnerability database (needs the network)
	$(TOOL) govulncheck ./...

test: test-deps assets generate-check lint test-race test-go ## everything: what continuous integration runs

test-deps: ## install chromium and PostgreSQL when missing
	@scripts/test-deps

test-race:
	@if command -v gcc >/dev/null 2>&1 || command -v cc >/dev/null 2>&1; then \
		CGO_ENABLED=1 $(GO) test -race -shuffle=on $(PURE); \
	else echo "test-race: left out, there is no C compiler"; fi

test-go: ## Go tests on both databases, through the binary and in the browser
	$(GO) vet ./...
	$(GO) test -shuffle=on -timeout 20m ./...

bench: ## measure what the README promises
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./bench/...

bench-pages: assets ## measure bytes, server time, first paint and frames of every page; PAGES=PART for some
	$(GO) test -run '^$$' -bench Pages -benchtime 1x -timeout 60m ./bench/pages

bench-plan: ## measure the planning engine on published and on release-programme instances
	$(GO) run ./bench/plan

clean: ## remove what was built
	rm -rf bin $(ASSETS)/dist/* $(ASSETS)/node_modules
