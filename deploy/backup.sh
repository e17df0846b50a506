#!/bin/sh
# Takes the quiz home as one file, while the program runs; and puts such a file back.
#
#   deploy/backup.sh [FOLDER]             on the server, as root: a copy into FOLDER (default: here)
#   deploy/backup.sh USER@HOST [FOLDER]   on your laptop, over ssh: USER is root, or may use sudo without a password
#   deploy/backup.sh restore FILE         on the server, as root: FILE becomes the quiz; the old one is kept beside it
#
# The database is the PORTAL_DB of this environment, else that of /etc/portal/portal.env, else /var/lib/portal/portal.db.
# Needs only python3. The copy is checked (SHA-256, integrity_check) where it arrives, and renamed to its name after that.
# The key that signed the receipts and the phones' cookies is not in it: that is PORTAL_SECRET_KEY in portal.env. A new
# server that is to go on with this file needs the same key.
set -eu

SETTINGS=/etc/portal/portal.env
HEALTH=http://127.0.0.1:8001/healthz
DATABASE=${PORTAL_DB:-}

main() {
    case ${1:-} in
        -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0" ;;
        restore) shift && restore "$@" ;;
        *@*) copy_over_ssh "$1" | receive "${2:-.}" ;;
        *) copy_here | receive "${1:-.}" ;;
    esac
}

copy_here() { copier | python3 - "$SETTINGS"; }

copy_over_ssh() {
    # shellcheck disable=SC2016  # the far shell is the one to look
    copier | ssh "$1" 'if [ "$(id -u)" = 0 ]; then python3 - '"$SETTINGS"'; else sudo -n python3 - '"$SETTINGS"'; fi'
}

# Prints "SHA256 SIZE", then the copy. SQLite's own backup in one step: the state of one moment, and nobody who writes
# has to wait. root becomes the owner of the file first, so that nothing beside it can become root's.
copier() {
    cat <<'PYTHON'
import hashlib, os, shlex, shutil, sqlite3, sys, tempfile

def database(settings):
    given = os.environ.get("PORTAL_DB", "")
    if not given and os.path.exists(settings):
        with open(settings) as lines:
            given = "".join(shlex.split(line.partition("=")[2])[0] for line in lines if line.startswith("PORTAL_DB="))
    return os.path.abspath(given or "/var/lib/portal/portal.db")

try:
    path = database(sys.argv[1])
    owner = os.stat(path)
    if os.geteuid() == 0:
        os.setgroups([]), os.setgid(owner.st_gid), os.setuid(owner.st_uid)
    os.umask(0o077)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=os.path.dirname(path)) as folder:
        copy = os.path.join(folder, "copy.db")
        source, target = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30), sqlite3.connect(copy)
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, readable from anywhere
        target.close(), source.close()
        with open(copy, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            sys.stdout.buffer.write(f"{digest} {os.path.getsize(copy)}\n".encode())
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
except (OSError, sqlite3.Error) as fault:
    sys.exit(f"backup: {fault}; nothing was copied")
PYTHON
}

receive() { # FOLDER; reads what the copier prints
    python3 -c '
import hashlib, os, sqlite3, sys, time

folder = sys.argv[1]
head = sys.stdin.buffer.readline().split()
if len(head) != 2:
    sys.exit("backup: no copy arrived; nothing was kept")
os.umask(0o077)
os.makedirs(folder, exist_ok=True)
path = os.path.join(folder, time.strftime("portal-%Y%m%dT%H%M%SZ.db", time.gmtime()))
partial, digest, size = path + ".partial", hashlib.sha256(), 0
try:
    with open(partial, "wb") as file:
        while piece := sys.stdin.buffer.read(1 << 20):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if [digest.hexdigest(), str(size)] != [word.decode() for word in head]:
        sys.exit("backup: the copy arrived damaged or cut short; nothing was kept, try again")
    connection = sqlite3.connect(f"file:{partial}?mode=ro", uri=True)
    verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    if verdict != "ok":
        sys.exit(f"backup: the database itself is damaged: {verdict}; nothing was kept")
    os.rename(partial, path)
finally:
    if os.path.exists(partial):
        os.unlink(partial)
print(f"{path}\n  {size} bytes, integrity ok\n  sha256 {digest.hexdigest()}")
' "$1"
}

restore() {
    file=${1:-}
    [ -r "$file" ] || stop "which file? deploy/backup.sh restore FILE"
    [ "$(id -u)" = 0 ] || stop "restoring needs root"
    if [ -z "$DATABASE" ] && [ -r "$SETTINGS" ]; then
        DATABASE=$(sed -n 's/^PORTAL_DB=//p' "$SETTINGS" | tail -n 1 | tr -d '"')
    fi
    DATABASE=${DATABASE:-/var/lib/portal/portal.db}
    aside=$DATABASE.before-$(date -u +%Y%m%dT%H%M%SZ)

    # Everything that can go wrong with the file goes wrong here, while the program still runs.
    checked_copy "$file" "$DATABASE.new" || stop "$file was not restored, nothing was changed"
    chown --reference="$(dirname "$DATABASE")" "$DATABASE.new"
    sync "$DATABASE.new"

    echo "Stopping Portal"
    systemctl stop portal.service
    if [ -e "$DATABASE.lock" ] && ! flock -n "$DATABASE.lock" true; then
        rm -f "$DATABASE.new"
        stop "another Portal still has $DATABASE open; stop that one and try again"
    fi
    # The -wal file belongs to its database: left behind, it would be played into the restored one.
    for end in "" -wal -shm; do
        [ ! -e "$DATABASE$end" ] || mv "$DATABASE$end" "$aside$end"
    done
    mv "$DATABASE.new" "$DATABASE"
    sync "$(dirname "$DATABASE")"
    [ ! -e "$aside" ] || echo "What was there is kept as $aside"
    echo "Starting Portal"
    systemctl start portal.service
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        if python3 -c 'import sys, urllib.request as web; web.urlopen(sys.argv[1], timeout=3)' "$HEALTH" 2>/dev/null; then
            echo "Restored $file; the program answers"
            return
        fi
        sleep 1
    done
    stop "the program does not answer with this file (journalctl -u portal); to go back: $0 restore $aside"
}

checked_copy() { # FILE TO; says what is wrong with it. Takes with it what a -wal file beside FILE still holds.
    python3 -c '
import os, sqlite3, sys

path, to = sys.argv[1:]
os.umask(0o077)
if os.path.exists(to):
    os.unlink(to)
try:
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    source.execute("SELECT count(*) FROM event")
    target = sqlite3.connect(to)
    source.backup(target)
    verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
    target.close()
except sqlite3.Error as fault:
    verdict = f"this is not a file of Portal, or a damaged one ({fault})"
if verdict != "ok":
    if os.path.exists(to):
        os.unlink(to)
    sys.exit(f"restore: {verdict}")
' "$1" "$2"
}

stop() {
    printf 'ERROR: %s\n' "$*" >&2
    exit 1
}

main "$@"
