import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderBody, readOrder, receive, submit } from './calls.ts';
import { eventually, type RunningService, removeDataDir, startService, usedDataDir } from './service.ts';

type Exported = {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
};
type Span = {
  readonly name: string;
  readonly traceId: string;
  readonly links?: readonly { readonly traceId: string }[];
};

describe('traces of the running product', () => {
  const spans: Span[] = [];
  let collector: Server;
  let service: RunningService;
  let dataDir: string;

  beforeAll(async () => {
    collector = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      request.on('end', () => {
        const { resourceSpans } = JSON.parse(text) as Exported;
        for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    dataDir = await usedDataDir();
    service = await startService(dataDir, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '200',
    });
  });
  afterAll(async () => {
    await service?.stop();
    collector?.close();
    await removeDataDir(dataDir);
  });

  test('go from HTTP through command, append, projection, step and outgoing call', async () => {
    await receive(service.client, '4');
    const { orderId } = await submit(service.client, orderBody('4'));
    await eventually(
      () => readOrder(service.client, orderId),
      (order) => order.status === 'COMPLETED',
      30_000,
    );
    const named = (start: string) => spans.filter(({ name }) => name.startsWith(start));
    await eventually(
      async () => named('tax '),
      (found) => found.length > 0,
    );
    const [http] = named('POST /v1/orders');
    const ofRequest = spans.filter(({ traceId }) => traceId === http?.traceId).map(({ name }) => name);
    expect(ofRequest).toEqual(expect.arrayContaining(['command submitOrder', 'append']));
    for (const start of ['step allocate', 'erp ', 'wms ', 'tax ']) expect(named(start).length).toBeGreaterThan(0);
    const projected = named('project orders').flatMap(({ links = [] }) => links.map(({ traceId }) => traceId));
    expect(projected).toContain(http?.traceId);
  });
});
