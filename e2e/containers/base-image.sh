#!/usr/bin/env bash
# A base image made on this machine: Debian's minimum, with this machine's Node, npm and certificate authorities. For where no registry of images is reached.
set -euo pipefail
name=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" > /dev/null
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
mkdir -p "$root/usr/local/lib/node_modules" "$root/etc/ssl/certs"
cp "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
cp -a "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
certificates=/etc/ssl/certs/ca-certificates.crt
cp -L "$certificates" "$root$certificates"
tar -C "$root" -c . | podman import -c "ENV NODE_EXTRA_CA_CERTS=$certificates" -c "ENV SSL_CERT_FILE=$certificates" - "$name" > /dev/null
