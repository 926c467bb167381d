#!/bin/sh
# Installs the Debian packages of resources/debian-packages.txt that are missing, where that is permitted;
# otherwise prints the line to type. Elsewhere than on Debian and Ubuntu there is nothing to do.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 || exit 0

missing=
for package in $(sed 's/#.*//' "$here/resources/debian-packages.txt"); do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=sudo
else
    echo "These system packages are missing. Please type this line, and then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installing system packages:$missing"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
