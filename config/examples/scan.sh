#!/bin/sh
# Scans a host and prints the scan as JSON, with curl alone:
#   PORTLIGHT_URL=http://localhost:3000 PORTLIGHT_KEY=pl_… sh scan.sh example.org
set -eu
url=${PORTLIGHT_URL:-http://localhost:3000}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

# Asks again where nobody answers, and where the answer is 429 or 503: after as long as that says.
ask() {
  curl --silent --show-error --retry 10 --retry-connrefused --dump-header "$folder/fields" \
    --header "Authorization: Bearer $PORTLIGHT_KEY" "$@"
}
field() { tr -d '\r' < "$folder/fields" | sed -n "s/^$1: //Ip" | tail -n 1; }

# One key for all tries: however often this is sent, it makes one scan.
ask --fail-with-body --header "Idempotency-Key: $(date +%s)-$$" --json "{\"target\":\"$1\"}" "$url/v1/scans" > "$folder/scan"
scan=$url$(field location)

# Each round waits for news of the scan, thirty seconds at most. An open scan has a Retry-After, an ended one has none.
etag=
while
  ask --fail-with-body --header 'Prefer: wait=30' --header "If-None-Match: $etag" --output "$folder/news" "$scan"
  [ -s "$folder/news" ] && mv "$folder/news" "$folder/scan"
  etag=$(field etag)
  [ -n "$(field retry-after)" ]
do :; done
cat "$folder/scan"
