# Two stages: what builds stays behind, what runs is small and not root.
FROM python:3.11-slim AS build
WORKDIR /outcry
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY bot bot
COPY engine engine
COPY connectors connectors
COPY prompts prompts
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 outcry && mkdir /home/outcry/desk && chown outcry /home/outcry/desk
COPY --from=build /venv /venv
USER outcry
ENV OUTCRY_HOME=/home/outcry/desk PATH=/venv/bin:$PATH
VOLUME /home/outcry/desk
HEALTHCHECK --interval=30s --timeout=10s CMD outcry status | grep -q "Held by .*process" || exit 1
ENTRYPOINT ["outcry"]
STOPSIGNAL SIGTERM
CMD ["run"]
