import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { demoPartner } from '../../domain/masterData/demoPartner.ts';
import { orderOf } from './orders.ts';
import { codes, movement } from './realCalls.ts';
import { sendInterchange } from './sendInterchange.ts';
import { call, keys } from './testApi.ts';
import {
  definition,
  item,
  node,
  openThirdParty,
  said,
  snapshotOf,
  stockDialect,
  type ThirdParty,
  taken,
} from './thirdParty.ts';

// A contract warehouse that nobody knew yesterday: everything here is configuration and what it sends, over HTTP.

let here: ThirdParty;
beforeAll(async () => {
  here = await openThirdParty();
});
afterAll(() => here.close());

type Release = { readonly releaseId: string; readonly node: string; readonly shipmentId: string };

describe('M-04 a contract warehouse that nobody knew yesterday', () => {
  test('is a definition of a node with its dialect, and what it receives is promised at once', async () => {
    await here.define(`/v1/nodes/ACME/${node}`, definition);
    expect((await here.get(`/v1/nodes/ACME/${node}`, { role: 'admin' })).body).toMatchObject({
      version: 1,
      definition: { stockDialect },
    });
    taken(await here.post('/v1/stock-movements', movement({ node, item, qty: '40' })));
    expect(await here.position()).toMatchObject({ onHand: '40', available: '40', stale: false });
    expect(await here.promised()).toMatchObject({ node, available: '40', stale: false });
  });

  test('reserves, picks and ships an order, and says meanwhile what it has in its own words', async () => {
    const lines = [{ lineId: '10', item, qty: '10', uom: 'EA' }];
    const { orderId } = taken(await call(here.api, 'POST', '/v1/orders', { body: orderOf({ lines }) }));
    await here.settle();
    const order = await here.get(`/v1/orders/${String(orderId)}`, {});
    expect(order.body.releases).toMatchObject([{ node, status: 'RELEASED' }]);
    const [{ shipmentId }] = order.body.releases as readonly [Release];
    expect(await here.position()).toMatchObject({ onHand: '40', allocated: '10', available: '30' });
    expect(await here.promised()).toMatchObject({ available: '30' });
    const mine = await here.get(`/v1/shipments?orderId=${String(orderId)}`, { token: 'harbor' });
    expect(mine.body.items).toMatchObject([{ shipmentId, node }]);

    // A snapshot of this moment, which arrives when the goods have left.
    const takenAt = new Date().toISOString();
    const piece = { orderId, lineId: '10', qty: '10', uom: 'EA' };
    const at = (noun: string) => `/v1/shipments/${shipmentId}/${noun}`;
    taken(await here.post(at('picks'), { pickId: 'P-1', lines: [piece] }));
    const shipped = { confirmationId: 'C-1', shippedAt: new Date().toISOString(), lines: [piece] };
    const confirmed = taken(await here.post(at('confirmations'), shipped));
    await here.settle();
    expect(await here.position()).toMatchObject({ onHand: '30', allocated: '0', picked: '0', available: '30' });

    const answer = taken(await here.post('/v1/stock-snapshots', snapshotOf(said('30'), { takenAt })));
    expect(answer).toMatchObject({
      dialectVersion: 1,
      lines: [{ item, contradicts: false, figures: { available: '30', damaged: '0', onHand: null, allocated: null } }],
    });
    expect(await here.compared()).toMatchObject({ state: 'COMPLETE', compared: 1, found: 0, breaks: [] });

    // The same confirmation once more, and one of somebody whose goods they are not.
    const head = await here.api.log.head();
    expect(taken(await here.post(at('confirmations'), shipped))).toEqual(confirmed);
    expect((await here.post(at('confirmations'), { ...shipped, confirmationId: 'C-2' }, 'south')).status).toBe(404);
    expect(await here.api.log.head()).toBe(head);
  });

  test('O-04 what it has less than the books is found, and over when both say the same', async () => {
    taken(await here.post('/v1/stock-snapshots', snapshotOf(said('27', '1'))));
    const found = await here.compared();
    expect(found).toMatchObject({ state: 'COMPLETE', found: 1 });
    expect(found.breaks).toMatchObject([
      {
        ...{ state: 'HEALING', class: 'TIMING', object: { kind: 'told-stock', id: `${node}/${item}` } },
        ...{ ours: 'AVAILABLE 30, DAMAGED 0', theirs: 'AVAILABLE 27, DAMAGED 1', difference: '-3' },
        moneyAtRisk: { amount: '1800', currency: 'USD' },
      },
    ]);
    // Nothing was posted for it.
    expect(await here.position()).toMatchObject({ onHand: '30', available: '30' });
    const counted = { bu: 'ACME', node, countId: 'CC-1', countedAt: new Date().toISOString() };
    const lines = [
      { item, counted: '27', uom: 'EA' },
      { item, counted: '1', status: 'DAMAGED', uom: 'EA' },
    ];
    taken(await here.post('/v1/stock-counts', { ...counted, lines }));
    expect(await here.promised()).toMatchObject({ available: '27' });
    taken(await here.post('/v1/stock-snapshots', snapshotOf(said('27', '1'))));
    expect(await here.compared()).toMatchObject({ found: 0, healed: 1, standing: 0 });
  });
});

