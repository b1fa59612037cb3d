import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { readConfig } from '../../api/config.ts';
import { adaptersOf } from '../../api/wiring/declaredAdapters.ts';
import { connectErps, partnersFor } from '../../api/wiring/erps.ts';
import { periodCalls } from '../../commands/calls/periods.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { done } from '../../commands/outcome.ts';
import { streamName } from '../../domain/eventLog.ts';
import { type ShadowCommand, shadowDecider } from '../../domain/shadow/shadow.ts';
import { effectsOf, strike } from '../adapters/http/peer.ts';
import { shadowOf } from '../projections/shadowHistory.ts';
import { eventsOf, ofType, orderInput } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

const period = '202611';
const config = readConfig({
  ERP_SYSTEMS: '{"legacy":{"interface":"soap"},"disk":{"interface":"file"}}',
  ERP_ROUTES: 'XOLD=legacy,XOLDEST=disk',
});

let world: World;
let connected: Awaited<ReturnType<typeof connectErps>>;
beforeAll(async () => {
  world = await createWorld();
  const tracing = {
    inSpan: <T>(_: string, __: object, work: () => Promise<T>) => work(),
    currentTraceparent: () => undefined,
  };
  // Without a folder: what the simulators know ends with them.
  const simulators = { serve: serveSimulator, host: '127.0.0.1' };
  const carry = async () => ({ kind: 'not-taken' }) as const;
  connected = await connectErps(config, { hooks: { tracing }, simulators, carry });
  Object.assign(world.partners, { erps: connected.erps });
});
afterAll(async () => {
  await connected.close();
  await world.close();
});

const journal = (journalId: string) => ({
  ...{ journalId, accountingDate: '2026-11-23', templateId: 'T15', documentRef: 'COUNT', currency: 'USD' },
  ...{ orderId: null, invoiceId: null },
  lines: [
    { lineNo: 1, account: '1200', debit: '100', credit: '0' },
    { lineNo: 2, account: '5100', debit: '0', credit: '100' },
  ],
});

/** Closes without a look at read models, which this world has none of. */
const periodsOf = () => {
  const { log, catalog, claims, clock } = world;
  const receipt = { commandId: 'c', stream: 's', revision: 0, position: '', recordedAt: '' };
  return periodCalls(
    {
      ...{ executor: world.executor(), store: log, catalog, claims, clock },
      sealableJournals: async () => world.sealed.next,
      closeChecklist: async () => ({
        ...{ throughPosition: await log.head(), blockers: [], checklistSha256: 'c', trialBalanceSha256: 't' },
      }),
    },
    { requireApproval: async () => done({ approvalId: 'A', requestedBy: 'r', approvedBy: 'a' }, receipt) },
  );
};

/** An order, a batch with two journals of which the ERP takes one, and the end of the month. */
const month = async (bu: string): Promise<string> => {
  await world.newBusinessUnit(bu);
  const of = { bu, ledger: 'PRIMARY', period };
  for (const each of [period, '202612'])
    await must(periodsOf().openPeriod({ ...of, period: each }, world.as('opener')));
  await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
  await world.settle();
  const journals = [journal(`${bu}-J1`), journal(`${bu}-J2`)];
  world.sealed.next = { journals, sequence: 1, throughPosition: '1' };
  const { batchId } = await must(world.app().sealGlBatch(of, world.as('finance')));
  await world.settle();
  // The simulators work on a batch for a moment.
  while (ofType(await eventsOf(world, bu), 'GlEntriesRejected').length === 0) await world.settle();
  await must(periodsOf().softClosePeriod({ ...of, reason: 'month end' }, world.as('closer')));
  await must(periodsOf().closePeriod({ ...of, reason: 'month end' }, world.as('closer')));
  await world.settle();
  return batchId;
};

/**
 * What was recorded of orders and books, but for which business unit and ERP it was, and for ids, places and hashes that are
 * of one of a kind. Sorted: an ERP that answers later does not change what is said, and may change what comes first.
 */
const canonical = async (bu: string, system: string) => {
  const events = (await eventsOf(world, bu)).filter(({ type }) => type !== 'IntentsIssued');
  return events
    .map(({ type, data, metadata: { source } }) =>
      JSON.stringify({ type, source, data })
        .replaceAll(`"${system}"`, '"ERP"')
        .replaceAll(bu, 'BU')
        .replaceAll(/"\d{20}"/g, '"position"')
        .replaceAll(/"(?:throughPosition|fileSha256|contentSha256|merkleRoot)":"\w+"/g, '"hash":""')
        .replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'id'),
    )
    .sort();
};

