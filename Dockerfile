# syntax=docker/dockerfile:1
# One file, two images: `waybill` (every process of ours) and `pgbouncer`.
#
#   docker build --target waybill -t waybill .

FROM python:3.13-slim-bookworm AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.9.9
WORKDIR /build
# Dependencies first: their layer stays while only our code changes. The embedded servers stay out.
COPY deploy/requirements.lock ./
RUN uv venv /opt/waybill && \
    uv pip install --python /opt/waybill/bin/python --require-hashes --no-cache -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY router router
COPY search search
COPY subgraphs subgraphs
COPY stack stack
# The build backend comes from the lock as well (it is left out of the image below).
COPY deploy/build.lock ./
RUN uv venv /tmp/backend && \
    uv pip install --python /tmp/backend/bin/python --require-hashes --no-cache -r build.lock && \
    /tmp/backend/bin/hatchling build -t wheel -d /tmp/wheel && \
    uv pip install --python /opt/waybill/bin/python --no-deps --no-cache /tmp/wheel/*.whl

FROM python:3.13-slim-bookworm AS waybill
RUN groupadd --gid 10001 waybill && \
    useradd --uid 10001 --gid waybill --home-dir /var/lib/waybill --create-home --shell /usr/sbin/nologin waybill && \
    install --directory --owner waybill --group waybill /var/lib/waybill/home
COPY --from=build /opt/waybill /opt/waybill
ENV PATH=/opt/waybill/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WAYBILL_HOME=/var/lib/waybill/home
WORKDIR /var/lib/waybill
USER waybill
ENTRYPOINT ["waybill"]
CMD ["--help"]

# Debian's PgBouncer: the version that the tests run.
FROM debian:bookworm-slim AS pgbouncer
RUN apt-get update && \
    apt-get install --yes --no-install-recommends pgbouncer && \
    rm -rf /var/lib/apt/lists/* && \
    chown -R postgres:postgres /etc/pgbouncer
COPY --chown=postgres:postgres deploy/pgbouncer/pgbouncer.ini deploy/pgbouncer/start.sh /etc/pgbouncer/
USER postgres
EXPOSE 6432
ENTRYPOINT ["/etc/pgbouncer/start.sh"]
