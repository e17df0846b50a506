# shellcheck shell=sh
# Sourced by the test scripts, in the root of the checkout: .venv with the development group, and the tools that the
# tests start. What is missing is installed from Debian when we are root, else named: nothing is skipped in silence.
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "tests: Portal needs Python 3.11 or later; this is $(python3 --version)." >&2
  exit 1
}
[ -x .venv/bin/pip ] || python3 -m venv .venv || {
  echo "tests: python3 has no venv; on Debian and Ubuntu: apt install python3-venv" >&2
  exit 1
}
if ! cmp -s pyproject.toml .venv/tested.toml; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
  cp pyproject.toml .venv/tested.toml
  cp pyproject.toml .venv/installed.toml
fi

needed=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
  needed="chromium fonts-dejavu-core"
command -v strace >/dev/null || needed="$needed strace"
command -v caddy >/dev/null || needed="$needed caddy"
command -v shellcheck >/dev/null || needed="$needed shellcheck"
command -v curl >/dev/null || needed="$needed curl"
command -v systemd-analyze >/dev/null || needed="$needed systemd"
if [ -n "$needed" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $needed for the tests ..."
    # shellcheck disable=SC2086 # a list of packages
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $needed >/dev/null
  else
    echo "tests: install these programs first: $needed (on Debian: sudo apt install $needed)" >&2
    exit 1
  fi
fi