describe('M-04 what comes over the boundary', () => {
  const refused = async (body: object, token = 'harbor') => {
    const head = await here.api.log.head();
    const answer = await here.post('/v1/stock-snapshots', body, token);
    expect(await here.api.log.head()).toBe(head);
    return { status: answer.status, code: answer.body.code, codes: [...codes(answer)].sort() };
  };

  test('an unknown item, unit or word and a figure below nothing are told together, and nothing is recorded', async () => {
    const lines = [
      { item: 'NOPE', uom: 'EA', said: [{ word: 'AVAIL', qty: '1' }] },
      { item, uom: 'PALLET', said: [{ word: 'AVAIL', qty: '1' }] },
      {
        item: 'BRG-6205',
        uom: 'EA',
        said: [
          { word: 'AVAIL', qty: '-1' },
          { word: 'ON SHELF', qty: '1' },
        ],
      },
      { item: 'BRG-6205', uom: 'EA', said: [{ word: 'AVAIL', qty: '1' }] },
    ];
    expect(await refused(snapshotOf(lines))).toEqual({
      ...{ status: 422, code: 'VALIDATION_FAILED' },
      codes: [
        ...['/lines/0/item ITEM_UNKNOWN', '/lines/1/uom UOM_UNKNOWN', '/lines/2/said/0/qty QTY_NEGATIVE'],
        ...['/lines/2/said/1/word MAPPING_MISSING', '/lines/3/item DUPLICATE_LINE'],
      ],
    });
  });

  test('an unknown node, and one without a dialect', async () => {
    const ofOurs = keys.warehouse;
    expect(await refused(snapshotOf(said('1'), { node: 'NOWHERE' }), ofOurs)).toMatchObject({
      codes: ['/node NODE_UNKNOWN'],
    });
    expect(await refused(snapshotOf(said('1'), { node: 'DC-EAST' }), ofOurs)).toMatchObject({
      codes: ['/node MAPPING_MISSING'],
    });
  });

  test('S-05 what another warehouse says of these goods is refused, and so is what this one says of others', async () => {
    const outside = { status: 403, code: 'PARTNER_SCOPE' };
    expect(await refused(snapshotOf(said('1')), 'south')).toMatchObject(outside);
    expect(await refused(snapshotOf(said('1'), { node: '3PL-SOUTH' }))).toMatchObject(outside);
    expect((await here.post('/v1/stock-movements', movement({ node, item }), 'south')).body).toMatchObject(outside);
    expect((await here.get(`/v1/stock-snapshots?node=${node}`, { token: 'south' })).body).toMatchObject(outside);
    expect((await here.get('/v1/stock-snapshots', { token: 'south' })).body.items).toEqual([]);
  });

  test('a snapshot that comes again is one, under its number no other is taken, and a late one changes nothing', async () => {
    const one = snapshotOf(said('20'));
    const first = taken(await here.post('/v1/stock-snapshots', one));
    const head = await here.api.log.head();
    expect(taken(await here.post('/v1/stock-snapshots', one))).toEqual(first);
    expect(await refused({ ...one, lines: said('21') })).toMatchObject({ status: 422, code: 'BUSINESS_KEY_REUSED' });
    expect(await here.api.log.head()).toBe(head);
    const late = snapshotOf(said('90'), { takenAt: new Date(Date.now() - 3_600_000).toISOString() });
    taken(await here.post('/v1/stock-snapshots', late));
    expect(await here.told()).toMatchObject([{ snapshotId: one.snapshotId, figures: { available: '20' } }]);
  });

  test('changes follow what they build on; of what never came nobody guesses, until all is told again', async () => {
    const [base] = await here.told();
    const by = (qty: string, follows: string | undefined) =>
      snapshotOf([{ item, uom: 'BX', said: [{ word: 'AVAIL', qty }] }], {
        scope: 'CHANGES',
        ...(follows && { follows }),
      });
    const change = by('-1', base?.snapshotId);
    taken(await here.post('/v1/stock-snapshots', change));
    expect(await here.told()).toMatchObject([{ figures: { available: '8', damaged: '0' }, missing: null }]);
    expect(await refused(by('1', undefined))).toMatchObject({ codes: ['/follows REQUIRED'] });
    taken(await here.post('/v1/stock-snapshots', by('1', 'LOST-ON-THE-WAY')));
    expect(await here.told()).toMatchObject([
      { figures: { available: null, damaged: null }, missing: 'LOST-ON-THE-WAY' },
    ]);
    expect(await here.compared()).toMatchObject({ compared: 0, found: 0, healed: 0 });
    taken(await here.post('/v1/stock-snapshots', snapshotOf(said('27', '1'))));
    expect(await here.told()).toMatchObject([{ figures: { available: '27', damaged: '1' }, missing: null }]);
  });

  test('O-04 what is not listed is found, and is not over because something was lost since', async () => {
    taken(await here.post('/v1/stock-movements', movement({ node, item: 'BRG-6205', qty: '3' })));
    taken(await here.post('/v1/stock-snapshots', snapshotOf(said('27', '1'))));
    expect(await here.compared()).toMatchObject({
      ...{ compared: 2, found: 1 },
      breaks: [{ object: { id: `${node}/BRG-6205` }, ours: 'ON_HAND 3', theirs: null, difference: '-3' }],
    });
    taken(await here.post('/v1/stock-snapshots', snapshotOf(said('1'), { scope: 'CHANGES', follows: 'LOST' })));
    expect(await here.compared()).toMatchObject({ compared: 0, healed: 0, standing: 1 });
    const counted = { bu: 'ACME', node, countId: 'CC-2', countedAt: new Date().toISOString() };
    taken(await here.post('/v1/stock-counts', { ...counted, lines: [{ item: 'BRG-6205', counted: '0', uom: 'EA' }] }));
    taken(await here.post('/v1/stock-snapshots', snapshotOf(said('27', '1'))));
    expect(await here.compared()).toMatchObject({ compared: 1, healed: 1, standing: 0 });
  });
});

