import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { answerBrokenRequests } from './request/brokenRequests.ts';
import { readTlsFiles, renewTls, type TlsFiles, tlsMinVersion } from './tlsFiles.ts';

export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax?: number;
  /** Absent: plain HTTP, as behind whoever ends TLS in front. */
  readonly tls?: TlsFiles & {
    readonly onError: (error: unknown) => void;
    readonly lookEveryMs?: number;
    readonly handshakeTimeoutMs?: number;
  };
};

export type RunningServer = {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests end, and cuts what is left after `withinMs` (default 4 s). */
  readonly stop: (withinMs?: number) => Promise<void>;
};

const headersTimeoutMs = 10_000;
/** As long as the head of a request may take: before it there is nobody to answer. */
const handshakeTimeoutUsualMs = 10_000;
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

const tlsLookEveryMs = 60_000;

const limits = {
  headersTimeout: headersTimeoutMs,
  requestTimeout: requestTimeoutMs,
  keepAliveTimeout: keepAliveTimeoutMs,
  connectionsCheckingInterval: checkEveryMs,
  maxHeaderSize: headerBytesMax,
  insecureHTTPParser: false,
  // The app says why, as for everything that is malformed.
  requireHostHeader: false,
};

/** A server that slow or greedy clients cannot hold (H28, H29). */
const guarded = <S extends Server | TlsServer>(server: S, connectionsMax: number): S => {
  server.maxHeadersCount = headersMax;
  server.maxConnections = connectionsMax;
  answerBrokenRequests(server);
  // Whoever keeps connections without using them does not keep others out.
  server.on('drop', () => server.closeIdleConnections());
  return server;
};

const stopServer = (server: Server | TlsServer, withinMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });

type Made = { readonly server: Server | TlsServer; readonly scheme: 'http' | 'https'; readonly end: () => void };

const makeServer = async (
  app: Express,
  { tls, connectionsMax = connectionsMaxDefault }: ServerOptions,
): Promise<Made> => {
  if (tls === undefined)
    return { server: guarded(createServer(limits, app), connectionsMax), scheme: 'http', end: () => {} };
  const pair = await readTlsFiles(tls);
  const { lookEveryMs: everyMs = tlsLookEveryMs, handshakeTimeoutMs = handshakeTimeoutUsualMs, onError } = tls;
  const options = { ...limits, ...pair, minVersion: tlsMinVersion, handshakeTimeout: handshakeTimeoutMs } as const;
  const server = guarded(createTlsServer(options, app), connectionsMax);
  // Without TLS no answer can be written, and one that waits for it would keep the connection for ever.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return { server, scheme: 'https', end: renewTls(server, tls, pair, { everyMs, onError }) };
};

const opened = (server: Server | TlsServer, { host, port }: ServerOptions): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });

/** Resolves when the port is open. Rejects with `EADDRINUSE` and the like as Node gives them, or because of a file of TLS. */
export const startServer = async (app: Express, options: ServerOptions): Promise<RunningServer> => {
  const { server, scheme, end } = await makeServer(app, options);
  const { port } = await opened(server, options).catch((error: unknown) => {
    end();
    throw error;
  });
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${scheme}://${host}:${port}`,
    port,
    stop: (withinMs = stopWithinMs) => {
      end();
      return stopServer(server, withinMs);
    },
  };
};
