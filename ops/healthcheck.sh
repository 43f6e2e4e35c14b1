#!/bin/bash
# Exit code 0 when the address answers 200 in time. Run: bash ops/healthcheck.sh http://HOST:PORT/PATH
# Bash alone, because a Node process for every check costs more than the idle program that it checks.
[[ $1 =~ ^http://([^/:]+):([0-9]+)(/.*)$ ]] || exit 2
exec 3<>"/dev/tcp/${BASH_REMATCH[1]}/${BASH_REMATCH[2]}" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${BASH_REMATCH[3]}" "${BASH_REMATCH[1]}" >&3
read -r -t 4 -u 3 _ status _
[[ $status == 200 ]]