describe('M-04 the same warehouse by EDI', () => {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const { bu: _, partner: __, ...known } = demoPartner;
  const partner = {
    ...{ ...known, soldTo: 'C-1001', sends: [] },
    them: { qualifier: 'ZZ', id: 'HARBORLOG', application: 'HARBORLOG' },
    warehouse: { nodes: [node], cancellation: null, stockReports: 'FULL' },
  };
  // In Oakland, by whole seconds: not before anything that was recorded here.
  const ahead = 2_000;
  const local = new Intl.DateTimeFormat('sv-SE', {
    ...({ timeZone: 'America/Los_Angeles', dateStyle: 'short', timeStyle: 'medium' } as const),
  });

  const report = (number: string, lines: readonly string[], warehouse: string = node) => {
    const [on = '', at = ''] = local
      .format(Date.now() + ahead)
      .split(' ')
      .map((part) => part.replace(/\D/g, ''));
    return [`BIA*00*DD*${number}*${on}*${at}`, `N1*WH**92*${warehouse}`, ...lines];
  };

  let control = 700;
  const send = async (...sets: readonly (readonly string[])[]) => {
    control += 1;
    const number = String(control).padStart(9, '0');
    const text = [
      `ISA*00*          *00*          *ZZ*HARBORLOG      *${partner.us.qualifier}*${partner.us.id.padEnd(15)}*${day.slice(2)}*0800*U*00401*${number}*0*P*>`,
      `GS*IB*HARBORLOG*${partner.us.application}*${day}*0800*${control}*X*004010`,
      ...sets.flatMap((set, index) => {
        const own = String(index + 1).padStart(4, '0');
        return [`ST*846*${own}`, ...set, `SE*${set.length + 2}*${own}`];
      }),
      `GE*${sets.length}*${control}`,
      `IEA*1*${number}`,
    ];
    const answer = await sendInterchange(here.api, text.map((segment) => `${segment}~\n`).join(''), randomUUID());
    return taken(answer).sets as readonly {
      readonly state: string;
      readonly errors: readonly { readonly code: string }[];
    }[];
  };

  test('its 846 is the snapshot that REST would have recorded, by the version of its dialect', async () => {
    const words = [...stockDialect.words, { word: '33', measure: 'ON_HAND', less: ['ALLOCATED', 'DAMAGED'] }];
    const body = { ...definition, stockDialect: { ...stockDialect, words } };
    await here.define(`/v1/nodes/ACME/${node}`, body);
    await here.define('/v1/partners/ACME/HARBORLOG', partner);
    const entries = [{ theirs: 'H-6204', ours: item }];
    await here.define('/v1/cross-references/ACME/HARBORLOG/ITEM', { entries });

    const lots = [
      'LIN**SK*H-6204*LT*L-1',
      'QTY*33*20*EA',
      'LIN**SK*H-6204',
      'REF*LT*L-2',
      'QTY*33*7*EA',
      'QTY*DMG*1*EA',
    ];
    expect(await send(report('INV-1', [...lots, 'CTT*2']))).toMatchObject([{ state: 'STOCK', errors: [] }]);
    expect(await here.told()).toMatchObject([
      {
        ...{ snapshotId: '846:HARBORLOG:INV-1', dialectVersion: 2, figures: { available: '27', damaged: '1' } },
        said: [
          { word: '33', qty: '20', lot: 'L-1' },
          { word: '33', qty: '7', lot: 'L-2' },
          { word: 'DMG', qty: '1', lot: 'L-2' },
        ],
      },
    ]);
    expect(await here.compared()).toMatchObject({ state: 'COMPLETE', compared: 1, standing: 0 });
  });

  test('what nobody mapped, another warehouse and a number that was used reject the set at that element', async () => {
    const head = await here.told();
    const of = (itemNumber: string, uom = 'EA') => [`LIN**SK*${itemNumber}`, `QTY*33*5*${uom}`];
    const sets = await send(
      report('INV-2', of('H-9999')),
      report('INV-3', of('H-6204', 'PL')),
      report('INV-4', ['LIN**SK*H-6204', 'QTY*ZZ*5*EA']),
      report('INV-5', of('H-6204'), '3PL-SOUTH'),
      report('INV-1', of('H-6204')),
    );
    expect(sets.map(({ state, errors }) => [state, ...errors.map(({ code }) => code)])).toEqual([
      ['REJECTED', 'ITEM_UNKNOWN'],
      ['REJECTED', 'UOM_UNKNOWN'],
      ['REJECTED', 'MAPPING_MISSING'],
      ['REJECTED', 'PARTNER_SCOPE'],
      ['REJECTED', 'BUSINESS_KEY_REUSED'],
    ]);
    expect(await here.told()).toEqual(head);
  });
});
