#!/bin/sh
# run.sh FOLDER SECONDS - every fuzzer in FOLDER for SECONDS each
#
# New inputs are kept in FOLDER/corpus, crashes in FOLDER/crash; the seeds in the tree
# stay as they are. The last line is "N passed, N failed".
set -u
folder=$1 seconds=$2
passed=0 failed=0
mkdir -p "$folder/crash"
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=2:detect_leaks=1"
for program in "$folder"/fuzz_*; do
    [ -x "$program" ] || continue
    name=${program##*/fuzz_}
    mkdir -p "$folder/corpus/$name"
    log=$folder/$name.log
    if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
        -print_final_stats=1 -artifact_prefix="$folder/crash/$name-" \
        "$folder/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
        passed=$((passed + 1))
        verdict=passed
    else
        failed=$((failed + 1))
        verdict=FAILED
        tail -n 40 "$log"
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-10s %10s executions  %s\n' "$name" "${runs:-?}" "$verdict"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
