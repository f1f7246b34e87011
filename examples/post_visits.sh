#!/usr/bin/env bash
# Post a file of visit records (one JSON object a line) in batches of 500, with nothing but curl.
#
#   . var/demo/client.env      # TANFANG_CLIENT_ID and TANFANG_CLIENT_SECRET; the address is TANFANG_URL
#   examples/post_visits.sh var/demo/unsent.ndjson
#
# Prints the answers, a line a batch. Run it as often as you like: a record counts once, by its external_id.
set -euo pipefail

url=${TANFANG_URL:-http://127.0.0.1:8000}
parts=$(mktemp -d)
trap 'rm -r "$parts"' EXIT

# The secret goes in over standard input: whatever stands on a command line, others on the machine can read.
token=$(printf 'grant_type=client_credentials&client_id=%s&client_secret=%s' "$TANFANG_CLIENT_ID" "$TANFANG_CLIENT_SECRET" |
  curl -sS --fail --retry 5 "$url/oauth/token" --data-binary @- |
  sed -E 's/.*"access_token": *"([^"]+)".*/\1/')

grep -v '^[[:space:]]*$' "$1" | split -l 500 - "$parts/"
for part in "$parts"/*; do
  printf '{"items":[%s]}' "$(paste -sd, "$part")" > "$part.json"
  # One key for all attempts, made of what is sent: whatever gets lost, the batch is taken in once.
  curl -sS --fail-with-body --retry 8 --retry-all-errors "$url/v1/visits/batch" \
    -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $(sha256sum "$part.json" | cut -d' ' -f1)" --data-binary "@$part.json"
  echo
done
