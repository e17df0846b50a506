#!/bin/sh
# Takes the quiz home as one file, while the program runs; and puts such a file back.
#
#   deploy/backup.sh [FOLDER]             on the server, as root: a copy into FOLDER (default: here)
#   deploy/backup.sh USER@HOST [FOLDER]   on your laptop, over ssh: USER is root, or may use sudo without a password
#   deploy/backup.sh restore FILE         on the server, as root: FILE becomes the quiz; the old one is kept beside it
#
# Beside the copy it puts the key that signed its receipts (the same name with .key): without it nobody can check them
# any more when the server is gone. Keep it to yourself. `restore` takes the key along when it lies beside FILE.
# The database is PORTAL_DB, from the environment or /etc/portal/portal.env, else /var/lib/portal/portal.db.
# Needs only python3. A copy is checked (SHA-256, integrity_check) where it arrives, and gets its name after that.
set -eu

SETTINGS=/etc/portal/portal.env
HEALTH=http://127.0.0.1:8001/healthz

main() {
    case ${1:-} in
        -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0" ;;
        restore) shift && restore "$@" ;;
        *@*) send_from "$1" | receive "${2:-.}" ;;
        *) python sends "$SETTINGS" | receive "${1:-.}" ;;
    esac
}

send_from() { # USER@HOST
    # shellcheck disable=SC2016  # the far shell is the one to look
    { settings_in_python && sends; } |
        ssh "$1" 'if [ "$(id -u)" = 0 ]; then python3 - '"$SETTINGS"'; else sudo -n python3 - '"$SETTINGS"'; fi'
}

receive() { # FOLDER; reads what `sends` prints
    python receives "$1"
}

restore() {
    file=${1:-}
    [ -r "$file" ] || stop "which file? deploy/backup.sh restore FILE"
    [ "$(id -u)" = 0 ] || stop "restoring needs root"
    database=$(python names_database "$SETTINGS")
    aside=$database.before-$(date -u +%Y%m%dT%H%M%SZ)

    # Everything that can be wrong with the file is found here, while the program still runs.
    python checks_in "$file" "$database.new" || stop "$file was not restored, nothing was changed"
    chown --reference="$(dirname "$database")" "$database.new"
    sync "$database.new"

    echo "Stopping Portal"
    systemctl stop portal.service
    if [ -e "$database.lock" ] && ! flock -n "$database.lock" true; then
        rm -f "$database.new"
        stop "another Portal still has $database open; stop that one and try again"
    fi
    # The -wal file belongs to its database: left behind, it would be played into the restored one.
    for end in "" -wal -shm; do
        [ ! -e "$database$end" ] || mv "$database$end" "$aside$end"
    done
    mv "$database.new" "$database"
    sync "$(dirname "$database")"
    [ ! -e "$aside" ] || echo "What was there is kept as $aside"
    if [ -r "${file%.db}.key" ]; then python takes_key "$SETTINGS" "${file%.db}.key" "$aside.key"; fi
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

stop() {
    printf 'ERROR: %s\n' "$*" >&2
    exit 1
}

# --- the parts in Python: each is a program that a machine with nothing but python3 can run --------------------------

python() { # PART, arguments
    part=$1
    shift
    # As an argument and not on stdin: that one may carry the copy.
    python3 -c "$(settings_in_python && "$part")" "$@"
}

settings_in_python() {
    cat <<'PYTHON'
import os, shlex, sqlite3, sys, tempfile

def setting(file, name):
    found = os.environ.get(name, "")
    if not found and os.path.exists(file):
        with open(file) as lines:
            for line in lines:
                if line.startswith(name + "="):
                    found = shlex.split(line.partition("=")[2])[0]
    return found

def database(file):
    return os.path.abspath(setting(file, "PORTAL_DB") or "/var/lib/portal/portal.db")

def secret_key(file):
    kept = os.path.join(os.path.dirname(database(file)), "secret-key")
    found = setting(file, "PORTAL_SECRET_KEY")
    if not found and os.path.exists(kept):
        with open(kept) as text:
            found = text.read().strip()
    return found

os.umask(0o077)
PYTHON
}

# SQLite's own backup in one step: the state of one moment, and nobody who writes has to wait. root becomes the owner
# of the file first, so that nothing beside it can become root's. Prints "SHA256 SIZE KEY", then the copy.
sends() {
    cat <<'PYTHON'
import hashlib, shutil, urllib.parse

try:
    path, key = database(sys.argv[1]), secret_key(sys.argv[1])
    owner = os.stat(path)
    if os.geteuid() == 0:
        os.setgroups([]), os.setgid(owner.st_gid), os.setuid(owner.st_uid)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=os.path.dirname(path)) as folder:
        copy = os.path.join(folder, "copy.db")
        source, target = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30), sqlite3.connect(copy)
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, readable from anywhere
        target.close(), source.close()
        out = sys.stdout.buffer
        with open(copy, "rb") as file:
            digest = hashlib.sha256()
            while piece := file.read(1 << 20):
                digest.update(piece)
            out.write(f"{digest.hexdigest()} {os.path.getsize(copy)} {urllib.parse.quote(key) or '-'}\n".encode())
            file.seek(0)
            shutil.copyfileobj(file, out)
        out.flush()
except (OSError, sqlite3.Error) as fault:
    sys.exit(f"backup: {fault}; nothing was copied")
PYTHON
}

receives() { # FOLDER
    cat <<'PYTHON'
import hashlib, time, urllib.parse

folder, head = sys.argv[1], sys.stdin.buffer.readline().decode().split()
if len(head) != 3:
    sys.exit("backup: no copy arrived; nothing was kept")
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
    if [digest.hexdigest(), str(size)] != head[:2]:
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
if head[2] != "-":
    with open(path[:-3] + ".key", "w") as file:
        file.write(urllib.parse.unquote(head[2]) + "\n")
    print(f'  to check it: portal audit {path} --secret-key="$(cat {path[:-3]}.key)"')
PYTHON
}

names_database() { # SETTINGS
    echo 'print(database(sys.argv[1]))'
}

checks_in() { # FILE TO; TO gets what FILE holds, and a -wal file beside it
    cat <<'PYTHON'
path, to = sys.argv[1:]
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
PYTHON
}

takes_key() { # SETTINGS KEYFILE, where the present key is kept
    cat <<'PYTHON'
import re

settings, key_file, aside = sys.argv[1:]
with open(key_file) as file:
    key = file.read().strip()
present = secret_key(settings)
if key != present:
    with open(aside, "w") as file:
        file.write(present + "\n")
    with open(settings) as file:
        lines = [line for line in file if not line.startswith("PORTAL_SECRET_KEY=")]
    quoted = re.sub(r'([\\"`$])', r"\\\1", key)
    with open(settings + ".new", "w") as file:
        file.writelines([*lines, f'PORTAL_SECRET_KEY="{quoted}"\n'])
    os.rename(settings + ".new", settings)
    print(f"The key that signed its receipts is taken along; the one of before is kept as {aside}")
PYTHON
}

main "$@"
