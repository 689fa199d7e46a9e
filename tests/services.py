"""``python -m tests.services POSTGRES_URL REDIS_URL``: exit 0 if both answer, else say which doesn't and exit 1."""

import sys

import dj_database_url
import psycopg2
import redis


def postgres_answers(url: str) -> bool:
    parts = dj_database_url.parse(url)
    try:
        psycopg2.connect(
            host=parts["HOST"],
            port=parts["PORT"] or 5432,
            user=parts["USER"],
            password=parts["PASSWORD"] or None,
            dbname=parts["NAME"],
            connect_timeout=3,
        ).close()
    except psycopg2.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


def main(postgres_url: str, redis_url: str) -> int:
    answers = {"PostgreSQL": postgres_answers(postgres_url), "Redis": redis_answers(redis_url)}
    silent = [name for name, answered in answers.items() if not answered]
    if silent:
        sys.stdout.write(f"No answer from {' and '.join(silent)}: the database tests ran on SQLite alone.\n")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
