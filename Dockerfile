# Both programs in one image: the API by default, the notification service by its command.
# Alone:  docker build -t account-service . && docker run --init -p 127.0.0.1:8000:8000 -v accounts:/app/data account-service
ARG NODE=node:24.19.0-bookworm-slim

# What the programs need to run. sqlite3 is compiled where no prebuilt binary fits.
FROM ${NODE} AS modules
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit --no-fund
COPY ops/trim-modules.sh ops/
RUN sh ops/trim-modules.sh node_modules

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY src src
RUN npm run build && rm -f dist/.tsbuildinfo
COPY LICENSE ./
COPY ops/healthcheck.sh ops/migrate.sh ops/nginx.conf ops/
COPY ops/prometheus/alerts.yml ops/prometheus/prometheus.yml ops/prometheus/
# The umask of the checkout may make its files unreadable to other users.
RUN chmod -R a+rX LICENSE package.json dist ops

# No packages are installed in this stage.
FROM ${NODE} AS system
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /opt/yarn* /root/.npm \
  /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg

# From nothing, so that no layer holds what was removed above.
FROM scratch
COPY --from=system / /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV NODE_ENV=production
ENV LOG_FORMAT=json
ENV HOST=0.0.0.0
ENV NOTIFICATION_HOST=0.0.0.0
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/ops ops
COPY --from=build /app/dist dist
# The only writable folder: a volume, because everything else may be read-only.
RUN install --directory --owner node --group node data
USER node
EXPOSE 8000 8001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s \
  CMD ["bash", "ops/healthcheck.sh", "http://127.0.0.1:8000/health/ready"]
# The flags keep memory low: docs/guide/performance.md.
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=20", "dist/src/main.js"]
