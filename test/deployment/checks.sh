# What on-engine.sh checks, each a function. Sourced.
passed=0 failed=0

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
check() { # NAME COMMAND...
  local name=$1; shift
  if "$@" >"$WORK/logs/check" 2>&1; then passed=$((passed + 1)); say "ok    $name"
  else failed=$((failed + 1)); say "FAIL  $name"; tail -c 1200 "$WORK/logs/check" | sed 's/^/        /'; fi
}
compose() { (cd "$APP" && docker compose "$@"); }
is() { [[ $1 == $2 ]] || { printf 'is:  %s\nnot: %s\n' "$1" "$2"; return 1; }; }
within() { # SECONDS COMMAND...
  local end=$((SECONDS + $1)); shift
  while ((SECONDS < end)); do if "$@" >/dev/null 2>&1; then return; fi; sleep 0.25; done
  "$@"
}
post() { curl -sS -m 10 -w ' %{http_code}' "localhost:8000/user/$1" -H 'Content-Type: application/json' -d "$2"; }
api() { compose ps -q api; }
is_healthy() { is "$(docker inspect "$1" --format '{{.State.Health.Status}}')" healthy; }
all_healthy() { local c; for c in $(compose ps -q); do is_healthy "$c" || return 1; done; is "$(api | wc -l)" "${1:-3}"; }
running() { docker ps --no-trunc --format '{{.ID}} {{.Names}}' | sort; }
started() { docker inspect --format '{{.Id}} {{.State.StartedAt}}' $(docker ps -q) | sort; }
under_load() { # SECONDS[,LENIENT_SECONDS] COMMAND...: the command begins in the third second
  local code=0 load seconds=${1%,*} lenient=0; [[ $1 != *,* ]] || lenient=${1#*,}; shift
  node "$here/load.mjs" "$seconds" "$lenient" >"$WORK/logs/load" 2>&1 & load=$!
  sleep 3
  "$@" || code=$?
  wait $load || code=$?
  cat "$WORK/logs/load"
  within 60 all_healthy || code=$?
  return $code
}

john='{"name":"John","surname":"Doe","email":"john@example.com","password":"123456"}'

refuses_without_password() {
  local output
  ! output=$(compose config --quiet 2>&1) && is "$output" '*POSTGRES_PASSWORD*.env*' || return 1
  is "$(POSTGRES_PASSWORD= compose run --rm database 2>&1)" '*POSTGRES_PASSWORD is empty*'
}
comes_up() { compose up --build --detach --wait && within 10 all_healthy; }
lives() {
  is "$(post '' "$john")" ' 200' && is "$(post signin/ "$john")" '*must be activated* 400' &&
    is "$(post activate/ "$john")" ' 200' && is "$(post signin/ "$john")" '*"active":true* 200' &&
    curl -fsS -o /dev/null localhost:8000/docs/ -o /dev/null localhost:8000/schema/ && within 10 mailed
}
mailed() { curl -fsS localhost:8025/api/v1/messages | grep -i john@example.com; }
logs_are_clean() {
  local password; password=$(sed -n "s/^POSTGRES_PASSWORD='\(.*\)'/\1/p" "$APP/.env")
  ! compose logs 2>&1 | grep -E "$password|123456|example\.com"
}
are_contained() {
  local c limits
  for c in $(compose ps -q); do
    limits=$(docker inspect "$c" --format '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}')
    is "$limits" 'true ?ALL? ?no-new-privileges:true? [1-9]* 1000000000 200' || return 1
    is "$(docker exec "$c" sh -c 'grep -E "^(Uid|CapEff|NoNewPrivs)" /proc/1/status | tr -s "\n\t" "  "')" \
      'Uid: [1-9]* CapEff: 0000000000000000 NoNewPrivs: 1 ' || return 1
  done
}
has_no_npm() {
  rm -rf "$WORK/layers" && mkdir "$WORK/layers" && docker save account-service | tar x -C "$WORK/layers"
  local layer layers=0
  for layer in $(grep -rlsa 'ustar' "$WORK/layers" --include=* | sort); do
    if ! tar tf "$layer" >"$WORK/logs/files" 2>/dev/null; then continue; fi
    layers=$((layers + 1))
    ! grep -E '(^|/)(npm|npx|corepack|yarn)(/|$)|_cacache' "$WORK/logs/files" || return 1
  done
  rm -rf "$WORK/layers"
  ((layers > 1))
}
is_one_image() { # an engine that is not ours may hold images of earlier builds
  is "$(docker inspect --format '{{.Image}}' $(compose ps --all -q api notifications migrate configuration) | sort -u)" \
    "$(docker image inspect --format '{{.Id}}' account-service)"
}
recreates_nothing() { local before; before=$(running); compose up -d --build; is "$(running)" "$before"; }
reaches_program() { is "$(compose exec -T api printenv RATE_LIMIT_PER_MINUTE)" 0; }
refuses_in_envelope() {
  local long; long=$(head -c 20000 /dev/zero | tr '\0' a)
  is "$(curl -s "localhost:8000/$long")" '{"status_code":414,*,"error":"HTTPException"}' &&
    is "$(printf 'header = "X-A: %s%s"' "$long" "$long" | curl -s -K - localhost:8000/)" '{"status_code":431,*' &&
    is "$(curl -s 'localhost:8000/%zz')" '{"status_code":400,*' &&
    is "$(curl -s -X TRACE -i localhost:8000/user/)" '*Allow: POST*{"status_code":405,*' &&
    is "$(head -c 12000000 /dev/zero | curl -s -H Expect: --data-binary @- localhost:8000/user/)" '{"status_code":413,*' &&
    is "$(curl -s -H 'Transfer-Encoding: odd' -d x localhost:8000/user/)" '{"status_code":501,*'
}
refuses_other_password() {
  local before; before=$(started)
  ! POSTGRES_PASSWORD=wrong compose up -d || return 1
  is "$(compose logs migrate)" '*POSTGRES_PASSWORD is not the password*' && is "$(started)" "$before"
  compose up -d && is "$(started)" "$before"
}
stop_one() { local c; c=$(api | head -1); docker stop "$c" && docker start "$c"; }
kill_one() { local c; c=$(api | sed -n 2p); docker kill "$c" && docker start "$c"; }
crash_one() { # the program within, not the container
  local c; c=$(api | tail -1)
  docker exec "$c" sh -c 'kill -9 $(grep -l dist/src/[m]ain /proc/[0-9]*/cmdline | sed "s/[^0-9]//g" | grep -vx 1 | head -1)'
  within 40 is_healthy "$c"
}
scale_up_and_down() { compose up -d --scale api=5 && within 90 all_healthy 5 && compose up -d --scale api=3; }

targets() { curl -fsS 'localhost:9090/api/v1/query?query=up==1' | node -p "JSON.parse(require('fs').readFileSync(0)).data.result.length"; }
three_targets() { is "$(targets)" 3; }
is_monitored() {
  compose --profile monitoring up -d && within 90 three_targets && post '' "$john" && within 120 node "$here/dashboard.mjs"
}
migration() { # NAME STATEMENT
  printf "import type { MigrationInterface, QueryRunner } from 'typeorm';\nexport class %s9999999999999 implements MigrationInterface {\n  readonly name = '%s9999999999999';\n  async up(runner: QueryRunner): Promise<void> {\n    await runner.query('%s');\n  }\n  async down(): Promise<void> {}\n}\n" \
    "$1" "$1" "$2" >"$APP/src/database/migrations/postgres/9999999999999-$1.ts"
}
refuses_upgrade() {
  local before output; before=$(started)
  migration Renamed 'ALTER TABLE "user" RENAME COLUMN "surname" TO "family_name"'
  sed -i "s/{ example: 'Doe' }/{ example: 'Doe', column: 'family_name' }/" "$APP/src/modules/user/user.entity.ts"
  ! git -C "$APP" diff --quiet -- src/modules/user/user.entity.ts || return 1
  ! output=$(cd "$APP" && bash ops/upgrade.sh 2>&1) || return 1
  (cd "$APP" && git checkout -q . && git clean -qfd src)
  is "$output" '*running version cannot work with the new schema*surname*' && is "$(started)" "$before"
}
upgrades() {
  migration Added 'CREATE TABLE "of_the_new_version" ("id" integer PRIMARY KEY)'
  local before; before=$(api)
  (cd "$APP" && docker compose build -q)
  under_load 150 upgrade || return 1
  ! api | grep -Fx "$before" || return 1
  is "$(compose exec -T postgres psql -U accounts -Atc "SELECT count(*) FROM migrations WHERE name LIKE 'Added%'" accounts)" 1
}
upgrade() { (cd "$APP" && bash ops/upgrade.sh); }
takes_secrets_from_files() {
  compose --profile monitoring down
  mkdir -m 700 "$APP/secrets"
  sed -n "s/^POSTGRES_PASSWORD='\(.*\)'/\1/p" "$APP/.env" >"$APP/secrets/password"
  echo '2026a:a-long-random-secret' >"$APP/secrets/pepper"
  chmod 444 "$APP"/secrets/*
  printf '%s\n' POSTGRES_PASSWORD= POSTGRES_PASSWORD_FILE=./secrets/password PASSWORD_PEPPER_FILE=./secrets/pepper >"$APP/.env"
  compose up -d && within 120 all_healthy && is "$(post signin/ "$john")" '*"active":true* 200'
}

guided() { # GUIDE LINE: the commands of the guide, from this line on to the end of its block
  local commands
  commands=$(awk -v line="$2" '/^ *```/ { if (on) exit } index($0, line) { on = 1 } on' "$SOURCE/docs/guide/$1")
  (cd "$APP" && sh -ec "$commands")
}
examines_in_containers() {
  # The warning that these checks cause themselves: they are one client.
  compose exec -T -e RATE_LIMIT_PER_MINUTE=120 api node dist/src/cli/doctor.js && compose exec -T api node dist/src/cli/outbox.js status &&
    guided deploy.md 'docker compose exec api node -e' | grep '^database_up 1'
}
dumps_and_restores() {
  local count='SELECT count(*) FROM "user"' psql='psql --username=accounts --no-align --tuples-only'
  guided backup.md 'docker compose exec -T postgres pg_dump' && [ -s "$APP/accounts.dump" ] || return 1
  compose exec -T postgres createdb --username=accounts accounts_restored
  compose exec -T postgres pg_restore --username=accounts --exit-on-error --single-transaction --dbname=accounts_restored <"$APP/accounts.dump"
  is "$(compose exec -T postgres $psql -c "$count" accounts_restored)" "$(compose exec -T postgres $psql -c "$count" accounts)"
}
moves_from_one_file() {
  compose --profile monitoring down --volumes
  install -d -m 777 "$APP/data"
  docker run -d --name accounts-alone --init -p 127.0.0.1:8000:8000 -v "$APP/data:/app/data" account-service
  within 60 is_healthy accounts-alone && is "$(post '' "$john")" ' 200' && is "$(post activate/ "$john")" ' 200' || return 1
  docker stop accounts-alone && docker rm accounts-alone
  guided from-one-file-to-postgresql.md 'docker compose up -d --wait postgres' || return 1
  within 120 all_healthy && is "$(post signin/ "$john")" '*"active":true* 200'
}

first_version=f38357bc # 0.1
has_first_version() { git -C "$SOURCE" cat-file -e "$first_version^{commit}" 2>/dev/null; }
first_version_comes_up() {
  compose --profile monitoring down --volumes
  APP=$WORK/first-version
  git clone --quiet "$SOURCE" "$APP"
  # What the guide calls main is what is tried here.
  git -C "$APP" config remote.origin.fetch '+HEAD:refs/remotes/origin/main'
  git -C "$APP" checkout --quiet "$first_version"
  # This line asks a registry for a frontend, which may be out of reach.
  sed -i '/^# syntax=/d' "$APP/Dockerfile"
  (umask 077; printf '%s\n' "POSTGRES_PASSWORD='$(openssl rand -hex 24)'" RATE_LIMIT_PER_MINUTE=0 >"$APP/.env")
  compose up --build --detach --wait && within 60 all_healthy && is "$(post '' "$john")" ' 200' && is "$(post activate/ "$john")" ' 200'
}
upgrades_from_first_version() {
  local before; before=$(api)
  under_load 150 guided deploy.md 'git fetch' || return 1
  ! api | grep -Fx "$before" || return 1
  is "$(post signin/ "$john")" '*"active":true* 200' || return 1
  # At a quiet time: the proxy and PostgreSQL, too.
  compose up --detach --wait && within 60 all_healthy && is "$(post signin/ "$john")" '*"active":true* 200'
}
