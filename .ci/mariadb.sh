# A MariaDB of our own on a free port of the loopback address, in a folder that goes with it. To be sourced.
MARIADB_FOLDER=""
MARIADB_PID=""
MARIADB_URL=""

start_mariadb() {
  MARIADB_FOLDER=$(mktemp -d)
  chmod 755 "$MARIADB_FOLDER"
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$MARIADB_FOLDER/data" \
    --auth-root-authentication-method=normal >"$MARIADB_FOLDER/install.log" 2>&1
  mariadbd --no-defaults --user="$(id -un)" --datadir="$MARIADB_FOLDER/data" --bind-address=127.0.0.1 --port="$port" \
    --socket="$MARIADB_FOLDER/socket" --pid-file="$MARIADB_FOLDER/pid" >"$MARIADB_FOLDER/server.log" 2>&1 &
  MARIADB_PID=$!
  MARIADB_URL="jdbc:mariadb://127.0.0.1:$port/?user=root"
  for _ in $(seq 60); do
    if mariadb-admin --no-defaults --protocol=tcp --host=127.0.0.1 --port="$port" --user=root ping >/dev/null 2>&1; then
      return 0
    fi
    sleep 1
  done
  cat "$MARIADB_FOLDER/server.log" >&2
  return 1
}

stop_mariadb() {
  if [ -n "$MARIADB_PID" ]; then
    kill "$MARIADB_PID" 2>/dev/null || true
    wait "$MARIADB_PID" 2>/dev/null || true
    rm -rf "$MARIADB_FOLDER"
    MARIADB_PID=""
  fi
}
