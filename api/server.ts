import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { answerBrokenRequests } from './brokenRequests.ts';

export type ServerOptions = { readonly host: string; readonly port: number; readonly connectionsMax?: number };

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests end, and cuts what is left after `withinMs` (default 4 s). */
  readonly stop: (withinMs?: number) => Promise<void>;
};

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/**
 * Longer than the 60 s for which load balancers commonly keep a connection: who closes first must be the caller, or a
 * request on its way meets a connection that is being closed, as when a machine stands still for some seconds.
 */
const keepAliveTimeoutMs = 65_000;
const checkEveryMs = 2_000;
const headerBytesMax = 16_384;
const headersMax = 100;
const connectionsMaxDefault = 2_000;
const stopWithinMs = 4_000;

/** A server that slow or greedy clients cannot hold (H28, H29). */
const makeServer = (app: Express, connectionsMax: number): Server => {
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: checkEveryMs,
      maxHeaderSize: headerBytesMax,
      insecureHTTPParser: false,
      // The app says why, as for everything that is malformed.
      requireHostHeader: false,
    },
    app,
  );
  server.maxHeadersCount = headersMax;
  server.maxConnections = connectionsMax;
  answerBrokenRequests(server);
  // Whoever keeps connections without using them does not keep others out.
  server.on('drop', () => server.closeIdleConnections());
  return server;
};

const stopServer = (server: Server, withinMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });

/** Resolves when the port is open. Rejects with `EADDRINUSE` and the like as Node gives them. */
export const startServer = (app: Express, options: ServerOptions): Promise<RunningServer> =>
  new Promise((resolve, reject) => {
    const server = makeServer(app, options.connectionsMax ?? connectionsMaxDefault);
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      resolve({ url: `http://${host}:${port}`, port, stop: (withinMs = stopWithinMs) => stopServer(server, withinMs) });
    });
  });
