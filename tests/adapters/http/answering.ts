import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach } from '@jest/globals';
import type { HttpRequest } from '../../../adapters/http/answers.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A partner that answers as the test says, until the test is over; `count` is of its requests, the first one 1. */
export const partner = async (answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) => {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    answer(request, response, count);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, count: () => count };
};

export const get: HttpRequest = { operation: 'ask', method: 'GET', path: '/thing?secret=42', repeatable: true };

/** Answers every request with this status and an empty object. */
export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(code, headers).end('{}');
