# Recipes for development; `just` alone lists them. Everything works on stable Rust.

target := "x86_64-unknown-linux-gnu"

[private]
default:
    @just --list

# The README's command: all tests of the library and the command line.
test:
    cargo test

# Format, lints and documentation, as the continuous integration runs them.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo deny check bans licenses sources

# Documentation with broken links as errors.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace

# Carry plans out on real processes, with so many kills.
lab KILLS="200":
    LAB_KILLS={{KILLS}} LAB_ROLLBACKS=all cargo test -p sesam-transport-cli --test lab

# The slow proofs: exhaustive runs over small sites, optimised.
proofs:
    cargo test --release --test proofs

# Seeded faults: copies of the library are broken one at a time, and the comparison with the oracle has to find each.
faults *WORDS:
    cargo test --test faults -- {{WORDS}}

# The property tests on cases that were never drawn before, so many of each; what they find belongs under tests/fixtures.
soak CASES="5000":
    PROPTEST_RNG_SEED=$(date +%s) PROPTEST_CASES={{CASES}} cargo test --release --test it

# Mutation tests of what decides over safety: every mutant of these files is caught, or listed with its reason. First by
# the unit tests and the quick comparison with the oracle; what these leave over, by all integration tests; and what is
# only said to people, by the tests of the command.
mutants FILES="src/safety/*.rs":
    -cargo mutants --profile mutants --file '{{FILES}}' -- --lib --test agreement
    -cargo mutants --profile mutants --file '{{FILES}}' --iterate -- --test it
    cargo mutants --profile mutants --file '{{FILES}}' --iterate --test-package sesam-transport-cli -- --test cli

# Rewrite the stored expectations after a change that is meant; read the difference before you commit it.
bless:
    UPDATE_EXPECT=1 BLESS=1 cargo test

# Fuzz one target on stable; fails where it finds something, or where it does next to nothing.
fuzz TARGET SECS="60":
    .ci/fuzz {{TARGET}} {{SECS}}

# Fuzz one target with AddressSanitizer, still on stable: finds literals by itself, runs slower.
fuzz-asan TARGET SECS="60":
    CARGO_CACHE_RUSTC_INFO=0 RUSTC_BOOTSTRAP=1 cargo fuzz run {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} -- -max_total_time={{SECS}} $(dict=$(echo fuzz/dict/{{TARGET}} | sed 's/_.*//').dict; test -f $dict && echo -dict=$dict)

# Shrink an input that fails, before it is stored under fuzz/regressions.
fuzz-min TARGET FILE:
    cargo fuzz tmin --sanitizer none {{TARGET}} {{FILE}}

# Every stored failure and seed again, under plain `cargo test`.
fuzz-replay:
    cargo test --test it replay

# How long audit, plan and check take on a site of so many tasks and on one of a tenth.
bench TASKS="1000000":
    cargo bench --bench engine -- {{TASKS}}

# The time and memory of the whole command, from a site file of so many tasks to its plan file.
bench-command TASKS="1000000":
    cargo build --release
    mkdir -p target/bench
    cargo bench --bench engine -- site {{TASKS}} target/bench/site.json
    /usr/bin/time -v target/release/sesam-transport plan target/bench/site.json -o target/bench/plan.json >target/bench/plan.txt

# How fast the INI rewriter is, beside the least any program needs and beside others; `--quick` takes 20 seconds.
bench-ini *WHAT:
    cargo bench --manifest-path benches/ini/Cargo.toml -- {{WHAT}}

# The command `ini` on a file of 100 MB, beside sed, git and cp.
bench-ini-command:
    cargo build --release
    cargo bench --manifest-path benches/ini/Cargo.toml -- command {{justfile_directory()}}/target/release/sesam-transport

# What the continuous integration runs.
ci:
    .ci/run
