#!/usr/bin/env bash
# Keycloak's own database and user, made when PostgreSQL makes its cluster.
set -euo pipefail
[ -z "${KEYCLOAK_DATABASE_PASSWORD_FILE:-}" ] || KEYCLOAK_DATABASE_PASSWORD=$(<"$KEYCLOAK_DATABASE_PASSWORD_FILE")
psql --set ON_ERROR_STOP=1 --set password="$KEYCLOAK_DATABASE_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'END'
CREATE USER keycloak PASSWORD :'password';
CREATE DATABASE keycloak OWNER keycloak;
END
