# shellcheck shell=bash
# shellcheck disable=SC2154
# What `scripts/bench` measures, and how: sourced by it.

# The arguments of wrk's script, and of pgbench, for each thing measured.
wrk_arguments() {
    case $1 in
    livez) printf '%s\n' get /livez ;;
    action | patch) printf '%s\n' "$1" "$per_roadmap" "$ministries" ;;
    filtered_again) printf '%s\n' get "$filtered" "$(tag_of "$filtered")" ;;
    figures_again) printf '%s\n' get "$figures" "$(tag_of "$figures")" ;;
    filtered) printf '%s\n' get "$filtered" ;;
    by_due_date) printf '%s\n' get "$by_due_date" ;;
    figures) printf '%s\n' get "$figures" ;;
    figures_as_of) printf '%s\n' get "$figures_as_of" ;;
    esac
}

# pgbench has no random text: an action's script is repeated for each ministry, with the ministry as a bind all the same.
pgbench_arguments() {
    local code
    case $1 in
    action)
        printf '%s\n' -D "per_roadmap=$per_roadmap"
        for code in ${ministries//,/ }; do
            sed "s/:ministry/:ministry_$code/" bench/action.sql >"$scratch/action-$code.sql"
            printf '%s\n' -D "ministry_$code=$code" -f "$scratch/action-$code.sql"
        done
        ;;
    filtered)
        printf '%s\n' -D year=2022 -D 'theme=achats' -D 'status=en_cours' -D limit=51 -f bench/filtered.sql
        ;;
    by_due_date) printf '%s\n' -D limit=51 -f bench/by_due_date.sql ;;
    figures) printf '%s\n' -D year=2022 -D 'years={2022}' -f bench/figures.sql ;;
    figures_as_of) printf '%s\n' -D year=2022 -D 'years={2022}' -D as_of=2022-07-01 -f bench/figures_as_of.sql ;;
    figures_in_one_pass)
        printf '%s\n' -D year=2022 -D 'states={soumise,en_relecture,validee,close}' -f bench/figures_in_one_pass.sql
        ;;
    status_change) printf '%s\n' -D "per_roadmap=$per_roadmap" -f bench/status_change.sql ;;
    esac
}

path_of() {
    case $1 in
    action) printf '/v1/actions/TE-2022-1' ;;
    filtered) printf '%s' "$filtered" ;;
    by_due_date) printf '%s' "$by_due_date" ;;
    figures) printf '%s' "$figures" ;;
    figures_as_of) printf '%s' "$figures_as_of" ;;
    esac
}

# Pages of lists that an index answers are planned once for all values, as the server has them planned.
run_pgbench() {
    local what=$1 arguments options=${PGOPTIONS:-}
    shift
    mapfile -t arguments < <(pgbench_arguments "$what")
    case $what in filtered | by_due_date) options+=' -c plan_cache_mode=force_generic_plan' ;; esac
    PGOPTIONS=$options pgbench --no-vacuum --protocol=prepared "${arguments[@]}" "$@" "$DATABASE_URL" 2>&1
}

# --- One round after the other ---------------------------------------------------------------------------------------------
#
# The speed of a shared machine changes from minute to minute. What is compared is therefore measured in turn, in rounds of a
# few seconds, and a ratio is the median of those of the rounds.

# The number of rounds, and the seconds of each measure in one.
rounds=5
slice=$(((seconds + rounds - 1) / rounds))

# load URL CONNECTIONS SECONDS WHAT…: prints requests per second, p50 and p99 in ms.
load() {
    local result url=$1 clients=$2 duration=$3
    shift 3
    result=$(wrk -t "$((clients < threads ? clients : threads))" -c "$clients" -d "$duration" --timeout 30 \
        -s bench/requests.lua "$url" -- "$@" | sed -n 's/^RESULT //p')
    [ -n "$result" ] || die "wrk said nothing of $*"
    [ "${result##* }" = 0 ] || die "$*: ${result##* } requests failed"
    printf '%s\n' "${result% *}"
}

# measure_http URL WHAT [SECONDS]
measure_http() {
    local arguments
    mapfile -t arguments < <(wrk_arguments "$2")
    load "$1" "$connections" "${3:-$slice}" "${arguments[@]}"
}

# measure_sql WHAT: prints transactions per second.
measure_sql() {
    local tps
    tps=$(run_pgbench "$1" --client="$connections" --jobs="$threads" --time="$slice" |
        sed -n 's/^tps = \([0-9.]*\).*without initial.*/\1/p')
    [ -n "$tps" ] || die "pgbench said nothing of $1"
    printf '%s\n' "$tps"
}

# latency WHAT: prints the mean latency of its SQL alone, in ms, over one connection.
latency() { run_pgbench "$1" --client=1 --time="$slice" | sed -n 's/^latency average = \([0-9.]*\) ms/\1/p'; }

# medians: prints the median of each column of the lines read.
medians() {
    awk '{ for (i = 1; i <= NF; i++) value[i, NR] = $i; columns = NF }
        END {
            for (i = 1; i <= columns; i++) {
                for (j = 2; j <= NR; j++)
                    for (k = j; k > 1 && value[i, k] + 0 < value[i, k - 1] + 0; k--) {
                        swap = value[i, k]; value[i, k] = value[i, k - 1]; value[i, k - 1] = swap
                    }
                printf "%s%s", value[i, int((NR + 1) / 2)], i < columns ? " " : "\n"
            }
        }'
}
