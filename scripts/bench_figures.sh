# shellcheck shell=bash
# shellcheck disable=SC2154
# Figures at a constant cost, for `scripts/bench`, which sources this.
#
# A year of so many actions that each changed four times, in a schema of its own for each number of actions; the servers of
# all of them run at once, and each round measures all of them.

declare -A figures_url figures_pid figures_database

# prepare_figures ACTIONS
prepare_figures() {
    local schema=figures_$1 per_roadmap=$((($1 + 34) / 35)) DATABASE_URL=$DATABASE_URL
    export PGOPTIONS="-c search_path=$schema,public"
    psql -X --quiet "$DATABASE_URL" -c "create schema $schema" >&2
    DATABASE_URL="$DATABASE_URL&options=-csearch_path%3D$schema,public"
    export DATABASE_URL
    "$jalon" migrate
    BENCH_TOKEN=$("$jalon" token create --role coordinator --label bench)
    printf '%s\n' "$BENCH_TOKEN" >"$scratch/token-$1"
    sql -v per_roadmap="$per_roadmap" -v first_year=2022 -v last_year=2022 -v changes=4 -f bench/generate.sql >&2
    start_server "$scratch/serve-$1.log" --port 0 --pool 2 "${unlimited[@]}"
    figures_url[$1]=$server_url
    figures_pid[$1]=$server_pid
    figures_database[$1]=$DATABASE_URL
    server_pid=
    unset PGOPTIONS
    # Its first answers are made before any is measured.
    served "$1" "$figures" >/dev/null
    served "$1" "$figures_as_of" >/dev/null
}

# served ACTIONS PATH: prints the median latency of the server, in ms, over one connection.
served() {
    local p50
    read -r _ p50 _ < <(BENCH_TOKEN=$(cat "$scratch/token-$1") load "${figures_url[$1]}" 1 "$slice" get "$2")
    printf '%s\n' "$p50"
}

# measure_figures ACTIONS: today and a past day by the server, then the SQL alone, kept counts and in one pass.
measure_figures() {
    local DATABASE_URL=${figures_database[$1]} now past kept
    now=$(served "$1" "$figures")
    past=$(served "$1" "$figures_as_of")
    kept=$(latency figures)
    printf '%s %s %s %s\n' "$now" "$past" "$kept" "$(latency figures_in_one_pass)"
}

# measure_change ACTIONS: a change of status with and without the triggers that keep the counts, in ms.
measure_change() {
    local DATABASE_URL=${figures_database[$1]} per_roadmap=$((($1 + 34) / 35)) with without
    with=$(latency status_change)
    PGOPTIONS="-c search_path=figures_$1,public" sql -c 'alter table changes disable trigger user'
    without=$(latency status_change)
    PGOPTIONS="-c search_path=figures_$1,public" sql -c 'alter table changes enable trigger user'
    printf '%s %s\n' "$with" "$without"
}

# compare_figures SIZE…: the rows of the table, then the ratio that matters.
compare_figures() {
    local size round smallest=$1 largest=${*: -1}
    for size; do
        say "generating figures of $size actions"
        prepare_figures "$size"
    done
    # What the load has left to write is not to be counted, nor a cold cache.
    sql -c checkpoint
    for round in $(seq "$rounds"); do
        say "measuring figures, round $round of $rounds"
        for size; do measure_figures "$size" >>"$scratch/figures-$size"; done
        awk '{ now[FNR == 1 ? ++file : file] = $1 } END { print now[2] / now[1] }' \
            "$scratch/figures-$smallest" "$scratch/figures-$largest" >>"$scratch/figures-ratio"
    done
    # Changes come last: they make what they are measured on.
    for size; do
        say "measuring changes of status among $size actions"
        measure_change "$size" >/dev/null
        for round in $(seq "$rounds"); do measure_change "$size"; done >"$scratch/changes-$size"
    done
    for size; do
        paste -d ' ' <(medians <"$scratch/figures-$size") <(medians <"$scratch/changes-$size") |
            awk -v n="$(((size + 34) / 35 * 35))" '{
                printf "| %d | %s ms | %s ms | %s ms | %s ms | %.0f | %s ms | %s ms |\n", n, $1, $2, $3, $4, $4 / $3, $5, $6
            }'
        kill -TERM "${figures_pid[$size]}"
        wait "${figures_pid[$size]}" || true
        unset "figures_pid[$size]"
    done
    printf '\nToday, %s actions take %s times as long as %s (median of %d rounds).\n' "$largest" \
        "$(medians <"$scratch/figures-ratio")" "$smallest" "$rounds"
}
