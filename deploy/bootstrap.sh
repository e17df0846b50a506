#!/bin/sh
# From a bare server to a class: installs and starts Portal on a fresh Debian 12 or Ubuntu 24.04.
#
#   as root, from a clone:  DOMAIN=quiz.example.edu sh deploy/bootstrap.sh
#   downloaded alone:       PORTAL_SOURCE=https://…/portal.tar.gz PORTAL_SHA256=… DOMAIN=… sh bootstrap.sh
#
#   DOMAIN          the name that points to this server; Caddy gets its certificate. Without it, or with
#                   DOMAIN=lan, the LAN mode: plain HTTP on this machine's address.
#   ADMIN_PASSWORD  the console's password, 6 characters or more. Asked for on a terminal, else made.
#   POOL            a pool file to run. Without it the demo quiz.
#   PORTAL_SOURCE   path or https address of a source archive (.tar.gz or .zip), with its PORTAL_SHA256.
#
# Run it again to finish what failed, to change one of these, or to upgrade: secrets, database and settings stay,
# a run in progress goes on, and phones come back by themselves.
set -eu
umask 022
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # `su` on Debian leaves them out

PACKAGES="ca-certificates caddy curl iproute2 procps python3 python3-venv sqlite3 unzip"
PROGRAM=/opt/portal
STATE=/var/lib/portal
SETTINGS=/etc/portal/portal.env
CADDYFILE=/etc/caddy/Caddyfile
HEALTH=http://127.0.0.1:8001/healthz
TEMPLATE_NAME=quiz.example.edu # what deploy/Caddyfile says where the domain belongs
STAMP=$(date -u +%Y%m%dT%H%M%SZ)

step=0
doing="the beginning"
scratch=""

main() {
    trap leave EXIT
    trap 'exit 130' INT TERM HUP
    step "machine" "Looking at this machine" look_at_machine
    step "choices" "Settling the name and the password" settle_choices
    step "packages" "Installing from the system's archive: $PACKAGES" install_packages
    step "swap" "Making sure that a small machine has swap" make_swap
    step "source" "Finding the program's source" find_source
    step "user" "Making the user portal, who has no shell and owns only $STATE" make_user
    step "program" "Installing the program beside the one that runs, under $PROGRAM" install_program
    step "settings" "Writing settings and secrets to $SETTINGS (root's, 0600)" write_settings
    step "pool" "Placing the quiz and checking it" place_pool
    step "service" "Installing the systemd unit" install_service
    step "proxy" "Writing and checking the proxy's configuration" install_proxy
    step "start" "Starting Portal and Caddy" start_services
    step "health" "Asking the program how it is" check_health
    report
}

# --- the steps, in their order ---------------------------------------------------------------------------------------

look_at_machine() {
    [ "$(id -u)" = 0 ] || stop "this needs root: run it with sudo, or as root"
    exec 9>/run/portal-bootstrap.lock
    flock -n 9 || stop "another bootstrap is running on this machine; let it finish first"
    scratch=$(mktemp -d)
    # shellcheck source=/dev/null
    system=$(. /etc/os-release && printf '%s %s' "${ID:-}" "${VERSION_ID:-}")
    case $system in
        "debian 12" | "ubuntu 24.04") say "This is $system." ;;
        *) say "This is $system. Only Debian 12 and Ubuntu 24.04 were tried; going on all the same." ;;
    esac
}

settle_choices() {
    kept_url=$(setting PORTAL_PUBLIC_URL)
    if [ -z "${DOMAIN:-}" ] && [ -z "$kept_url" ] && [ -t 0 ]; then
        printf 'Domain name that points to this server (empty for LAN mode, plain HTTP): '
        read -r DOMAIN
    fi
    case ${DOMAIN:-} in
        "") case $kept_url in https://*) site=${kept_url#https://} ;; *) site=lan ;; esac ;;
        lan) site=lan ;;
        *) site=$(printf %s "$DOMAIN" | tr '[:upper:]' '[:lower:]') ;;
    esac
    if [ "$site" != lan ]; then
        is_host_name "$site" ||
            stop "DOMAIN=$site is not a host name; give it bare, as in $TEMPLATE_NAME, without https:// or a path"
        say "The quiz will be at https://$site."
    else
        say "LAN mode: plain HTTP. Give DOMAIN=… to have TLS."
    fi

    password=${ADMIN_PASSWORD:-}
    if [ -z "$password" ] && [ -z "$(setting PORTAL_ADMIN_PASSWORD)" ]; then
        [ ! -t 0 ] || ask_password
        if [ -z "$password" ]; then made=yes; fi
    fi
    if [ -n "$password" ]; then
        [ "${#password}" -ge 6 ] || stop "the password is too short: 6 characters or more"
        [ "$(printf %s "$password" | tr -d '[:cntrl:]')" = "$password" ] ||
            stop "the password holds a control character; use letters, digits and signs"
    fi
    [ -z "${POOL:-}" ] || [ -r "$POOL" ] || stop "POOL=$POOL cannot be read"
}

