# The service alone; Postgres and EventStoreDB are containers of their own (docker-compose.yml).
# The Node that package.json names for every other way to start: a test holds them together.
FROM node:24.21.0-bookworm-slim
# A role without the API answers /health and /metrics on PORT, too.
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY domain ./domain
COPY commands ./commands
COPY projections ./projections
COPY adapters ./adapters
COPY api ./api
# A named volume takes its owner from the folder that the image has in its place. The other keeps what Node has compiled.
RUN mkdir -p /var/lib/throughline node_modules/.cache && chown node:node /var/lib/throughline node_modules/.cache
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=12 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=33", "--v8-pool-size=1", "api/main.js"]
