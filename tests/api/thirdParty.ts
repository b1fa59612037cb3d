import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { createExecutor } from '../../commands/handle.ts';
import { createSnapshotsPair } from '../../commands/reconciliation/snapshotsPair.ts';
import { stockOfMoment } from '../../commands/reconciliation/stockOfMoment.ts';
import { createReconciler } from '../../commands/reconciliation/worker.ts';
import { waitForPosition } from '../../projections/freshness.ts';
import { lastRuns, runsUnderWay, standingBreaks } from '../../projections/reconciliations/standing.ts';
import { snapshotFeeds, toldBeside, unlistedBeside } from '../../projections/reconciliations/toldStock.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call, keys } from './testApi.ts';
import { workingOff } from './workedOff.ts';

// A contract warehouse beside the demonstration: who it is, what it says, and the comparison with it.

export const [node, item] = ['3PL-HARBOR', 'BRG-6204'];

const dock = (id: string, nodes: readonly string[]): Principal => ({
  ...{ tenant: 'default', id, kind: 'PARTNER', roles: ['warehouse'], businessUnits: ['ACME'], customers: 'all' },
  nodes,
});
/** As claims of its token say, once they were issued. */
const credentials: Readonly<Record<string, Principal>> = {
  harbor: dock('harbor', [node]),
  south: dock('south', ['3PL-SOUTH']),
};

/** It says what is available, and apart from that what is damaged; what is on hold it does not say. */
export const stockDialect = {
  words: [
    { word: 'AVAIL', measure: 'ON_HAND', less: ['ALLOCATED', 'DAMAGED'] },
    { word: 'DMG', measure: 'DAMAGED' },
  ],
  unsaid: 'ZERO',
};

export const definition = {
  ...{ name: 'Harbor Logistics, Oakland', kind: '3PL', priority: 0, region: 'US-CA', timeZone: 'America/Los_Angeles' },
  ...{ cutOff: '14:00', workingDays: [1, 2, 3, 4, 5, 6, 7], handlingDays: 0, transitDays: 2, inboundDays: 1 },
  ...{ stockFeed: { staleAfterSeconds: 86_400 }, stockDialect },
};

/** What an answer must be, with what it says when it is not. */
export const taken = ({ status, text, body }: Answered, wanted = 201) => {
  expect({ status, text }).toMatchObject({ status: wanted });
  return body;
};

export const said = (available: string, damaged = '0') => {
  const words = [
    { word: 'AVAIL', qty: available },
    { word: 'DMG', qty: damaged },
  ];
  return [{ item, uom: 'EA', said: words }];
};

export const snapshotOf = (lines: readonly object[], changes: object = {}) => ({
  ...{ bu: 'ACME', node, snapshotId: randomUUID(), takenAt: new Date().toISOString(), scope: 'FULL', lines },
  ...changes,
});

const reconcilerOf = ({ log, database }: RealApi) => {
  const { db } = database;
  const executor = createExecutor(log);
  const caughtUp = async () =>
    waitForPosition(db, ['inventory', 'orders', 'reconciliations', 'master_data'], String(await log.head()), 20_000);
  const known = async <T>(ask: () => Promise<T>): Promise<T> => {
    await caughtUp();
    return ask();
  };
  const clock = () => new Date().toISOString();
  const pair = createSnapshotsPair({
    ...{ nodes: () => [node], caughtUp, clock, oursAt: stockOfMoment({ executor, store: log }) },
    feeds: (bu) => snapshotFeeds(db, bu),
    told: (...of) => toldBeside(db, ...of),
    unlisted: (...of) => unlistedBeside(db, ...of),
    openReleases: async () => [],
    head: async () => String(await log.head()),
  });
  return createReconciler({
    ...{ executor, clock, everyMs: 0, businessUnits: () => ['ACME'], pairs: [pair] },
    standing: ({ bu, pair: name }, limit) => known(() => standingBreaks(db, bu, name, limit)),
    underWay: (limit) => known(() => runsUnderWay(db, limit)),
    lastRuns: (name) => known(() => lastRuns(db, name)),
  });
};

/** The service with credentials of two contract warehouses, its processes worked off by hand. */
export const openThirdParty = async () => {
  const byKey = makeAuthenticate({ keys });
  const api = await makeRealApi({ authenticate: async (token) => credentials[token] ?? byKey(token) });
  const get = async (path: string, options: CallOptions) =>
    call(api, 'GET', path, { ...options, headers: { 'x-min-position': String(await api.log.head()) } });
  return {
    api,
    get,
    settle: workingOff(api),
    post: (path: string, body: object, token = 'harbor') => call(api, 'POST', path, { token, body }),
    define: async (path: string, body: object) => taken(await call(api, 'PUT', path, { role: 'admin', body }), 200),
    position: async () => {
      const { body } = await get(`/v1/inventory-positions?bu=ACME&node=${node}&item=${item}`, { token: 'harbor' });
      return (body.items as readonly object[])[0];
    },
    /** What an availability check says of the node. */
    promised: async (): Promise<unknown> => {
      const lines = [{ item, qty: '1', uom: 'EA' }];
      const { body } = await call(api, 'POST', '/v1/availability-checks', {
        body: { bu: 'ACME', channel: 'portal', lines },
        headers: { 'x-min-position': String(await api.log.head()) },
      });
      const [line] = body.lines as readonly { readonly nodes: readonly { readonly node: string }[] }[];
      return line?.nodes.find((one) => one.node === node);
    },
    /** What the node last said, item by item. */
    told: async () => {
      const { body } = await get(`/v1/stock-snapshots?bu=ACME&node=${node}`, { token: 'harbor' });
      return body.items as readonly { readonly snapshotId: string }[];
    },
    /** A comparison that operators ask for, and that the worker takes. */
    compared: async () => {
      const body = { bu: 'ACME', pair: 'snapshots' };
      const { runId } = taken(await call(api, 'POST', '/v1/ops/reconciliations', { role: 'ops', body }), 202);
      await reconcilerOf(api).step(new AbortController().signal);
      const run = await get(`/v1/ops/reconciliations/${String(runId)}`, { role: 'ops' });
      const breaks = await get(`/v1/ops/reconciliation-breaks?runId=${String(runId)}`, { role: 'ops' });
      return { ...run.body, breaks: breaks.body.items };
    },
    close: () => api.close(),
  };
};

export type ThirdParty = Awaited<ReturnType<typeof openThirdParty>>;