install_packages() {
    # A fresh cloud server updates itself in its first minutes and holds the lock; an interrupted run left it half way.
    export DEBIAN_FRONTEND=noninteractive
    dpkg --configure -a
    apt-get -o DPkg::Lock::Timeout=300 -qq update
    # shellcheck disable=SC2086  # a list of words
    apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq install -y --no-install-recommends $PACKAGES
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "this system's python3 is $(python3 -V); Portal needs 3.11 or newer"
}

make_swap() {
    memory_kb=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
    if [ "$memory_kb" -ge 2097152 ]; then
        say "There are $((memory_kb / 1024)) MB of memory: no swap needed."
    elif [ "$(wc -l </proc/swaps)" -gt 1 ]; then
        say "There is swap already: left as it is."
    elif systemd-detect-virt --container --quiet; then
        say "This is a container: its swap is its host's affair."
    else
        if [ ! -e /swapfile ]; then
            rm -f /swapfile.new
            (umask 077 && { fallocate -l 2G /swapfile.new || dd if=/dev/zero of=/swapfile.new bs=1M count=2048; })
            mkswap /swapfile.new
            mv /swapfile.new /swapfile
        fi
        grep -q '^/swapfile ' /etc/fstab || printf '/swapfile none swap sw 0 0\n' >>/etc/fstab
        swapon /swapfile
        say "2 GB of swap at /swapfile."
    fi
    # Swap is for the burst at the start of a class, not for the program while it serves.
    printf 'vm.swappiness = 10\n' >/etc/sysctl.d/90-portal.conf
    sysctl -q -p /etc/sysctl.d/90-portal.conf || say "(the kernel refused vm.swappiness here: a container?)"
}

find_source() {
    if [ -n "${PORTAL_SOURCE:-}" ]; then
        unpack_archive
    else
        tree=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
    fi
    if ! is_source "$tree"; then
        stop "no source here: run this from a clone (deploy/bootstrap.sh), or give PORTAL_SOURCE and PORTAL_SHA256"
    fi
    say "Source: $tree"
}

make_user() {
    id portal >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir "$STATE" --no-create-home --shell /usr/sbin/nologin portal
    install -d -o portal -g portal -m 0700 "$STATE" "$STATE/pools"
    install -d -m 0755 /etc/portal
}

