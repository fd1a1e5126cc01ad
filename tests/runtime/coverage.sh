#!/bin/sh
# coverage.sh: which branches of the runtime's sources no runtime test takes; needs gcc and gcov.
#
# The tests run as a release build, as a debug build, and under failing requests, the counts of all are added. Prints, for each
# source file, branches taken of branches there are, then each line with a branch that was never taken, then the total.
# Branches that cannot be taken stand in coverage.known, `file: text of the line ## reason`; they are counted apart. Named
# before the total: reasons of which no branch has need.
# The status is 1 if a branch is neither taken nor known.

here=$(cd "$(dirname "$0")" && pwd)
runtime=$here/../../runtime
work=$(mktemp -d "${TMPDIR:-/tmp}/dream-runtime-coverage.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
suites="api linked plain pool object string sharing members intern array text error trace overflow cycle slices finaliser hostile
    exit program process refused report console clock file edges broken memory"

# `-D_exit=exit`: children that end at once write their counts, too. Inline functions of headers stay calls, so that their
# branches count where they stand, not in each caller.
measure() {
    name=$1
    shift
    mkdir "$work/$name" && cd "$work/$name" || exit 1
    gcc -std=gnu11 -O0 --coverage -D_exit=exit -Dalways_inline=unused "$@" -I"$runtime/include" "$runtime/src/all.c" "$here"/*.c -o tests -lm || exit 1
    for suite in $suites; do
        ./tests "$suite" > out 2>&1 || { tail -n 5 out; echo "FAILED: $name: $suite"; }
    done
    for stress in collect slices none; do
        DREAM_STRESS=$stress ./tests string > out 2>&1 || echo "FAILED: $name: string with DREAM_STRESS=$stress"
    done
    gcov --branch-counts --branch-probabilities -o . ./*-all.gcda > /dev/null 2>&1
}

measure pools
measure debug -DDR_DEBUG_MEMORY=1
measure malloc -DDR_NO_POOLS=1

# gcov's text: `count: line: source`, below it the line's `branch  n taken k`.
cat "$work"/*/*.gcov | awk -v known="$here/coverage.known" '
    BEGIN {
        while ((getline entry < known) > 0) {
            if (entry ~ /^#/ || entry == "") continue
            at = index(entry, ": ")
            rest = substr(entry, at + 2)
            end = index(rest, " ## ")
            excused[substr(entry, 1, at - 1) SUBSEP substr(rest, 1, end - 1)] = entry
        }
    }
    /^ *-: *0:Source:/ {
        file = $0
        sub(/.*Source:/, "", file)
        ours = file ~ /runtime\/src\/[a-z_]*\.c$/
        sub(/.*\//, "", file)
        next
    }
    /^ *[-#=0-9*]+: *[0-9]+:/ {
        line = $0
        sub(/^[^:]*: */, "", line)
        number = line + 0
        sub(/^[0-9]+:/, "", line)
        gsub(/^ +/, "", line)
        text[file, number] = line
        next
    }
    ours && /^branch / {
        key = file SUBSEP number SUBSEP $2
        if (!(key in seen)) {
            seen[key] = 1
            order[++n] = key
        }
        if ($3 == "taken" && $4 + 0 > 0) taken[key] = 1
    }
    END {
        for (i = 1; i <= n; i++) {
            split(order[i], part, SUBSEP)
            all[part[1]]++
            total++
            if (order[i] in taken) {
                done[part[1]]++
                sum++
            } else if ((part[1] SUBSEP text[part[1], part[2]]) in excused) {
                excuses[part[1]]++
                known_total++
                used[part[1] SUBSEP text[part[1], part[2]]] = 1
            } else {
                missing[++m] = order[i]
            }
        }
        for (f in all) printf "%-20s %5d of %5d, %d known\n", f, done[f], all[f], excuses[f] | "sort"
        close("sort")
        for (i = 1; i <= m; i++) {
            split(missing[i], part, SUBSEP)
            place = part[1] ":" part[2]
            if (!(place in shown)) printf "%s: %s\n", place, text[part[1], part[2]]
            shown[place] = 1
        }
        for (e in excused) if (!(e in used)) printf "no branch needs this reason: %s\n", excused[e]
        printf "%d of %d branches (%.1f %%), %d known, %d missing\n", sum, total, 100 * sum / total, known_total, m
        exit m != 0
    }'
