#!/bin/sh
# Removes from node_modules what only builds or describes code: the compiler and what sqlite3 was built with,
# its sources and objects, declarations, source maps, and TypeORM for browsers. Run: sh ops/trim-modules.sh node_modules
set -eu
cd "$1"
rm -rf typescript node-gyp prebuild-install .bin typeorm/browser \
  sqlite3/deps sqlite3/src sqlite3/build/Release/obj sqlite3/build/Release/obj.target
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.a' \) -delete
