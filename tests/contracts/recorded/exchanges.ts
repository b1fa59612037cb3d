import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What was said over HTTP, without what a client or server adds by itself. JSON as a value, anything else as text. */
export type Exchange = {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly answer: { readonly status: number; readonly contentType: string; readonly body: unknown };
};

type Running = { readonly url: string; readonly close: () => Promise<void> };

const asValue = (said: string): unknown => {
  if (said === '') return null;
  try {
    return JSON.parse(said);
  } catch {
    return said;
  }
};

const textOf = (body: unknown): string => {
  if (body === null) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
};

const requestOf = async (request: IncomingMessage) => {
  const said = await text(request);
  return { said, request: { method: request.method ?? '', path: request.url ?? '', body: asValue(said) } };
};

const started = async (server: Server): Promise<Running> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

/** Stands before a partner and writes down what is said. Credentials pass by and are not kept. */
export const recordFrom = async (target: string): Promise<Running & { readonly exchanges: readonly Exchange[] }> => {
  const exchanges: Exchange[] = [];
  const server = createServer(async (incoming, response) => {
    const { said, request } = await requestOf(incoming);
    const { host: _, connection: __, 'content-length': ___, ...headers } = incoming.headers;
    const answer = await fetch(new URL(request.path, target), {
      method: request.method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(said !== '' && { body: said }),
    });
    const body = await answer.text();
    const contentType = answer.headers.get('content-type') ?? '';
    exchanges.push({ request, answer: { status: answer.status, contentType, body: asValue(body) } });
    response.writeHead(answer.status, { 'content-type': contentType }).end(body);
  });
  return { ...(await started(server)), exchanges };
};

/** Answers as it was answered when it was recorded, in that order, whatever is asked; `asked` is what was. */
export const play = async (
  exchanges: readonly Exchange[],
): Promise<Running & { readonly asked: readonly Exchange['request'][] }> => {
  const asked: Exchange['request'][] = [];
  const server = createServer(async (incoming, response) => {
    const { request } = await requestOf(incoming);
    const recorded = exchanges[asked.length];
    asked.push(request);
    // More is asked than was recorded: no partner would answer so.
    if (recorded === undefined) return void response.writeHead(501).end();
    const { status, contentType, body } = recorded.answer;
    response.writeHead(status, { 'content-type': contentType }).end(textOf(body));
  });
  return { ...(await started(server)), asked };
};
