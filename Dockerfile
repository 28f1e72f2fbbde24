# docker build -t dossier --build-arg REVISION="$(git rev-parse HEAD)" .
# docker run --rm -p 8000:8000 -v dossier:/data --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges dossier

# The multi-platform index of Docker Hub as of September 2026. A newer one: docker buildx imagetools inspect python:3.11-slim-bookworm
ARG PYTHON=python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

FROM ${PYTHON} AS build
# Without pip: the one of the base image installs into it
RUN python -m venv --without-pip /opt/dossier
WORKDIR /src
# Dependencies first: this layer stays until the lock changes
COPY requirements.txt ./
RUN pip --python /opt/dossier/bin/python install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN pip --python /opt/dossier/bin/python install --no-cache-dir --no-deps --no-build-isolation . \
    && install -m 0644 deploy/healthcheck.py /opt/dossier/healthcheck.py

FROM ${PYTHON}
# Nothing is installed into a running container: the base's pip goes, and what could bring it back
RUN python -m pip uninstall --yes --root-user-action ignore setuptools wheel pip \
    && rm -rf /usr/local/lib/python3.*/ensurepip /usr/local/bin/pip* \
    && groupadd --system --gid 10001 dossier \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin dossier \
    && install -d -o dossier -g dossier /data
COPY --from=build /opt/dossier /opt/dossier
ENV PATH=/opt/dossier/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORT=8000 \
    DOSSIER_DATABASE_URL=sqlite:////data/dossier.db
ARG VERSION=1.0.1
ARG REVISION=unknown
LABEL org.opencontainers.image.title="dossier" \
      org.opencontainers.image.description="The public record of Canada's relations with North Korea, served as a read API" \
      org.opencontainers.image.licenses="MIT AND CC-BY-4.0 AND Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11.16-slim-bookworm"
# Only /data is written to, so the root file system may be read-only
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# Ends the open answers first, for up to 30 seconds: docker stop --time 35
STOPSIGNAL SIGTERM
# Asks on the port that the server was started with, be it by PORT or by a command of one's own
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-I", "/opt/dossier/healthcheck.py"]
CMD ["/bin/sh", "-c", "exec dossier serve --host 0.0.0.0 --port \"$PORT\""]
