# shellcheck shell=bash
# What several scripts share. Sourced at their beginning; leaves them in the project's folder.
#
#   SWIFT_BUILD_PATH   where Swift builds (default .build)
#   JALON_SYMBOLS      set it for a release build with debug information, to profile: in a SWIFT_BUILD_PATH of its own, since other
#                      flags compile everything again

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Messages in French and bytes read as UTF-8, whatever the caller's locale.
export LC_ALL=C.UTF-8

# What the environment says of other servers must not reach the private one.
unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGSERVICE PGOPTIONS PGSSLMODE PGTARGETSESSIONATTRS

build_path=${SWIFT_BUILD_PATH:-.build}
# shellcheck disable=SC2034 # for those who source this
jalon=$build_path/release/jalon
server_pid=
server_url=

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# --- Needs ------------------------------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "only root may do this, and there is no sudo: $*"
    fi
}

# need curl pg_config=libpq-dev …: installs the Debian package of every command that is missing.
need() {
    local missing=() word
    for word in "$@"; do
        command -v "${word%%=*}" >/dev/null || missing+=("${word#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "please install: ${missing[*]}"
    say "installing ${missing[*]}"
    as_root apt-get update >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >&2
}

need_swift() {
    command -v swift >/dev/null ||
        die "the Swift toolchain (6.3 or later) is not in the PATH; see https://www.swift.org/install/linux/"
    # SwiftPM finds the headers of libcurl and libpq through pkg-config.
    need pkg-config curl-config=libcurl4-openssl-dev
    [[ $(curl-config --ssl-backends) == *OpenSSL* ]] ||
        die "libcurl is here without OpenSSL: please install libcurl4-openssl-dev in its place"
    # Libraries without a command of their own.
    pkg-config --exists 'libcrypto >= 3' || need no-such-command=libssl-dev
    pkg-config --exists 'yaml-0.1 >= 0.2.5' || need no-such-command=libyaml-dev
}

# Prepares the Python of the checks, at versions that do not move, and sets `python`.
need_python() {
    local folder=$PWD/.jalon/python
    python=$folder/bin/python
    if ! cmp -s scripts/requirements.txt "$folder/requirements.txt"; then
        need python3
        # A package without a command of its own.
        python3 -c 'import ensurepip, venv' 2>/dev/null || need no-such-command=python3-venv
        say "preparing the Python of the checks in $folder"
        rm -rf "$folder"
        python3 -m venv "$folder"
        "$python" -m pip install --quiet --disable-pip-version-check -r scripts/requirements.txt >&2
        cp scripts/requirements.txt "$folder/requirements.txt"
    fi
}

# --- Build ------------------------------------------------------------------------------------------------------------

# Reads what SwiftPM says of a build. Of its steps it tells one every ten seconds; all else is passed on. It foretells no time: SwiftPM
# finds further steps on its way, and the last ones are the longest by far.
show_progress() {
    local line step steps start=$SECONDS told=$SECONDS
    while IFS= read -r line; do
        if [[ ! $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
            printf '%s\n' "$line" >&2
            continue
        fi
        step=${BASH_REMATCH[1]} steps=${BASH_REMATCH[2]}
        if ((SECONDS - told < 10 || step == 0)); then continue; fi
        told=$SECONDS
        say "step $step of $steps after $((SECONDS - start)) s; the last steps, our own modules, take half of the time"
    done
}

# build_release [ARGUMENT…]: builds for release, showing its progress.
build_release() {
    need_swift
    scripts/postgres install
    [ -x "$jalon" ] || say "building; the first time takes several minutes"
    # Nobody links with the command: names for others would be a sixteenth of it.
    local symbols=(-debug-info-format none -Xlinker --strip-all -Xlinker --exclude-libs=ALL -Xlinker --no-export-dynamic)
    [ -z "${JALON_SYMBOLS:-}" ] || symbols=()
    # Colours would be another set of compiler flags, and everything built twice: on a terminal and off it.
    # Swift's own libraries go into the binary, which then runs on a machine without Swift.
    swift build -c release --static-swift-stdlib --no-color-diagnostics --scratch-path "$build_path" "${symbols[@]}" "$@" 2>&1 |
        show_progress
    # A binary that lacks something when it runs must not be shipped.
    local said
    said=$("$jalon" plan validate examples/plans/2022/dinum-2022.yaml 2>&1) || die "the build cannot judge a plan: $said"
}

# --- Places and processes ---------------------------------------------------------------------------------------------

# Sets `scratch` to a new folder, which PostgreSQL's own user may enter when we are root.
make_scratch() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/jalon-${0##*/}.XXXXXX")
    chmod 755 "$scratch"
}

drop_scratch() {
    [ -n "${scratch:-}" ] || return 0
    scripts/postgres destroy "$scratch/postgres" 2>/dev/null || true
    rm -rf "$scratch"
}

# is_free PORT: whether nobody listens there on this machine.
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# start_server LOG [ARGUMENT…]: starts `jalon serve` on 127.0.0.1 and waits until it is ready; sets server_pid and
# server_url. The database is DATABASE_URL's.
start_server() {
    local log=$1 said=$1.url tries=0
    shift
    : >"$said"
    "$jalon" serve --host 127.0.0.1 "$@" >"$said" 2>>"$log" 8>&- &
    server_pid=$!
    until server_url=$(head -n 1 "$said") && [ -n "$server_url" ] &&
        curl --silent --fail --max-time 2 --output /dev/null "$server_url/readyz"; do
        if ! kill -0 "$server_pid" 2>/dev/null; then
            server_pid=
            tail -n 20 "$log" >&2
            die "the server did not start; its log is $log"
        fi
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || die "the server is not ready after 30 seconds; its log is $log"
        sleep 0.1
    done
}

# Asks the server to stop and waits for it; it finishes what it has begun within 15 seconds.
stop_server() {
    [ -n "$server_pid" ] || return 0
    local tries=0
    kill -TERM "$server_pid" 2>/dev/null || true
    while kill -0 "$server_pid" 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -gt 200 ]; then
            say "the server did not stop in 20 seconds; killing it"
            kill -KILL "$server_pid" 2>/dev/null || true
        fi
        sleep 0.1
    done
    wait "$server_pid" 2>/dev/null || true
    server_pid=
}

# serve_has FLAG: whether this build knows the flag.
serve_has() { grep -q -e "$1" <<<"$("$jalon" serve --help)"; }

# start_demonstration [ARGUMENT…]: in `scratch`, a private PostgreSQL, the server without limits of rate, the illustrative
# census and plans, and a token of each role in a file of its name under `tokens`.
start_demonstration() {
    local role
    unlimited=()
    need curl
    scripts/postgres start "$scratch/postgres" --fast-unsafe
    DATABASE_URL=$(scripts/postgres url "$scratch/postgres")
    export DATABASE_URL
    "$jalon" migrate
    mkdir -m 700 "$scratch/tokens"
    for role in reader coordinator admin; do
        "$jalon" token create --role "$role" --label "${0##*/}" >"$scratch/tokens/$role"
    done
    "$jalon" token create --role referent --ministry TE --label "${0##*/}" >"$scratch/tokens/referent"
    if serve_has --rate-limit; then unlimited=(--rate-limit 0 --anonymous-rate-limit 0); fi
    start_server "$scratch/serve.log" --port 0 "${unlimited[@]}" "$@"
    "$jalon" census apply --url "$server_url" --token-file "$scratch/tokens/coordinator" examples/census/2022.yaml >&2
    "$jalon" plan apply --url "$server_url" --token-file "$scratch/tokens/coordinator" examples/plans/2022/*.yaml >&2
}

# stop_demonstration: for the end of a script, with the server's last words when it ends badly.
stop_demonstration() {
    local status=$?
    trap - EXIT
    trap '' INT TERM
    if [ "$status" -ne 0 ] && [ -s "$scratch/serve.log" ]; then
        say "the end of the server's log:"
        tail -n 30 "$scratch/serve.log" >&2
    fi
    stop_server
    drop_scratch
    exit "$status"
}

# bearer TOKEN: the header for `curl --header @-`, so that the secret is in no list of processes.
bearer() { printf 'Authorization: Bearer %s\n' "$1"; }

# section TITLE COMMAND…: runs it under a heading, with the time it took.
section() {
    local title=$1 start=$SECONDS
    shift
    printf '\n=== %s\n' "$title" >&2
    "$@"
    printf '=== %s: done in %d s\n' "$title" "$((SECONDS - start))" >&2
}
