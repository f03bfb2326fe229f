# The function for Knative and any other container platform. Cloud Functions needs none
# of this. The build's context is the repository.
#checkov:skip=CKV_DOCKER_2:where this runs the platform itself asks GET /, see docs/deploy.md
FROM python:3.14-slim AS build

COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/injector \
    && /opt/injector/bin/pip install --no-cache-dir --no-compile --require-hashes -r /tmp/requirements.txt

FROM python:3.14-slim

ENV FUNCTION_TARGET=inject \
    LOG_EXECUTION_ID=false \
    PATH=/opt/injector/bin:$PATH \
    PORT=8080 \
    PYTHONDONTWRITEBYTECODE=1 \
    THREADS=40

COPY --from=build /opt/injector /opt/injector
WORKDIR /workspace
COPY main.py ./
COPY injector ./injector
RUN python -m compileall -q /opt/injector/lib /workspace

# Nobody in particular; it writes nothing.
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["functions-framework"]
