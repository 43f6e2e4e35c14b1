# A container engine for on-engine.sh. Sourced, not run.
# COMPOSE_ENGINE=own: Debian's packages of the engine, unpacked under $WORK and not installed, and stand-ins from Debian for
# the base images, where no image registry can be reached. It needs root. Otherwise the engine of this machine is used.
# Outside of $WORK it leaves the packages that it installs, and until stop_engine the engine's bridges, its firewall rules
# and net.ipv4.ip_forward.

use_own_engine() {
  export DOCKER_HOST=unix://$WORK/docker.sock DOCKER_CONFIG=$WORK/cli BUILDX_CONFIG=$WORK/cli/buildx PATH=$WORK/bin:$PATH
  mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
  security=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | sed -n 2p)
}

is_running() { docker info 2>/dev/null | grep -q 'Server Version'; }

unpack_engine() {
  mkdir -p "$WORK"/{bin,data,run,conf,cli/cli-plugins,logs,debs,engine} "$WORK"/apt/{lists/partial,cache/archives/partial,parts,state}
  if ! command -v iptables >/dev/null || ! command -v runc >/dev/null || ! command -v mmdebstrap >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qqy --no-install-recommends iptables runc mmdebstrap >"$WORK/logs/apt" 2>&1
  fi
  # Debian sid has a version of this year; it is not mixed into what the machine has installed.
  touch "$WORK/apt/state/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$WORK/apt/sources.list"
  cat >"$WORK/apt/apt.conf" <<CONF
Dir::Etc::SourceList "$WORK/apt/sources.list";
Dir::Etc::SourceParts "$WORK/apt/parts";
Dir::Etc::PreferencesParts "$WORK/apt/parts";
Dir::State::Lists "$WORK/apt/lists";
Dir::State::status "$WORK/apt/state/status";
Dir::Cache "$WORK/apt/cache";
CONF
  (
    export APT_CONFIG=$WORK/apt/apt.conf
    apt-get update -qq && cd "$WORK/debs" &&
      apt-get download -qq docker.io docker-cli docker-compose docker-buildx containerd tini-static
  ) >"$WORK/logs/download" 2>&1
  local deb name
  for deb in "$WORK"/debs/*.deb; do dpkg-deb -x "$deb" "$WORK/engine"; done
  for name in dockerd docker containerd containerd-shim-runc-v2 docker-proxy docker-init; do
    ln -sf "$(ls "$WORK"/engine/usr/*bin/$name)" "$WORK/bin/$name"
  done
  ln -sf "$WORK"/engine/usr/libexec/docker/cli-plugins/docker-{compose,buildx} "$WORK/cli/cli-plugins/"
}

start_engine() {
  if is_running; then return; fi
  [ -x "$WORK/bin/dockerd" ] || unpack_engine
  sysctl -n net.ipv4.ip_forward >"$WORK/conf/ip_forward"
  iptables-save >"$WORK/conf/iptables" 2>/dev/null || true
  echo '{}' >"$WORK/conf/daemon.json"
  rm -f "$WORK/dockerd.pid"
  setsid dockerd -H "$DOCKER_HOST" --data-root "$WORK/data" --exec-root "$WORK/run" --pidfile "$WORK/dockerd.pid" \
    --userland-proxy-path "$WORK/bin/docker-proxy" --init-path "$WORK/bin/docker-init" \
    --config-file "$WORK/conf/daemon.json" </dev/null >"$WORK/logs/dockerd" 2>&1 &
  local tries
  for ((tries = 0; tries < 120; tries++)); do if is_running; then return; fi; sleep 0.5; done
  echo 'the engine does not start:' >&2; tail -5 "$WORK/logs/dockerd" >&2; return 1
}

# Takes away what was started, and puts the network back.
stop_engine() {
  [ -s "$WORK/dockerd.pid" ] || return 0
  docker network prune -f >/dev/null 2>&1 || true
  local pid tries table tables chain
  pid=$(cat "$WORK/dockerd.pid")
  if [ "$(readlink -f "/proc/$pid/exe" 2>/dev/null)" = "$(readlink -f "$WORK/bin/dockerd")" ]; then
    kill "$pid"
    for ((tries = 0; tries < 80; tries++)); do [ -e "/proc/$pid" ] || break; sleep 0.25; done
  fi
  ip link del docker0 2>/dev/null || true
  if [ -e "$WORK/conf/iptables" ] && ! grep -q '^-A' "$WORK/conf/iptables"; then
    for tables in iptables ip6tables; do
      for table in filter nat raw mangle; do $tables -t $table -F 2>/dev/null; $tables -t $table -X 2>/dev/null; done
      for chain in INPUT FORWARD OUTPUT; do $tables -P $chain ACCEPT 2>/dev/null; done
    done || true
  fi
  [ ! -e "$WORK/conf/ip_forward" ] || sysctl -q -w net.ipv4.ip_forward="$(cat "$WORK/conf/ip_forward")"
}
