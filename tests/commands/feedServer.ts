import { createServer } from 'node:http';

type Content = Readonly<Record<string, unknown>>;

const pageMax = 200;

/** A warehouse's feed over HTTP that says whatever it is told to, also what nobody understands. */
export const startFeedServer = async () => {
  const contents: unknown[] = [];
  let forgotten = 0;
  const server = createServer((request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://feed').searchParams.get('after'));
    const messages = contents
      .slice(after, after + pageMax)
      .map((content, index) => ({ sequence: String(after + index + 1), content }));
    const isGone = after < forgotten;
    const gone = { error: { code: 'CursorTooOld', message: 'These messages are no longer kept.' } };
    response.writeHead(isGone ? 410 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isGone ? gone : { messages, next: String(after + messages.length) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    say: (...told: readonly unknown[]): void => void contents.push(...told),
    /** What was said so far can no longer be asked for. */
    forget: (): void => {
      forgotten = contents.length;
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A shortage notice as a warehouse sends it. */
export const notice = (messageId: string, shipmentReference: string): Content => ({
  ...{ messageType: 'SHORTAGE_NOTICE', messageId, shipmentReference, releaseId: `R-${shipmentReference}` },
  lines: [{ lineReference: '10', quantityShort: '1', reasonCode: 'DAMAGED' }],
});

/** The same in words that nobody knows. */
export const strange = (messageId: string, shipmentReference: string): Content => ({
  ...notice(messageId, shipmentReference),
  lines: [{ lineReference: '10', quantityShort: 'a few', reasonCode: 'DAMAGED' }],
});
