#!/bin/bash
# Upgrades the service of docker-compose.yml to the version of this checkout without losing a request: the new replicas
# start beside the old ones, then the old ones leave one by one. Run: npm run upgrade:compose, or bash ops/upgrade.sh
# The guide: docs/guide/deploy.md, Upgrade.
set -euo pipefail
cd "$(dirname "$0")/.."

# How long a new replica may take to be healthy.
readonly healthy_within_seconds=180
readonly trial=accounts_upgrade_trial

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
previous_image=
refuse() {
  # So that a later `up` does not recreate anything from the refused version.
  [ -z "$previous_image" ] || docker tag "$previous_image" account-service
  printf 'Not upgraded: %s\n' "$*" >&2
  exit 1
}
replicas() { docker compose ps --quiet api; }
on_database() { docker compose exec -T postgres "$@"; }
drop_trial() { on_database dropdb --username=accounts --if-exists "$trial" >/dev/null; }

# An old replica compares an empty copy of the new schema with what it needs, before the real one is changed.
try_schema() { # OLD_REPLICA
  local url=postgres://accounts@postgres:5432/$trial output
  drop_trial
  trap drop_trial EXIT
  on_database createdb --username=accounts "$trial"
  on_database sh -euc "
    pg_dump --username=accounts --schema-only accounts | psql --username=accounts --quiet --output=/dev/null --set=ON_ERROR_STOP=1 $trial
    pg_dump --username=accounts --data-only --table=migrations accounts | psql --username=accounts --quiet --output=/dev/null --set=ON_ERROR_STOP=1 $trial"
  output=$(docker compose run --rm --no-deps -T -e "DATABASE_URL=$url" migrate node dist/src/cli/migrate.js 2>&1) ||
    refuse "the migrations fail on a copy of the schema.
$output"
  output=$(docker exec -e "DATABASE_URL=$url" "$1" node dist/src/cli/migrate.js --check 2>&1) ||
    refuse "the running version cannot work with the new schema, so old and new replicas cannot run side by side.
$output
Upgrade to a version in between that splits the change, or stop the service for it: docker compose up --build -d"
  drop_trial
  trap - EXIT
}

is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]; }
# A replica that was paused or started a moment ago is healthy after its next check.
is_healthy_soon() {
  local tries
  for ((tries = 0; tries < 30; tries++)); do if is_healthy "$1"; then return; fi; sleep 1; done
  return 1
}

docker compose config --quiet
mapfile -t old < <(replicas)
((${#old[@]})) || refuse 'no replica of the API is running. Start the service: docker compose up --build -d'
for container in "${old[@]}"; do is_healthy_soon "$container" || refuse "$(docker inspect --format '{{.Name}}' "$container") is not healthy"; done

say 'Building the image'
previous_image=$(docker inspect --format '{{.Image}}' "${old[0]}")
docker compose build --quiet || refuse 'the image cannot be built'

say 'Trying the migrations on a copy of the schema'
try_schema "${old[0]}"
say 'Migrating the database'
docker compose run --rm --no-deps -T migrate || refuse 'the migration failed; the old replicas are still running'
docker compose run --rm --no-deps -T configuration
if docker compose exec -T proxy test -e /etc/account-service/nginx.conf; then
  docker compose exec -T proxy nginx -q -t -c /etc/account-service/nginx.conf
  docker compose exec -T proxy nginx -c /etc/account-service/nginx.conf -s reload
else
  say 'The proxy is one of version 0.1, whose configuration is not exchanged here: docs/guide/deploy.md, From 0.1'
fi

# The receiver of messages before their sender. Messages wait while it restarts; no request does.
say 'Exchanging the notification service'
docker compose up --no-deps --no-build --detach --wait notifications 2>/dev/null || refuse 'the notification service is not healthy: docker compose logs notifications'

# One at a time, because a start occupies a core for seconds, which the serving replicas need.
for container in "${old[@]}"; do
  mapfile -t before < <(replicas)
  say "Starting a new replica beside the ${#before[@]} that serve"
  docker compose up --no-deps --no-build --no-recreate --detach --wait --wait-timeout "$healthy_within_seconds" \
    --scale api=$((${#before[@]} + 1)) api 2>/dev/null || {
    docker compose logs --tail 20 api >&2
    for new in $(docker compose ps --all --quiet api); do
      [[ " ${before[*]} " == *" $new "* ]] || docker rm --force "$new" >/dev/null
    done
    refuse 'a new replica did not become healthy and was taken away; the others are still running'
  }
  # The proxy asks for the replicas every two seconds.
  sleep 3
  say "Stopping $(docker inspect --format '{{.Name}}' "$container")"
  docker stop "$container" >/dev/null
  docker rm "$container" >/dev/null
done
say 'Upgraded. What changed about other services takes effect with: docker compose up -d (it interrupts the service when it recreates one)'
