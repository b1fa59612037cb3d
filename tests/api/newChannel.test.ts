import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toDomain } from '../../commands/codec.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { demoCrossReferences, demoPartner } from '../../domain/masterData/demoPartner.ts';
import { orderOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { sendInterchange } from './sendInterchange.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

const submittedAs = async (channel: string): Promise<readonly RecordedOf<'OrderSubmitted'>[]> => {
  const { events } = await api.log.readAfter('start', 5_000, { categories: ['order'] });
  return events
    .map((event): RecordedDomainEvent => toDomain(event))
    .filter((event): event is RecordedOf<'OrderSubmitted'> => event.type === 'OrderSubmitted')
    .filter(({ data }) => data.channel === channel);
};

/** What is wanted, and not who said so under which number. */
const wanted = ({ data }: RecordedOf<'OrderSubmitted'>) => {
  const { orderId: _, channel: __, customerPo: ___, contentSha256: ____, ...content } = data;
  return content;
};

/** A partner that nobody knew yesterday, with its words for our things. */
const define = async (partner: string, channel: string): Promise<void> => {
  const { bu, partner: _, ...known } = demoPartner;
  const put = async (path: string, body: object): Promise<void> => {
    const { status, text } = await call(api, 'PUT', path, { role: 'admin', body });
    expect({ status, text }).toMatchObject({ status: 200 });
  };
  await put(`/v1/partners/${bu}/${partner}`, {
    ...known,
    soldTo: 'C-1001',
    them: { qualifier: 'ZZ', id: partner, application: partner },
    orders: { ...known.orders, channel },
  });
  for (const { kind, entries } of demoCrossReferences)
    await put(`/v1/cross-references/${bu}/${partner}/${kind}`, { entries });
};

/** The order that `docs/edi` has for trying out, as this partner sends it. */
const fixtureOf = async (partner: string): Promise<string> => {
  const text = await readFile(new URL('../../docs/edi/850.edi', import.meta.url), 'utf8');
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return text
    .replaceAll('YYYYMMDD', day)
    .replaceAll('YYMMDD', day.slice(2))
    .replace('LAKESHORE      ', partner.padEnd(15))
    .replaceAll('LAKESHORE', partner);
};

describe('a channel that nobody knew yesterday', () => {
  test('O-42: trades by a mapping and a fixture, and its order is the one that REST would have made', async () => {
    await define('HARBOR', 'harbor');
    const answer = await sendInterchange(api, await fixtureOf('HARBOR'), 'harbor-1');
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    expect(answer.body.sets).toMatchObject([{ state: 'ORDER', holds: [] }]);
    const [theirs] = await submittedAs('harbor');
    if (theirs === undefined) throw new Error('there is no order of theirs');
    expect(theirs.metadata).toMatchObject({
      partition: { channel: 'harbor' },
      source: { mappingVersion: expect.stringContaining('HARBOR@1') },
    });

    const lines = [
      { lineId: '10', item: 'BRG-6205', qty: '2', uom: 'BX', requestedPrice: '14.2' },
      { lineId: '20', item: 'BELT-A42', qty: '6', uom: 'EA', requestedPrice: '9.99' },
    ];
    const body = orderOf({ channel: 'by-hand', requestedDate: theirs.data.requestedDate, lines });
    expect((await call(api, 'POST', '/v1/orders', { body })).status).toBe(201);
    const [ours] = await submittedAs('by-hand');
    expect(wanted(theirs)).toEqual(ours && wanted(ours));
  });

  test('M-03: orders over REST under a name of its own, is promised, read and told as any other', async () => {
    const [known, unheard] = ['portal', 'shop-of-tomorrow'];
    const through = async (channel: string) => {
      const lines = [{ item: 'BRG-6204', qty: '1', uom: 'EA' }];
      const promised = await call(api, 'POST', '/v1/availability-checks', { body: { bu: 'ACME', channel, lines } });
      const placed = await call(api, 'POST', '/v1/orders', { body: orderOf({ channel }) });
      const { orderId } = placed.body as { readonly orderId: string };
      const headers = { 'x-min-position': (placed.body.receipt as { readonly position: string }).position };
      const told = await call(api, 'GET', `/v1/orders/${orderId}/timeline`, { headers });
      const read = await call(api, 'GET', `/v1/orders/${orderId}`, { headers });
      return {
        ...{
          statuses: [promised.status, placed.status, read.status],
          lines: read.body.lines,
          totals: read.body.totals,
        },
        told: (told.body.items as readonly { readonly type: string }[]).map(({ type }) => type),
        channel: read.body.channel === channel,
      };
    };
    expect(await through(unheard)).toEqual(await through(known));
  });
});
