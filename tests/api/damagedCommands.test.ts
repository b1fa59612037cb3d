import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { written } from './claimingApi.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

const dock = (node: string): Principal => ({
  ...{ tenant: 'default', id: `dock-${node}`, kind: 'PARTNER', roles: ['warehouse'] },
  ...{ businessUnits: ['ACME'], customers: 'all', nodes: [node] },
});

let api: RealApi;

beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  const docks: Readonly<Record<string, Principal>> = { east: dock('DC-EAST'), west: dock('DC-WEST') };
  api = await makeRealApi({ authenticate: async (token) => docks[token] ?? byKey(token) });
  await sql`alter table log.event disable trigger all`.execute(api.database.db);
  await sql`grant update on log.event to current_user`.execute(api.database.db);
});
afterAll(() => api.close());

/** A shipment of an order whose stream nobody has read yet, and what its warehouse says of it. */
const plannedShipment = async () => {
  const [shipmentId, orderId] = [newUlid(), newUlid()];
  const planned = { lineId: '10', item: 'BRG-6205', qty: '10', reservationId: `r-${shipmentId}` };
  const plan = { bu: 'ACME', node: 'DC-EAST', orderId, shipmentId, lines: [planned] };
  const stream = `shipment-ACME.${shipmentId}`;
  await written(api, stream, [['ShipmentPlanned', plan]]);
  const lines = [{ orderId, lineId: '10', qty: '4', uom: 'EA', cause: 'NOT_FOUND' }];
  const short = (token: string = keys.warehouse, key = newUlid()) =>
    call(api, 'POST', `/v1/shipments/${shipmentId}/shortages`, { token, key, body: { lines } });
  return { shipmentId, stream, short };
};

/** Asks while the only event of a stream holds another text, and puts it back. */
const whileItSays = async (stream: string, text: string, ask: () => Promise<void>): Promise<void> => {
  const { db } = api.database;
  const { rows } = await sql<{ data: string }>`select data from log.event where stream = ${stream}`.execute(db);
  const say = (data: string) => sql`update log.event set data = ${data} where stream = ${stream}`.execute(db);
  await say(text);
  try {
    await ask();
  } finally {
    await say(rows[0]?.data ?? '');
  }
};

describe('a command on a stream of which an event is damaged', () => {
  test('says which one cannot be read, is logged, and is carried out under the same key once that is repaired', async () => {
    const { stream, short } = await plannedShipment();
    const key = newUlid();
    await whileItSays(stream, '', async () => {
      const told = new RegExp(`^Event \\S+ of the log, ${stream}@0 at position \\d{20}, cannot be read any more\\.$`);
      const body = { code: 'EVIDENCE_DAMAGED', detail: expect.stringMatching(told), position: expect.any(String) };
      expect(await short(keys.warehouse, key)).toMatchObject({ status: 409, body });
      expect(api.lines.at(-2)).toMatchObject({ level: 'error', message: 'a command failed' });
    });
    expect((await short(keys.warehouse, key)).status).toBe(201);
  });

  test('says which one cannot be applied', async () => {
    const { stream, short } = await plannedShipment();
    await whileItSays(stream, 'null', async () => {
      const body = { code: 'LANE_BLOCKED', eventType: 'ShipmentPlanned', eventId: expect.any(String), stream };
      expect(await short()).toMatchObject({ status: 409, body });
    });
    expect((await short()).status).toBe(201);
  });

  test('waits for an instance that understands it, where a newer one wrote it', async () => {
    const { stream, short } = await plannedShipment();
    const key = newUlid();
    const { db } = api.database;
    await sql`update log.event set type = 'ShipmentDreamt' where stream = ${stream}`.execute(db);
    const answer = await short(keys.warehouse, key);
    const body = { code: 'SERVICE_UNAVAILABLE', detail: expect.stringContaining('A newer version') };
    expect(answer).toMatchObject({ status: 503, body, headers: { 'retry-after': '5' } });
    expect((await short('west')).status).toBe(404);
    await sql`update log.event set type = 'ShipmentPlanned' where stream = ${stream}`.execute(db);
    expect((await short(keys.warehouse, key)).status).toBe(201);
  });

  test('says nothing of it to who may not see what the stream is about', async () => {
    const { shipmentId, stream, short } = await plannedShipment();
    const position = await api.log.head();
    const read = () =>
      call(api, 'GET', `/v1/shipments/${shipmentId}`, { token: 'east', headers: { 'x-min-position': position } });
    expect((await read()).status).toBe(200);
    for (const text of ['', 'null'])
      await whileItSays(stream, text, async () => {
        expect([(await short('east')).status, (await short('west')).status]).toEqual([409, 404]);
      });
    expect([(await short('east')).status, (await short('west')).status]).toEqual([201, 404]);
  });
});
