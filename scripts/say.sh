# Sourced by the other scripts: how they speak, and what more than one of them must know.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# Says what is wrong and what to do, and stops.
fail() {
  printf '\033[31merror:\033[0m %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

# Runs a command that may take a while. Its output is shown only if it fails.
quietly() {
  local what=$1 began=$SECONDS log
  shift
  log=$(mktemp)
  say "$what ..."
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    say "$what: done in $((SECONDS - began)) s"
  else
    tail -n 40 "$log" >&2
    rm -f "$log"
    return 1
  fi
}

is_root() { [ "$(id -u)" = 0 ]; }

# Installs Debian packages. Only root can; nobody is asked anything.
apt_install() {
  if [ -z "${apt_updated:-}" ]; then
    quietly "reading the lists of system packages" apt-get update -q || return 1
    apt_updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive quietly "installing the system packages $*" \
    apt-get install -y -q --no-install-recommends "$@"
}

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Prints a TCP port of 127.0.0.1 that nobody uses now.
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}
