#!/usr/bin/env bash
# Unpacks the client tools of PostgreSQL 18 from Debian sid into FOLDER and installs nothing: wrappers in FOLDER/bin run them
# with the libraries of that release. For a machine whose own tools are older than the server of the tests.
# Run: bash test/support/postgres-tools.sh FOLDER
set -euo pipefail
folder=$(realpath "$1") root=$(realpath "$1")/root
mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
mkdir -p "$folder"/{bin,root,lists/partial,cache/archives/partial,parts}
touch "$folder/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$folder/sources.list"
cat >"$folder/apt.conf" <<CONF
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "$folder/parts";
Dir::Etc::PreferencesParts "$folder/parts";
Dir::State::Lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
CONF
export APT_CONFIG=$folder/apt.conf
apt-get update -qq
# With no package known as installed, this brings every library along.
apt-get install -qq --yes --no-install-recommends --download-only postgresql-client-18
for package in "$folder"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
libraries=$(dirname "$(find "$root" -name 'libpq.so.5' | head -1)")
loader=$(find "$root" -name 'ld-linux*.so.*' | head -1)
for tool in pg_dump pg_restore psql; do
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries" \
    "$root/usr/lib/postgresql/18/bin/$tool" >"$folder/bin/$tool"
  chmod +x "$folder/bin/$tool"
done
"$folder/bin/pg_dump" --version
