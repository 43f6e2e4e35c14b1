#!/bin/bash
# Brings docker-compose.yml up on a real container engine, tries what docs/guide/deploy.md promises, and takes it away.
# Run: npm run test:compose. COMPOSE_ENGINE=own brings an engine along (engine.sh); without one, it is skipped (code 77).
# Real: everything, but the base images with COMPOSE_ENGINE=own. It works on a clone, made with the umask 077.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$here/../.." && pwd)
WORK=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/accounts-compose-XXXXXX")}
APP=$WORK/app
mkdir -p "$WORK/logs"
source "$here/engine.sh"
source "$here/base-images.sh"
source "$here/checks.sh"

for port in 8000 8025 9090; do
  if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "port $port is taken" >&2; exit 2; fi
done
if [ "${COMPOSE_ENGINE:-}" = own ]; then
  use_own_engine
elif ! is_running || ! docker compose version >/dev/null 2>&1; then
  echo 'SKIPPED: compose on a real engine, for there is none here. As root on Debian: COMPOSE_ENGINE=own npm run test:compose' >&2
  exit 77
fi
if [ -n "$(docker ps -aq --filter label=com.docker.compose.project=account-service 2>/dev/null)" ]; then
  echo 'the project account-service is there already: docker compose down, or use COMPOSE_ENGINE=own' >&2
  exit 2
fi

clean_up() {
  docker rm -f accounts-alone >/dev/null 2>&1 || true
  if [ -d "$APP" ]; then compose --profile monitoring down --volumes --timeout 5 >/dev/null 2>&1 || true; fi
  [ "${COMPOSE_ENGINE:-}" != own ] || stop_engine
  [ -n "${KEEP_WORK:-}" ] || rm -rf "$WORK"
}
trap clean_up EXIT

[ "${COMPOSE_ENGINE:-}" != own ] || { start_engine; cd "$SOURCE"; make_base_images; }
say 'the engine is there'
(umask 077; git clone --quiet "$SOURCE" "$APP")
check 'without a password it refuses to start, by name' refuses_without_password
(umask 077; echo "POSTGRES_PASSWORD='$(openssl rand -hex 24)'" >"$APP/.env"; echo RATE_LIMIT_PER_MINUTE=0 >>"$APP/.env")
compose build >"$WORK/logs/build" 2>&1 || { tail -20 "$WORK/logs/build"; exit 1; }
say 'built'
check 'a checkout with the umask 077 comes up, every service healthy' comes_up

check 'a user lives their life, and gets a mail' lives
check 'nothing secret, and no address, is in the logs' logs_are_clean
check 'containers are read-only, limited, without capabilities and root' are_contained
check 'no layer of the image holds npm' has_no_npm
check 'one image is built for all programs' is_one_image
check 'up --build with nothing changed recreates nothing' recreates_nothing
check 'a setting of .env reaches the program' reaches_program
check 'the proxy refuses in the envelope' refuses_in_envelope
check 'another password is refused by name, and touches nothing' under_load 12 refuses_other_password
check 'a replica is stopped: no request fails' under_load 10 stop_one
check 'a replica is killed: no request fails' under_load 10 kill_one
check 'a replica crashes, and is started again: no request fails' under_load 12 crash_one
check 'five replicas and three again: no request fails' under_load 50 scale_up_and_down
check 'PostgreSQL restarts: served again after eight seconds, no account lost' under_load 16,8 compose restart postgres
check 'Prometheus finds every replica, and answers the dashboard' is_monitored
check 'doctor, outbox and metrics answer as the guides say' examines_in_containers
check 'a dump made as the guide says can be restored' dumps_and_restores
check 'an upgrade that the running version cannot work with is refused, and touches nothing' refuses_upgrade
check 'an upgrade with a migration: no request fails' upgrades
check 'secrets may be files, and down keeps the data' takes_secrets_from_files
check 'an installation of one file moves to PostgreSQL as the guide says' moves_from_one_file
if has_first_version; then
  check 'version 0.1 comes up' first_version_comes_up
  check 'an upgrade from 0.1 as the guide says: no request fails, no account lost' upgrades_from_first_version
else
  echo 'SKIPPED: an upgrade from 0.1, for this clone does not have its commit' >&2
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