install_program() {
    running=$(readlink -f "$PROGRAM/current" || true)
    install -d "$PROGRAM/releases"
    # What a failed run left, and releases older than the one that runs.
    for old in "$PROGRAM"/releases/*; do
        [ "$old" = "$running" ] || rm -rf "$old"
    done
    release="$PROGRAM/releases/$STAMP"
    python3 -m venv "$release"
    "$release/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$tree"
    "$release/bin/portal" --help >/dev/null
    say "Installed $("$release/bin/python" -m pip show portal-quiz | sed -n 's/^Version: /version /p') to $release."
}

write_settings() {
    if [ ! -e "$SETTINGS" ]; then
        (umask 077 && printf '%s\n' \
            "# Portal's settings. bootstrap.sh adds what is missing and keeps what it finds." \
            "# After a change: systemctl restart portal. All settings: $PROGRAM/current/bin/portal serve --help" \
            >"$SETTINGS")
    fi
    chmod 0600 "$SETTINGS"
    keep PORTAL_SECRET_KEY "$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"
    [ -z "$password" ] || put PORTAL_ADMIN_PASSWORD "$password"
    keep PORTAL_ADMIN_PASSWORD "$(make_password)"
    keep PORTAL_DB "$STATE/portal.db"
    keep PORTAL_POOLS "$STATE/pools"
    # Behind the proxy, and believing only the proxy. The port stands in the Caddyfile and in the unit too.
    keep PORTAL_HOST 127.0.0.1
    put PORTAL_PORT 8001
    keep PORTAL_TRUSTED_PROXIES 127.0.0.1
    if [ "$site" = lan ]; then
        address=$(lan_address)
        [ -n "$address" ] || stop "this machine has no network address yet"
        put PORTAL_PUBLIC_URL "http://$address"
    else
        put PORTAL_PUBLIC_URL "https://$site"
    fi
}

place_pool() {
    if [ -n "${POOL:-}" ]; then
        quiz="$STATE/pools/$(basename "$POOL")"
        cp "$POOL" "$scratch/pool.json"
    else
        quiz=$(setting PORTAL_POOL)
        if [ -n "$quiz" ]; then
            say "The quiz stays $quiz."
            return
        fi
        quiz="$STATE/pools/demo.json"
        cp "$tree/pools/demo.json" "$scratch/pool.json"
    fi
    chmod 0755 "$scratch" && chmod 0644 "$scratch/pool.json"
    runuser -u portal -- "$release/bin/portal" check "$scratch/pool.json"
    install -o portal -g portal -m 0600 "$scratch/pool.json" "$quiz.new"
    mv "$quiz.new" "$quiz"
    put PORTAL_POOL "$quiz"
    say "The quiz is $quiz."
}

install_service() {
    install -m 0644 "$tree/deploy/portal.service" /etc/systemd/system/portal.service
    # Logs go to the journal (Caddy's too, and no access log is kept); the journal drops its oldest at this size.
    install -d /etc/systemd/journald.conf.d
    printf '[Journal]\nSystemMaxUse=200M\n' >/etc/systemd/journald.conf.d/90-portal.conf
    systemctl try-restart systemd-journald.service
    systemctl daemon-reload
    systemctl enable --quiet portal.service caddy.service
}

install_proxy() {
    if [ "$site" = lan ]; then site_address=http://; else site_address=$site; fi
    sed "s#^$TEMPLATE_NAME#$site_address#" "$tree/deploy/Caddyfile" >"$scratch/Caddyfile"
    HOME=$scratch caddy validate --config "$scratch/Caddyfile" --adapter caddyfile >"$scratch/caddy.log" 2>&1 ||
        { cat "$scratch/caddy.log" && stop "Caddy refuses the configuration, see above"; }
    if ! cmp -s "$scratch/Caddyfile" "$CADDYFILE"; then
        if [ -e "$CADDYFILE" ]; then
            cp "$CADDYFILE" "$CADDYFILE.before-$STAMP"
            say "What stood in $CADDYFILE is kept as $CADDYFILE.before-$STAMP."
        fi
        install -m 0644 "$scratch/Caddyfile" "$CADDYFILE.new"
        mv "$CADDYFILE.new" "$CADDYFILE"
    fi
}

start_services() {
    # The switch from the old program to the new one is this link, and it is the last thing before the restart.
    ln -sfn "$release" "$PROGRAM/current.new"
    mv -T "$PROGRAM/current.new" "$PROGRAM/current"
    ln -sfn "$PROGRAM/current/bin/portal" /usr/local/bin/portal
    systemctl restart portal.service
    systemctl reload-or-restart caddy.service
}

check_health() {
    if ! answers 60 "$HEALTH"; then
        journalctl -u portal -n 20 --no-pager || true
        [ "$running" = "$release" ] || [ ! -d "$running" ] ||
            say "Back to the release before: ln -sfn $running $PROGRAM/current && systemctl restart portal"
        stop "the program does not answer at $HEALTH; its last lines are above"
    fi
    say "The program answers."
    systemctl is-active --quiet caddy.service ||
        stop "Caddy does not run: is another web server on port 80 or 443? See: journalctl -u caddy -n 20"
    if [ "$site" = lan ]; then
        answers 10 "http://127.0.0.1/healthz" || stop "Caddy runs, but the quiz is not behind it: journalctl -u caddy"
    elif answers 45 "https://$site/healthz" --resolve "$site:443:127.0.0.1"; then
        say "The certificate of $site is in place."
    else
        say "WARNING: no certificate for $site yet. Does its DNS record point to this server, and are ports 80 and 443"
        say "open from outside? Caddy goes on trying by itself: journalctl -u caddy -f"
    fi
}

report() {
    url=$(setting PORTAL_PUBLIC_URL)
    doing=""
    cat <<END

Portal is running.

  Console   $url/admin/
  Password  $(setting PORTAL_ADMIN_PASSWORD)$([ -z "${made:-}" ] || printf '   (made now)')
  Students  $url/

  Rehearse the class    runuser -u portal -- portal rehearse --students 300 '$(setting PORTAL_POOL)'
  Settings and secrets  $SETTINGS
  Take the quiz home    sh deploy/backup.sh root@THIS-SERVER     (from your laptop, also during the class)
  Upgrade               run this script again
  Logs                  journalctl -u portal -u caddy

Firewall, if you want one (apt install ufw):
  ufw allow OpenSSH && ufw allow 80/tcp && ufw allow 443/tcp && ufw enable
END
    [ "$site" != lan ] || cat <<'END'

LAN mode, plain HTTP. What falls away without TLS:
  - Whoever is on the same network can read passwords, names and answers on their way, and can steal a cookie
    and act with it: use it on a network that you trust, and a password that you use nowhere else.
  - Nobody can be sure that a page comes from this server.
  - Browsers share six connections over all their windows of the quiz: keep no more than four live windows
    (console, projector …) in one browser.
  - Cookies cannot be marked Secure.
All other promises stand: what a phone shows as saved is on disk, and nothing tells the answer too early.
END
}

# --- what the steps use ----------------------------------------------------------------------------------------------

step() { # NAME, what it does, the function
    step=$((step + 1))
    doing=$1
    printf '\n[%s/13] %s: %s\n' "$step" "$1" "$2"
    "$3" # not inside `if` or `||`: there the shell would ignore failures within the function
    doing=""
}

leave() {
    status=$?
    [ ! -t 0 ] || stty echo
    [ -z "$scratch" ] || rm -rf "$scratch"
    if [ "$status" -ne 0 ]; then
        printf '\nSTOPPED in step "%s". The cause is in the lines above.\n' "$doing"
        printf 'What was done before stays. When the cause is gone, run the same command again: it finishes the job.\n'
    fi >&2
    exit "$status"
}

say() { printf '    %s\n' "$*"; }

stop() {
    printf '    ERROR: %s\n' "$*" >&2
    exit 1
}

ask_password() {
    printf "Password for the instructor's console (empty: one is made): "
    stty -echo
    read -r password || true
    stty echo
    printf '\n'
}

make_password() { # four groups of letters that can be read aloud and typed on a phone: 79 bits
    python3 -c 'import secrets; a = "abcdefghjkmnpqrstuvwxyz23456789"
print("-".join("".join(secrets.choice(a) for _ in range(4)) for _ in range(4)))'
}

is_host_name() {
    printf %s "$1" | grep -Eqx '([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?'
}

is_source() { [ -e "$1/deploy/portal.service" ] && grep -q '^name = "portal-quiz"' "$1/pyproject.toml" 2>/dev/null; }

unpack_archive() {
    [ -n "${PORTAL_SHA256:-}" ] || stop "PORTAL_SOURCE needs PORTAL_SHA256, or anybody could have written the archive"
    case $PORTAL_SOURCE in
        https://*) curl --fail --location --proto '=https' --max-time 600 -sS -o "$scratch/archive" "$PORTAL_SOURCE" ;;
        *://*) stop "PORTAL_SOURCE is a path or an https address" ;;
        *) cp "$PORTAL_SOURCE" "$scratch/archive" ;;
    esac
    printf '%s  %s\n' "$PORTAL_SHA256" "$scratch/archive" | sha256sum --check --quiet ||
        stop "the archive is not the one that PORTAL_SHA256 names; nothing of it was used"
    mkdir "$scratch/tree"
    case $PORTAL_SOURCE in
        *.zip) unzip -q "$scratch/archive" -d "$scratch/tree" ;;
        *) tar -xzf "$scratch/archive" --no-same-owner -C "$scratch/tree" ;;
    esac
    tree=$scratch/tree
    for inner in "$scratch"/tree/*/; do # most archives hold one folder
        if is_source "${inner%/}"; then tree=${inner%/}; fi
    done
}

