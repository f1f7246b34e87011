FROM python:3.13-slim AS build
ENV UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1
WORKDIR /app
COPY requirements.lock ./
RUN sed -n '/^uv==/,/[^\]$/p' requirements.lock > /tmp/uv.lock \
 && pip install --no-cache-dir --require-hashes -r /tmp/uv.lock \
 && python -m venv --without-pip .venv
COPY pyproject.toml README.md alembic.ini ./
COPY api api
COPY migrations migrations
# As constraints the lock pins and checks what the service needs and leaves the development tools out.
RUN uv pip install --python .venv/bin/python --compile-bytecode --constraint requirements.lock --editable .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home tanfang \
 && install --directory --owner=tanfang /app/var
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TANFANG_HOST=0.0.0.0 \
    TANFANG_PORT=8000
USER tanfang
VOLUME /app/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD python -c "from urllib.request import urlopen; urlopen('http://127.0.0.1:$TANFANG_PORT/healthz', timeout=3)"
ENTRYPOINT ["tanfang"]
CMD ["serve"]
