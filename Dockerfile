# syntax=docker/dockerfile:1

# --- Build: the whole of Swift is linked into the binary; libcrypto, libcurl, libpq and libyaml stay shared libraries --------------------------------
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libpq-dev libssl-dev libyaml-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src

# Dependencies are fetched again only when the manifest changes.
COPY Package.swift ./
RUN swift package resolve

COPY schema.sql openapi.yaml ./
COPY migrations migrations
COPY reference reference
COPY Sources Sources
# The manifest names this folder too, and SwiftPM wants it to be there.
COPY Tests Tests
RUN swift build -c release --product jalon --static-swift-stdlib -debug-info-format none -Xlinker --strip-all \
    && install -D -m 755 .build/release/jalon /out/jalon

# --- Run ---------------------------------------------------------------------------------------------------------------
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcurl4 libpq5 libssl3 libstdc++6 libyaml-0-2 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin jalon
COPY --from=build /out/jalon /usr/local/bin/jalon
COPY LICENSE /usr/share/doc/jalon/LICENSE
# A plan or two to try, for `jalon plan apply /usr/share/doc/jalon/examples/plans/2022`.
COPY examples /usr/share/doc/jalon/examples
# What this image lacks shows here, not in the service.
RUN jalon plan validate /usr/share/doc/jalon/examples/plans/2022/dinum-2022.yaml

# Two arenas: with glibc's default of eight per core, memory that was freed looks as if it leaked.
# No backtrace: collecting one can hold a dying process for a minute, and the image has no symbols to show.
ENV MALLOC_ARENA_MAX=2 \
    SWIFT_BACKTRACE=enable=no \
    JALON_PORT=8080

USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM

# The image has no curl. Ready means that the database answers with the schema this build needs.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$JALON_PORT && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 4 _ code _ <&3 && [ \"$code\" = 200 ]"]

ENTRYPOINT ["jalon"]
CMD ["serve", "--host", "0.0.0.0"]
