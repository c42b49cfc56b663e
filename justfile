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

# Replay the committed conversations on a server: embedded, container[:IMAGE], process[:PATH] or a URL
verify against="embedded" *options:
    cargo run --quiet {{ if against =~ '^container' { "--features container" } else { "" } }} -- verify --against {{ quote(against) }} {{ options }}

# Record all cases and conversations again from real servers (default: all profiles of ci/servers)
record *profiles:
    ci/record {{ profiles }}

# Ask the real servers for the facts about their commands (profiles of ci/servers; all of them if none is named)
catalogue *profiles:
    ci/catalogue {{ profiles }}

# Generate docs/differences.md from the ledger and the conversations
differences:
    cargo run --quiet -- differences > target/differences.md
    mv target/differences.md docs/differences.md

# Play random conversations until the embedded server differs from a real one in a container (options: --seed, --minutes, --all …)
explore *options:
    ci/with-image redis-8.10 cargo run --quiet --package twincast --features container -- explore {{ options }}

# Build local images of real servers (all profiles: just images all)
images *profiles:
    ci/images build {{ profiles }}

# Kill every command and the cases at random moments, on real servers and in containers: nothing may be left
kills count="200" seed="":
    ci/kills {{ count }} {{ seed }}

# Check formatting, clippy, rustdoc and workflow files; warnings are errors
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- --deny warnings
    cargo clippy --workspace --all-targets --features container -- --deny warnings
    cargo clippy --package twincast-tests --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items
    ci/lint-workflows

# Measure the line coverage of contract and backends
coverage *options:
    ci/coverage {{ options }}

# Run the micro-benchmarks of the embedded server
bench *filters:
    cargo bench --package twincast-embedded -- {{ filters }}
