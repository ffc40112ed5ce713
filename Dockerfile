# The same image builds and runs: what is compiled for the one works in the other. Not 24.19 or later: better-sqlite3 12.11
# that is compiled with the headers of these ends the process in a garbage collection.
ARG NODE=node:24.18.1-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
# better-sqlite3 brings a ready-made program for most machines; where it has none, it is compiled with these.
RUN apt-get update && apt-get install --yes --no-install-recommends python3 make g++
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY migrations ./migrations
COPY src ./src
COPY web ./web
COPY scripts/openapi.mjs ./scripts/
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
# glibc then gives large blocks back at once; by itself it keeps as much as was ever needed.
ENV MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
# V8 of Node 24 lets the young generation become twice as large as that of Node 20; this is what Node 20 has. V8 has
# four threads for garbage collection by itself: while they collect for the service's workers, the event loop waits.
ENV NODE_OPTIONS="--max-semi-space-size=16 --v8-pool-size=1"
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The only place that is written to; all else may be read-only.
RUN mkdir --mode=0700 /data && chown node:node /data
USER node
VOLUME /data
# From here the default of DB_PATH, ./data/jarvis.db, is in the volume. An image that set DB_PATH would speak for you where
# you give DATABASE_URL.
WORKDIR /
EXPOSE 4000
# Up is whoever can read and write the memory. Docker only shows it; what it says is in GET /api/health.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# V8's memory reducer stops the event loop for up to 100 ms: not in the first hour after a start, in which an older database
# may be packed. NODE_OPTIONS does not take this one.
CMD ["node", "--gc-memory-reducer-start-delay-ms=3600000", "/app/dist/src/main.js"]
