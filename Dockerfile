# docker build -t dossier . && docker run --rm -p 8000:8000 -v dossier:/data --read-only --tmpfs /tmp dossier

FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/dossier
WORKDIR /src
# Dependencies first: this layer stays until the lock changes
COPY requirements.txt ./
RUN /opt/dossier/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN /opt/dossier/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin dossier \
    && install -d -o dossier -g dossier /data
COPY --from=build /opt/dossier /opt/dossier
ENV PATH=/opt/dossier/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DOSSIER_DATABASE_URL=sqlite:////data/dossier.db
# Only /data is written to, so the root file system may be read-only
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health/ready'); sys.exit(c.getresponse().status != 200)"]
CMD ["dossier", "serve", "--host", "0.0.0.0", "--port", "8000"]
