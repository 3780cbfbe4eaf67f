# One image for every role: master, worker, server, run, dashboard (target `lakehouse`), and the same
# with JupyterLab (target `notebook`). Nothing in it is written to at run time: mount a volume at
# /var/lib/p360, and at /project/target for dbt. Where pip finds packages is the builder's to say
# (its own configuration, or a secret `pip`); no address gets into a layer.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
FROM ${BASE} AS lakehouse

# The JDBC driver of the metastore. Java itself is a pinned Python package.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libpostgresql-jdbc-java \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /var/lib/p360 --create-home p360 \
    && mkdir -p /warehouse /project/target \
    && chown p360: /warehouse /project/target

WORKDIR /project
COPY requirements.txt ./
RUN --mount=type=secret,id=pip \
    if [ -f /run/secrets/pip ]; then export PIP_CONFIG_FILE=/run/secrets/pip; fi \
    && python3 -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --no-deps --require-hashes --requirement requirements.txt

COPY . ./
# dbt looks for plugins in the folders of sys.path, where an editable package is not.
RUN /opt/venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --no-deps --no-build-isolation --no-index --editable . \
    && echo /project/python_jobs/dbt_plugins \
        > "$(/opt/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/plugins.pth"

ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    P360_HOME=/var/lib/p360 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER p360
CMD ["p360", "--help"]

FROM lakehouse AS notebook
USER root
COPY requirements-notebook.txt ./
RUN --mount=type=secret,id=pip \
    if [ -f /run/secrets/pip ]; then export PIP_CONFIG_FILE=/run/secrets/pip; fi \
    && /opt/venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --no-deps --require-hashes --requirement requirements-notebook.txt
USER p360
CMD ["jupyter", "lab", "--ip", "0.0.0.0", "--port", "8888", "--no-browser", "notebooks"]
