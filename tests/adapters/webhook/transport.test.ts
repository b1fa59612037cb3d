import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { guardedLookup, makeAddressRule } from '../../../adapters/webhook/networks.ts';
import { createWebhookObjection, createWebhookTransport } from '../../../adapters/webhook/transport.ts';

const nothingOwn = makeAddressRule([]);
const ownMachine = makeAddressRule(['127.0.0.0/8', '::1/128']);

/** A name server that says this. */
const saying = (isAllowed: (address: string) => boolean, ...addresses: readonly string[]): LookupFunction =>
  guardedLookup(isAllowed, (_host, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  );

/** As Node says it: the error comes alone. */
const unknown = guardedLookup(nothingOwn, (host, done) =>
  done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })),
);

describe('addresses', () => {
  test('that only somebody inside can reach are closed, however they are written', () => {
    const closed = [
      ...['127.0.0.1', '127.8.8.8', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
      ...['100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.0.192'],
      ...['192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '3fff::1'],
      ...['::1', '::', 'fe80::1', 'fd00:ec2::254', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1'],
      ...['2002:7f00:1::', '2001:0:4136:e378::', '2001:db8::1', 'fec0::1'],
    ];
    expect(closed.filter(nothingOwn)).toEqual([]);
    const open = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '11.0.0.1', '2606:4700::1111', '2a00:1450:4001::1'];
    expect(open.filter(nothingOwn)).toEqual(open);
  });

  test('of our own are open where they were allowed', () => {
    expect(['127.0.0.1', '::1', '10.0.0.1'].filter(ownMachine)).toEqual(['127.0.0.1', '::1']);
  });
});

describe('subscribing', () => {
  const objection = createWebhookObjection({
    isAllowed: nothingOwn,
    plainHttp: false,
    lookup: saying(nothingOwn, '8.8.8.8'),
  });

  test.each([
    ['http://hooks.example/', /https only/],
    ['ftp://hooks.example/', /https:/],
    ['hooks.example', /https:/],
    ['https://user:word@hooks.example/', /no user/],
    ['https://hooks.example/#part', /fragment/],
    ['https://127.0.0.1/', /private/],
    ['https://2130706433/', /private/],
    ['https://0x7f.1/', /private/],
    ['https://[::1]:8443/', /private/],
    ['https://[::ffff:10.0.0.1]/', /private/],
    ['https://169.254.169.254/latest/meta-data', /private/],
  ])('with %s is refused', async (url, reason) => {
    expect(await objection(url)).toMatch(reason);
  });

  test('with a name is refused when any of its addresses is closed', async () => {
    expect(await objection('https://hooks.example/a?b=c')).toBeUndefined();
    const inside = saying(nothingOwn, '8.8.8.8', '10.0.0.1');
    const other = createWebhookObjection({ isAllowed: nothingOwn, plainHttp: false, lookup: inside });
    expect(await other('https://hooks.example/')).toMatch(/private/);
  });

  test('with a name that no name server knows is taken: it may be known by the time that something is sent', async () => {
    const known = createWebhookObjection({ isAllowed: nothingOwn, plainHttp: false, lookup: unknown });
    expect(await known('https://hooks.example/')).toBeUndefined();
  });
});

describe('sending', () => {
  let port = 0;
  let asked = 0;
  let answering = (response: ServerResponse): unknown => response.writeHead(200).end();
  const server = createServer((_, response) => {
    asked += 1;
    answering(response);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (transport: ReturnType<typeof createWebhookTransport>, url: string) =>
    transport({ url, headers: {}, body: '{}', signal: new AbortController().signal });

  test('to a name that no name server knows fails, and nothing else does', async () => {
    const transport = createWebhookTransport({ isAllowed: nothingOwn, plainHttp: true, lookup: unknown });
    expect(await post(transport, 'http://hooks.example/')).toEqual({ status: null, error: 'ENOTFOUND' });
  });

  test('goes to no closed address, whatever a name says by then', async () => {
    const transport = createWebhookTransport({
      ...{ isAllowed: nothingOwn, plainHttp: true, lookup: saying(nothingOwn, '127.0.0.1') },
    });
    const forbidden = { status: null, error: 'ADDRESS_FORBIDDEN' };
    expect(await post(transport, `http://rebound.example:${port}/`)).toEqual(forbidden);
    expect(await post(transport, `http://127.0.0.1:${port}/`)).toEqual(forbidden);
    expect(await post(transport, `http://[::ffff:127.0.0.1]:${port}/`)).toEqual(forbidden);
    expect(asked).toBe(0);
  });

  test('by plain HTTP happens on our own machine only', async () => {
    const url = `http://localhost:${port}/`;
    const lookup = saying(ownMachine, '127.0.0.1');
    const strict = createWebhookTransport({ isAllowed: ownMachine, plainHttp: false, lookup });
    expect(await post(strict, url)).toEqual({ status: null, error: 'URL_FORBIDDEN' });
    const own = createWebhookTransport({ isAllowed: ownMachine, plainHttp: true, lookup });
    expect(await post(own, url)).toEqual({ status: 200, error: null });
    expect(asked).toBe(1);
  });

  test('ends with the connection: who answers and goes on talking is cut off', async () => {
    const closed: Promise<unknown>[] = [];
    const talker = createServer((_, response) => {
      closed.push(new Promise((resolve) => response.on('close', resolve)));
      // The end is promised and never comes.
      response.writeHead(200, { 'content-length': '1000' }).write('x');
    });
    await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve));
    const address = talker.address();
    const at = typeof address === 'object' && address !== null ? address.port : 0;
    const patient = createWebhookTransport({ isAllowed: ownMachine, plainHttp: true, timeoutMs: 120_000 });
    expect(await post(patient, `http://127.0.0.1:${at}/`)).toEqual({ status: 200, error: null });
    expect(closed.length).toBe(1);
    await closed[0];
    await new Promise((resolve) => talker.close(resolve));
  });

  test.each([
    ['speaks another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
    ['says to go on, and goes', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['says nothing, and goes', ''],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('ends where the receiver %s', async (_, said) => {
    const strange = createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(said)));
    await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve));
    const address = strange.address();
    const at = typeof address === 'object' && address !== null ? address.port : 0;
    const patient = createWebhookTransport({ isAllowed: ownMachine, plainHttp: true, timeoutMs: 120_000 });
    const answer = await post(patient, `http://127.0.0.1:${at}/`);
    expect(answer).toEqual({ status: null, error: expect.stringMatching(/^[A-Z_]+$/) });
    await new Promise((resolve) => strange.close(resolve));
  });

  test.each([
    [429, '120', 120_000],
    [503, '7200', 3_600_000],
    [503, 'Fri, 31 Dec 2100 23:59:59 GMT', 3_600_000],
    [429, 'Fri, 31 Dec 1999 23:59:59 GMT', undefined],
    [429, 'soon', undefined],
    [500, '120', undefined],
  ])('hears of %i when the receiver wants to be asked again (%s)', async (status, said, retryAfterMs) => {
    answering = (response) => response.writeHead(status, { 'retry-after': said }).end();
    const transport = createWebhookTransport({ isAllowed: ownMachine, plainHttp: true });
    expect(await post(transport, `http://127.0.0.1:${port}/`)).toEqual({
      ...{ status, error: 'REFUSED' },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

  test('says what was wrong with a connection', async () => {
    const transport = createWebhookTransport({ isAllowed: ownMachine, plainHttp: true });
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    await new Promise((resolve) => free.close(resolve));
    const closedPort = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await post(transport, `http://127.0.0.1:${closedPort}/`)).toEqual({ status: null, error: 'ECONNREFUSED' });
  });
});