# Settings are lines KEY="value" in which \ " ` and $ are escaped, as systemd and a shell both read them.

setting() { # KEY; prints its value, or nothing
    [ -r "$SETTINGS" ] || return 0
    sed -n "s/^$1=//p" "$SETTINGS" | tail -n 1 | sed 's/^"\(.*\)"$/\1/; s/\\\([\\"`$]\)/\1/g'
}

keep() { [ -n "$(setting "$1")" ] || put "$1" "$2"; } # KEY VALUE; only if there is none

put() { # KEY VALUE; replaces the old one
    [ "$(setting "$1")" != "$2" ] || return 0
    (umask 077 && {
        grep -v "^$1=" "$SETTINGS" || true
        printf '%s="%s"\n' "$1" "$(printf %s "$2" | sed 's/[\\"`$]/\\&/g')"
    } >"$SETTINGS.new")
    mv "$SETTINGS.new" "$SETTINGS"
}

lan_address() { # the address from which this machine would speak to the world
    ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p'
}

answers() { # SECONDS URL, further options of curl
    seconds=$1
    shift
    until curl -fsS --max-time 3 -o /dev/null "$@" 2>"$scratch/curl.log"; do
        seconds=$((seconds - 1))
        [ "$seconds" -gt 0 ] || { cat "$scratch/curl.log" && return 1; }
        sleep 1
    done
}

main "$@"
