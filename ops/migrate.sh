#!/bin/sh
# The service `migrate` of docker-compose.yml: brings the database up to date, then gives the password that has proved
# right to the replicas, as the file that the argument names, and the secret of the signing keys as a file beside it. No service that stays up has the password in its configuration: with another one in
# the environment, `docker compose up` fails here and leaves what is running as it is.
set -u
if [ -z "${DATABASE_PASSWORD:-}${DATABASE_PASSWORD_FILE:-}" ]; then
  echo 'POSTGRES_PASSWORD is empty: write it to .env, as README.md says. Nothing that runs was touched.' >&2
  exit 1
fi
log=/tmp/migrate.log
node dist/src/cli/migrate.js >"$log" 2>&1
code=$?
cat "$log"
if grep -q 'password authentication failed' "$log"; then
  echo 'POSTGRES_PASSWORD is not the password that the database was made with. Nothing that runs was touched.' >&2
  echo 'The right one was written to .env before the first start: docs/guide/deploy.md, Passwords.' >&2
fi
[ "$code" = 0 ] || exit "$code"
umask 077
if [ -n "${DATABASE_PASSWORD_FILE:-}" ]; then cat "$DATABASE_PASSWORD_FILE"; else printf %s "$DATABASE_PASSWORD"; fi \
  >"$1.new" && mv "$1.new" "$1"

# The secret that signing keys are encrypted under, beside the password: the one that is set, else one that is made once.
keys=$(dirname "$1")/key-secret
[ -n "${KEY_SECRET:-}${KEY_SECRET_FILE:-}" ] || [ ! -s "$keys" ] || exit 0
if [ -n "${KEY_SECRET_FILE:-}" ]; then cat "$KEY_SECRET_FILE"
elif [ -n "${KEY_SECRET:-}" ]; then printf %s "$KEY_SECRET"
else head -c 32 /dev/urandom | base64
fi >"$keys.new" && mv "$keys.new" "$keys"
