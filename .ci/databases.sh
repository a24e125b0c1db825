# A MariaDB and a PostgreSQL of our own on free ports of the loopback address, in folders that go with them. To be sourced.

free_port() {
  python3 .ci/ports.py 1
}

MARIADB_FOLDER=""
MARIADB_PID=""
MARIADB_URL=""

start_mariadb() {
  MARIADB_FOLDER=$(mktemp -d)
  chmod 755 "$MARIADB_FOLDER"
  local port
  port=$(free_port)
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$MARIADB_FOLDER/data" \
    --auth-root-authentication-method=normal >"$MARIADB_FOLDER/install.log" 2>&1
  mariadbd --no-defaults --user="$(id -un)" --datadir="$MARIADB_FOLDER/data" --bind-address=127.0.0.1 --port="$port" \
    --socket="$MARIADB_FOLDER/socket" --pid-file="$MARIADB_FOLDER/pid" >"$MARIADB_FOLDER/server.log" 2>&1 &
  MARIADB_PID=$!
  MARIADB_URL="jdbc:mariadb://127.0.0.1:$port/?user=root"
  for _ in $(seq 240); do
    if mariadb-admin --no-defaults --protocol=tcp --host=127.0.0.1 --port="$port" --user=root ping >/dev/null 2>&1; then
      mariadb --no-defaults --protocol=tcp --host=127.0.0.1 --port="$port" --user=root -e 'CREATE DATABASE newcomer'
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

POSTGRESQL_FOLDER=""
POSTGRESQL_URL=""

# PostgreSQL refuses to run as root, so it runs as the user that its package makes.
as_postgres() {
  (cd "$POSTGRESQL_FOLDER" && runuser -u postgres -- "$@")
}

start_postgresql() {
  local port bin
  POSTGRESQL_FOLDER=$(mktemp -d)
  chown postgres "$POSTGRESQL_FOLDER"
  port=$(free_port)
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
  as_postgres "$bin/initdb" -A trust -D "$POSTGRESQL_FOLDER/data" >/dev/null
  as_postgres "$bin/pg_ctl" -D "$POSTGRESQL_FOLDER/data" -w -t 240 -l "$POSTGRESQL_FOLDER/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$POSTGRESQL_FOLDER" start >/dev/null
  as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" newcomer
  POSTGRESQL_URL="jdbc:postgresql://127.0.0.1:$port/newcomer"
}

stop_postgresql() {
  if [ -n "$POSTGRESQL_FOLDER" ]; then
    as_postgres "$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/pg_ctl" -D "$POSTGRESQL_FOLDER/data" -m fast stop >/dev/null || true
    rm -rf "$POSTGRESQL_FOLDER"
    POSTGRESQL_FOLDER=""
  fi
}
