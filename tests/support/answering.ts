import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call of the service; `body` of those that have one. */
export type Asked = { readonly method: string; readonly url: string; readonly body: unknown };

/** Where a command of the terminal finds it, and what it was asked so far. */
export type Answering = {
  readonly at: { readonly url: string; readonly key: string };
  readonly asked: Asked[];
  readonly stop: () => Promise<void>;
};

/** Stands for the service before a command of the terminal: what `answer` says is the body; its `status`, if it has one, is the answer's. */
export const startAnswering = async (answer: (asked: Asked) => object): Promise<Answering> => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const one = {
      method: request.method ?? '',
      url: request.url ?? '',
      body: sent === '' ? undefined : JSON.parse(sent),
    };
    asked.push(one);
    const body = answer(one);
    const status = 'status' in body && typeof body.status === 'number' ? body.status : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { at: { url, key: 'any' }, asked, stop };
};
