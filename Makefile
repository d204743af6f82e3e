# What a developer does with this project. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run run-processes test build lint format clean bars bench-start bench-orders bench-processes \
	image sbom run-containers stop-containers

ARGS ?=
RUNNER := .build/release/runner
RELEASE := swift build -c release --static-swift-stdlib --product runner
SOURCES := git ls-files -z '*.swift' | xargs -0 swift format

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then serve everything on http://localhost:8080 (ARGS="--port 8081" adds flags)
	@exec $(RUNNER) serve $(ARGS)

run-processes: build ## one process per function on PostgreSQL, gateway on http://localhost:8080
	@.ci/install python3 postgresql
	@exec python3 deploy/processes $(RUNNER) $(ARGS)

run-containers: ## the same in containers, by docker or podman; letters on http://localhost:8025 (ARGS=--detach leaves it running)
	@.ci/install --only python3
	@exec python3 deploy/containers $(ARGS)

stop-containers: ## stop and remove what run-containers left running (ARGS=--volumes removes its data, too)
	@exec python3 deploy/containers --stop $(ARGS)

test: ## build and run every Swift test, with a PostgreSQL of their own
	@.ci/install python3 python3-aiosmtpd openssl postgresql pgbouncer
	swift build --build-tests
	Tests/postgresql swift test --skip-build --no-parallel

build: ## leave the release executable at .build/release/runner
	@.ci/install
	$(RELEASE)

lint: ## check format and style, change nothing
	@$(SOURCES) lint --strict --parallel
	@echo "The format is clean; \`swift test --filter StyleTests\` checks the rest of the style."

format: ## format every Swift file in place
	@$(SOURCES) format --in-place --parallel

clean: ## remove what was built; ./data stays
	rm -rf .build

bars: build ## prove the promises in full: crashes, races, repeated keys (ARGS="--only 4" picks one)
	@.ci/install python3 postgresql
	@.ci/planted
	python3 Tests/SystemTests/bars $(RUNNER) --planted .build/planted/release/runner $(ARGS)

bench-start: build ## print cold start and idle memory
	@python3 Benchmarks/start.py $(RUNNER) $(ARGS)

bench-orders: build ## print orders per second beside nginx and pgbench (SPIKE=file.swift adds one more)
	@.ci/install python3 wrk nginx-light postgresql
	@python3 Benchmarks/orders.py $(RUNNER) $(if $(SPIKE),--spike $(SPIKE)) $(ARGS)

bench-processes: build ## print orders per second of 1, 2 and 4 createOrder processes beside pgbench
	@.ci/install python3 postgresql wrk
	@python3 Benchmarks/processes.py $(RUNNER) $(ARGS)

image: ## build the container image orders:VERSION by docker or podman, whichever works
	@.ci/image

sbom: ## write what is in the image to .build/orders.spdx.json
	@.ci/install --only python3
	@.ci/python
	@.build/python/bin/python .ci/sbom .build/orders.spdx.json
