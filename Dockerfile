# A sandbox of the BSG messaging API:
#
#   docker build -t mock-bsg .
#   docker run --rm -p 8080:8080 mock-bsg
#
# Everything is set by MOCK_BSG_… variables; a folder of scenarios may be mounted at /scenarios. For clients that cannot
# be pointed elsewhere add MOCK_BSG_TLS_PORT=8443 and map 443 to it, or MOCK_BSG_TLS_PORT=443 with a network alias:
# engines let any user listen on low ports inside a container (net.ipv4.ip_unprivileged_port_start is 0 there).

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY mock_bsg mock_bsg
COPY scenarios scenarios
# Without pip of its own: nothing is installed later. Bytecode that is never compared with its source starts fastest.
RUN python -m venv --without-pip /opt/mock-bsg \
 && pip --python /opt/mock-bsg/bin/python install --no-cache-dir --no-compile --disable-pip-version-check ".[redis,tls]" \
 && python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/mock-bsg/lib

FROM python:3.13-slim
LABEL org.opencontainers.image.title="mock_bsg" \
      org.opencontainers.image.description="A local sandbox of the BSG messaging API: Viber with SMS fallback" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/mock-bsg /opt/mock-bsg
ENV PATH=/opt/mock-bsg/bin:$PATH \
    MOCK_BSG_HOST=* \
    MOCK_BSG_SCENARIOS=/scenarios
# /scenarios, /ca (MOCK_BSG_TLS_DIR) and /data (MOCK_BSG_STORE) are there to be mounted; a new volume takes over whose they
# are: group 0, which users of any number are in where a platform makes them up, may write.
# The base image has no bytecode of Python's own library and its user cannot write any: a first run leaves what a start needs.
RUN mkdir /scenarios /ca /data && chown 10001:0 /ca /data && chmod g+w /ca /data && mock-bsg exec --port 8080 --tls-port 8443 -- mock-bsg health
EXPOSE 8080 8443
USER 10001:10001
# No start period: within one, engines that know of a start interval ask every 5 s only, others refuse to be told less.
HEALTHCHECK --interval=2s --timeout=3s --retries=10 CMD ["mock-bsg", "health"]
ENTRYPOINT ["mock-bsg"]
CMD ["serve"]
