set shell := ["bash", "-euo", "pipefail", "-c"]

# Show the recipes
[private]
default:
    @just --list --unsorted

# Every case on the embedded server: no Docker, seconds (filters: names of cases)
test-embedded *filters:
    cargo test --package twincast-tests --test cases -- {{ if filters == "" { "embedded" } else { filters } }}

# Most tests with an engine wait for it: there may be more of them at once than cores.
# Every test and case, with a real server in a container (filters: `redis`, `embedded`, a case's name)
test-all *filters:
    RUST_TEST_THREADS="${RUST_TEST_THREADS:-8}" ci/with-image redis-8.0 cargo test --workspace --lib --bins --tests --features container -- {{ filters }}

# Every case on a server that is there already: just test-url redis://host:port
test-url url *filters:
    TWINCAST_REDIS_URL={{ quote(url) }} cargo test --package twincast-tests --features redis --test cases -- {{ if filters == "" { "redis" } else { filters } }}

# The process backend on a redis-server of this machine (installed where it is missing)
test-process *filters:
    TWINCAST_REDIS_SERVER="$(ci/server-binary)" cargo test --package twincast-redis --test process -- --include-ignored {{ filters }}

# Play the committed conversations on a server: embedded, container[:IMAGE], process[:PATH] or a URL
verify against="embedded" *options:
    cargo run --quiet {{ if against =~ '^container' { "--features container" } else { "" } }} -- verify --against {{ quote(against) }} {{ options }}

# Take the recordings anew from the real servers (profiles of ci/servers; all of them if none is named)
record *profiles:
    ci/record {{ profiles }}

# Take the facts about commands anew from the real servers (profiles of ci/servers; all of them if none is named)
catalogue *profiles:
    ci/catalogue {{ profiles }}

# Write docs/differences.md anew, from the ledger and the conversations
differences:
    cargo run --quiet -- differences > target/differences.md
    mv target/differences.md docs/differences.md

# Make up conversations until the embedded server parts from a real one in a container (options: --seed, --minutes, --all …)
explore *options:
    ci/with-image redis-8.0 cargo run --quiet --package twincast --features container -- explore {{ options }}

# Build the local images of real servers (all profiles: just images all)
images *profiles:
    ci/images build {{ profiles }}

# Formatting, clippy, rustdoc and workflow files, warnings as errors
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- --deny warnings
    cargo clippy --workspace --all-targets --features container -- --deny warnings
    cargo clippy --package twincast-tests --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items
    ci/lint-workflows

# Line coverage of contract and backends
coverage *options:
    ci/coverage {{ options }}

# Micro benches of the embedded server
bench *filters:
    cargo bench --package twincast-embedded -- {{ filters }}
