# One image for the API, the workers and the migration; docker-compose.yml says which is which.
# The database is always another container's, so neither the embedded Postgres nor a second Node (both optional packages) is needed.
FROM node:24-slim AS page

# The page is built apart: what builds it is for one machine, and is not needed afterwards.
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --ignore-scripts
COPY db ./db
COPY apps ./apps
RUN node apps/web/build.ts

FROM node:24-slim

WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
RUN npm install --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY config ./config
COPY db ./db
COPY workers ./workers
COPY apps ./apps
COPY --from=page /app/apps/web/dist ./apps/web/dist

# All that is ever written lies in /data (the API key, caches), so the rest may be read-only.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
ENV DATA_DIR=/data HOST=0.0.0.0
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/api/main.ts"]
