#!/bin/sh
# Starts the service on free loopback ports, streams sample calls into it as a media gateway would
# (20 ms frames, as fast as people speak), shows what was heard and decided, and stops the service.
#
# examples/demo.sh [PATH OF THE BINARY]
set -eu
cd "$(dirname "$0")/.."
pretriage=${1:-target/release/pretriage}
calls=tests/data/calls
chosen="account_code content_report finance_recharge mulaw stereo_44k_right guided clarified insists
elderly bad_line silence"

scratch=$(mktemp -d)
service=""
trap '[ -z "$service" ] || kill "$service" 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

fail() {
    echo "$1" >&2
    cat "$scratch/service.err" >&2
    exit 1
}

# Prints a field of the last event of a kind: JSON, one event a line. Empty where it has none.
field() {
    grep "\"event\":\"$1\"" "$scratch/events" |
        sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p" | sed 's/^null$//' | tail -n 1
}

# Prints a column of a call's row in the table of what is right.
expected() {
    awk -F '\t' -v file="$1" -v column="$2" '$1 == file { print $column }' "$calls/expected.tsv"
}

echo "==> starting the service"
: >"$scratch/service.out"
"$pretriage" serve --listen 127.0.0.1:0 --admin 127.0.0.1:0 \
    >"$scratch/service.out" 2>"$scratch/service.err" &
service=$!
n_tries=0
until address=$(sed -n 's/^listening on //p' "$scratch/service.out") && [ -n "$address" ]; do
    kill -0 "$service" 2>/dev/null || fail "The service did not start:"
    n_tries=$((n_tries + 1))
    [ "$n_tries" -le 300 ] || fail "The service did not listen within 30 seconds:"
    sleep 0.1
done
echo "    listening on $address"

echo "==> streaming calls"
n_calls=0
n_right=0
for name in $chosen; do
    file=$name.wav
    # Nobody wants to listen to silence.
    pace=realtime
    [ "$name" != silence ] || pace=fast
    "$pretriage" call "$calls/$file" --addr "$address" --pace "$pace" --json \
        --channel "$(expected "$file" 5)" >"$scratch/events" ||
        fail "$file had no decision; the service said:"

    heard=$(sed -n 's/.*"event":"transcript".*"text":"\([^"]*\)".*/\1/p' "$scratch/events" |
        grep . | paste -s -d ' ' -) || heard=""
    outcome=$(field decision outcome)
    reason=$(field decision reason)
    topic=$(field decision topic)
    category=$(field decision category)
    ms=$(field latency decision_ms | awk '{ printf "%.0f", $1 }')
    [ "$category/$outcome/$reason" = \
        "$(expected "$file" 2)/$(expected "$file" 3)/$(expected "$file" 4)" ] && right=yes || right=no

    # What the card holds besides: the caller's own words and the ends of numbers.
    noted=$(for slot in phone account_id said order_number time; do field decision "$slot"; done |
        grep . | paste -s -d ' ' -) || noted=""

    printf '    %s\n' "$file"
    # Who says what, in order, after the greeting.
    sed -n -e '/"id":"greeting-/d' \
        -e 's/.*"event":"prompt".*"text":"\([^"]*\)".*/        bot      \1/p' \
        -e 's/.*"event":"transcript".*"text":"\([^"]\{1,\}\)".*/        caller   \1/p' "$scratch/events"
    [ -z "$noted" ] || printf '        noted    %s\n' "$noted"
    printf '        decided  %s to %s (%s)\n' "$outcome" "$(field decision queue)" "$reason"
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$file" "${topic:--}" "$outcome" "$reason" "$right" \
        "${ms:--}" "${heard:--}" >>"$scratch/table"
    n_calls=$((n_calls + 1))
    [ "$right" = no ] || n_right=$((n_right + 1))
done

echo "==> stopping the service"
kill -TERM "$service"
wait "$service" || fail "The service did not stop cleanly:"
service=""
echo "    stopped cleanly"

echo
{
    printf 'call\ttopic\toutcome\treason\tright\tms\theard\n'
    cat "$scratch/table"
} | awk -F '\t' '{ printf "%-26s%-28s%-10s%-16s%-7s%-6s%s\n", $1, $2, $3, $4, $5, $6, $7 }'
echo
echo "$n_right of $n_calls as $calls/expected.tsv says is right."
echo "ms: from the service noticing the end of the last utterance to its decision."
