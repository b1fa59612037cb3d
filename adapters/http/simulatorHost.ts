import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { openAppendOnlyFile } from './appendOnlyFile.ts';
import type { ServeSimulator } from './simulatedPartner.ts';
import { answerRequest, refusal, type SimulatedExchange } from './simulatorExchange.ts';
import { createFaultList } from './simulatorFaults.ts';

const listen = async (
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  host: string,
  port: number,
) => {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 }, handler);
  server.maxConnections = 2_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator has no port');
  return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}` };
};

export const serveSimulator: ServeSimulator = async (options, build) => {
  const file =
    options.directory === undefined ? undefined : openAppendOnlyFile(join(options.directory, `${options.name}.jsonl`));
  const faults = createFaultList();
  let apply: (entry: unknown) => void = () => {};
  const partner = build({
    record: (entry) => {
      file?.append(entry);
      apply(entry);
    },
    faultFor: (mode, operation, subject) => faults.take(operation, new Set([mode]), subject),
  });
  apply = partner.apply;
  for (const entry of file?.entries ?? []) partner.apply(entry);

  const stopping = new AbortController();
  const exchange: SimulatedExchange = {
    partner,
    faults,
    requests: new Map(),
    waiting: new Set(),
    stopping: stopping.signal,
  };
  const { server, url } = await listen(
    (request, response) => {
      const wanted = options.authorization;
      const allowed = wanted === undefined || request.headers.authorization === wanted;
      answerRequest(exchange, request, response, allowed).catch(() =>
        refusal(response, 500, 'InternalError', 'The simulator failed.'),
      );
    },
    options.host ?? '127.0.0.1',
    options.port ?? 0,
  ).catch((error: unknown) => {
    file?.close();
    throw error;
  });
  partner.started?.();
  return {
    url,
    close: async () => {
      stopping.abort();
      partner.stopped?.();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      file?.close();
    },
  };
};
