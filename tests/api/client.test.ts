import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { makeClient } from '../../api/client.ts';
import { keys } from './testApi.ts';

type Said = { readonly status: number; readonly code?: string; readonly retryAfter?: string };

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A service that answers with these in turn, and with the last one for ever. */
const answering = async (...said: readonly Said[]) => {
  const asked: string[] = [];
  server = createServer((request, response) => {
    const { status, code, retryAfter } = said[Math.min(asked.length, said.length - 1)] ?? { status: 200 };
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, {
      ...{ 'content-type': 'application/problem+json', connection: 'close' },
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    });
    response.end(JSON.stringify({ code, detail: 'Ask again.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, client: makeClient(`http://127.0.0.1:${port}`, keys) };
};

const behind = { status: 503, code: 'READ_MODEL_BEHIND', retryAfter: '0' };

describe('the client of the terminal and the demonstration', () => {
  test('asks again where the read model has not come so far yet', async () => {
    const { asked, client } = await answering(behind, behind, { status: 200, code: 'DONE' });
    expect(await client.get('channel', '/v1/orders/X')).toMatchObject({ code: 'DONE' });
    expect(asked).toEqual(['GET /v1/orders/X', 'GET /v1/orders/X', 'GET /v1/orders/X']);
  });

  test('gives up in the end', async () => {
    const { asked, client } = await answering(behind);
    await expect(client.get('channel', '/v1/orders/X')).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND' });
    expect(asked).toHaveLength(11);
  });

  test.each([
    ['is told to come back much later', { ...behind, retryAfter: '3600' }],
    ['is not told when', { status: 503, code: 'READ_MODEL_BEHIND' }],
    ['is refused for another reason', { ...behind, code: 'LANE_BLOCKED' }],
  ])('does not wait where it %s', async (_, said) => {
    const { asked, client } = await answering(said);
    await expect(client.get('channel', '/v1/orders/X')).rejects.toMatchObject({ code: said.code });
    expect(asked).toHaveLength(1);
  });

  test('sends a command once', async () => {
    const { asked, client } = await answering(behind);
    await expect(client.send('channel', 'POST', '/v1/orders', {})).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND' });
    expect(asked).toEqual(['POST /v1/orders']);
  });
});
