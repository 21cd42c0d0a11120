# One image a part: docker build --target api|worker|notifier . (podman build too). Only the worker's holds a terminal and a sandbox.
# Any glibc base with Node 20.19 or newer and npm will do.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
ENV CI=true DO_NOT_TRACK=1 TURBO_TELEMETRY_DISABLED=1
# Fetched by the lockfile alone, so that a change of the sources downloads nothing again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npm install --global --no-update-notifier --loglevel=error "$(node -p "require('./package.json').packageManager")" \
 && pnpm fetch --reporter=append-only --loglevel=warn
COPY . .
RUN pnpm install --offline --frozen-lockfile --reporter=append-only --loglevel=warn \
 && pnpm exec turbo run build --filter=@tars/api --filter=@tars/worker --filter=@tars/notifier --filter=@tars/testkit --output-logs=errors-only --ui=stream --no-update-notifier \
 && for part in api worker notifier; do pnpm --filter "@tars/$part" deploy --prod --legacy --offline --reporter=silent "/out/$part" || exit 1; done

FROM ${NODE_IMAGE} AS runtime
# tini takes in the processes that commands leave behind, and passes signals on.
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends ca-certificates tini > /dev/null && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 tars && useradd --uid 10001 --gid tars --create-home tars \
 && install -d -m 700 -o tars -g tars /var/lib/tars && install -d -o tars -g tars /projects
ENV NODE_ENV=production TARS_STATE_DIR=/var/lib/tars BIND_ADDRESS=0.0.0.0 LOG_FORMAT=json
WORKDIR /app
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "node"]

FROM runtime AS api
COPY --from=build /out/api /app
ENV WEBHOOK_PORT=5002
EXPOSE 5002
USER tars
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.WEBHOOK_PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["bin/tars-api.mjs"]

FROM runtime AS notifier
COPY --from=build /out/notifier /app
ENV HEALTH_PORT=5003
USER tars
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.HEALTH_PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["bin/tars-notifier.mjs"]

FROM runtime AS worker
# What the tasks' projects need: compilers, interpreters, test runners. Names of Debian packages, parted by spaces.
ARG TOOLS="make python3 python3-pytest"
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends bash bubblewrap git openssh-client procps ripgrep socat ${TOOLS} > /dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/worker /app
ENV HEALTH_PORT=5004 PROJECTS_ROOT=/projects
USER tars
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.HEALTH_PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["bin/tars-worker.mjs"]