test('S-03: one business unit on the old ERP and one on the new close the same month, and no entry is in the books of the other', async () => {
  for (const { url } of connected.places)
    await strike(new URL(url).origin, { mode: 'refuse', operation: 'postJournal', match: 'J2', code: 'AccountClosed' });
  const old = await month('XOLD');
  const oldest = await month('XOLDEST');
  const young = await month('XNEW');

  const states = await Promise.all(
    connected.places.map(async ({ name, url }) => [name, await effectsOf(new URL(url).origin)] as const),
  );
  const one = { orders: 1, journalImports: 1, journalsPosted: 1, journalsRejected: 1, duplicatesAttempted: 0 };
  expect(states).toEqual([
    ['erp', expect.objectContaining(one)],
    ['legacy', expect.objectContaining(one)],
    ['disk', expect.objectContaining(one)],
  ]);
  const { named } = connected.erps;
  expect(await named('legacy')?.journalOutcomes('XOLD', old)).toMatchObject({ kind: 'done' });
  expect(await named('legacy')?.journalOutcomes('XNEW', young)).toEqual({ kind: 'pending' });
  expect(await named('erp')?.journalOutcomes('XNEW', young)).toMatchObject({ kind: 'done' });
  expect(await named('erp')?.journalOutcomes('XOLD', old)).toEqual({ kind: 'pending' });
  expect(await named('disk')?.journalOutcomes('XOLDEST', oldest)).toMatchObject({ kind: 'done' });
  expect(await named('disk')?.journalOutcomes('XNEW', young)).toEqual({ kind: 'pending' });
  for (const bu of ['XOLD', 'XOLDEST', 'XNEW'])
    expect(ofType(await eventsOf(world, bu), 'PeriodClosed')).toHaveLength(1);

  // S-02: what channels, ledger and auditors are told does not depend on it.
  expect(await canonical('XOLD', 'legacy')).toEqual(await canonical('XNEW', 'erp'));
  expect(await canonical('XOLDEST', 'disk')).toEqual(await canonical('XNEW', 'erp'));
});

/** Out of the first ERP into the second one, from a day on. */
const cutOver = async (bu: string, effectiveDate: string): Promise<void> => {
  const { version: _, contentSha256, definedBy: by, ...definition } = shadowOf({ bu, system: 'legacy', cleanDays: 1 });
  const compared = { bu, ledger: 'PRIMARY', system: 'legacy', version: 1, batchId: 'B', period, sequence: 1 };
  const agreed = { approvalId: 'A', approvedBy: 'sam', by: 'kim', reason: 'clean' };
  const commands: readonly ShadowCommand[] = [
    { type: 'DefineShadow', definition, contentSha256, by, today: '2026-11-20', routed: 'erp' },
    { type: 'RecordComparison', ...compared, day: '2026-11-20', journals: 1, rows: [] },
    { type: 'CutOver', from: 'erp', effectiveDate, uncompared: [], lastPeriod: null, ...agreed },
  ];
  for (const command of commands)
    expect(
      await world.executor().execute(shadowDecider, streamName('shadow', bu, 'PRIMARY'), command, world.as('admin')),
    ).toMatchObject({ kind: 'done' });
};

test('S-03: an order is registered where the books of the day are on which it was accepted', async () => {
  const registered = async (bu: string) => {
    await must(world.app().submitOrder(orderInput(bu, { customerPo: newUlid() }), world.as('channel')));
    await world.settle();
    return ofType(await eventsOf(world, bu), 'ErpOrderRegistered').map(({ data }) => data.erpSystem);
  };
  for (const bu of ['XMOVED', 'XMOVING']) await world.newBusinessUnit(bu);
  expect(await registered('XMOVED')).toEqual(['erp']);
  await cutOver('XMOVED', '2026-11-01');
  expect(await registered('XMOVED')).toEqual(['erp', 'legacy']);
  // `ERP_ROUTES` gives it to the first one, whose pauses its steps are taken by; the other one is paused all the same.
  let isHeld = true;
  Object.assign(world.partners, { isErpHeld: (system: string) => isHeld && system === 'legacy' });
  expect(await registered('XMOVED')).toEqual(['erp', 'legacy']);
  expect(world.problems.map(String)).toContainEqual(expect.stringContaining('calls of legacy are paused'));
  isHeld = false;
  await world.settle();
  expect(ofType(await eventsOf(world, 'XMOVED'), 'ErpOrderRegistered')).toHaveLength(3);
  await cutOver('XMOVING', '2026-12-01');
  expect(await registered('XMOVING')).toEqual(['erp']);
});

const others = new Set(['wms', 'wms-feed', 'tax', 'fraud', 'crm']);
const erpAdaptersOf = (of: Parameters<typeof adaptersOf>[0]): readonly string[] =>
  adaptersOf(of).flatMap(({ name }) => (others.has(name) ? [] : [name]));

test('each ERP is paused, limited and counted under its own name, and asked only what its interface can tell', async () => {
  const partnerFor = partnersFor(config);
  expect(['XOLD', 'XNEW'].map((bu) => partnerFor('registerErp', bu))).toEqual(['legacy', 'erp']);
  expect(['XOLD', 'XNEW'].map((bu) => partnerFor('collectOutcomes', bu))).toEqual(['legacy', 'erp']);
  const asked = adaptersOf(config).flatMap(({ name, hasOwnWorker }) => (hasOwnWorker ? [name] : []));
  expect(asked).toEqual(['erp-receivables', 'erp-book', 'wms-feed', 'crm']);
  expect([partnerFor('toWarehouse', 'XOLD'), partnerFor('allocate', 'XOLD')]).toEqual(['wms', undefined]);
  expect(erpAdaptersOf(config)).toEqual(['erp', 'erp-receivables', 'erp-book', 'legacy', 'disk']);
  expect([connected.receivablesOf('XOLD')?.system, connected.receivablesOf('XNEW')?.system]).toEqual([
    undefined,
    'erp',
  ]);
});

test('where every business unit has another ERP, the first one is not there unless somebody says where', () => {
  const systems = { ERP_SYSTEMS: '{"cloud":{"interface":"rest","url":"https://erp"}}', ERP_ROUTES: '*=cloud' };
  const named = (more: object) => erpAdaptersOf(readConfig({ ...systems, ...more }));
  expect(named({})).toEqual(['cloud', 'cloud-receivables', 'cloud-book']);
  expect(named({ ERP_URL: 'https://old' })).toContain('erp');
});
