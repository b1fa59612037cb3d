import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { understoodOrder } from '../../api/orderBody.ts';
import { orderOfPoIn } from '../../api/wiring/edi.ts';
import type { Application } from '../../commands/application.ts';
import { crmQuotesOf } from '../../commands/inbox/crmKept.ts';
import { type CrmQuotesPorts, createCrmQuotesInbox } from '../../commands/inbox/crmQuotes.ts';
import type { Vault } from '../../commands/personal/vault.ts';
import type { CrmQuoteRow, CrmQuotes, CrmRow, StuckItem } from '../../commands/ports.ts';
import type { CrmOwnership } from '../../domain/masterData/crm.ts';
import { demoBusinessUnit } from '../../domain/masterData/demo.ts';
import type { ClosedQuote } from '../../domain/quote/closedQuote.ts';
import { openTestPersonal } from '../support/personal.ts';
import { eventsOf, ofType } from './facts.ts';
import { bu, world } from './newUnits.ts';
import { must, type World } from './world.ts';

// Quotes of a CRM and who takes them, in the business unit of the test that runs.

const { signal } = new AbortController();

type Row = Extract<CrmQuoteRow, { readonly kind: 'QUOTE' }>;

/** At the price that the customer has by his contract. */
export const rowLine: ClosedQuote['lines'][number] = {
  ...{ number: 10, item: 'BRG-6204', unit: 'Primary Unit', qty: '2', unitPrice: '11.5' },
  ...{ unitDiscount: '0', lineDiscount: '0' },
};

let version = 0;
/** The state of a quote after a change so many minutes ago; every change has a higher version. */
export const rowOf = (n: number, over: Partial<ClosedQuote> = {}, minutesAgo = 60 - n): Row => {
  version += 1;
  const quote: ClosedQuote = {
    ...{ system: 'crm', quoteId: `q-${n}`, number: `QUO-${n}`, revision: 0, isWon: true, closed: '2026-11-20' },
    ...{ account: { accountId: 'a-1', customer: 'C-1001' }, currency: 'USD', requested: '2026-12-01' },
    ...{ shipTo: null, goods: '23.00', freight: '0' },
    lines: [rowLine],
    ...over,
  };
  return {
    ...{ kind: 'QUOTE', id: quote.quoteId, rowVersion: String(version), quote, said: { ...quote } },
    modifiedAt: new Date(Date.parse(world.clock()) - minutesAgo * 60_000).toISOString(),
  };
};

type Account = Extract<CrmRow, { readonly kind: 'ACCOUNT' }>['account'];

/** The state of an account after a change; every change has a higher version. */
export const accountRow = (accountId: string, over: Partial<Account> = {}): CrmRow => {
  version += 1;
  const state = { system: 'crm', accountId, rowVersion: String(version) };
  const content = { customer: 'C-1001', name: 'Bay Machine Works', active: true, termsCode: '1', contacts: [] };
  const account = { ...state, ...content, shipTos: [{ id: 'MAIN', region: 'US-NY' }], ...over };
  return { kind: 'ACCOUNT', id: accountId, rowVersion: account.rowVersion, modifiedAt: world.clock(), account };
};

/** A CRM of these quotes, in pages of three, and of accounts that are changed one by one. */
export const crmOf = (...first: readonly CrmQuoteRow[]) => {
  const known = new Map<string, CrmRow>();
  const rows = new Map(first.map((row) => [row.id, row]));
  const asked: { since: string; closedFrom: string }[] = [];
  const crm: CrmQuotes = {
    system: 'crm',
    changed: async (_unit, { since, after, closedFrom }) => {
      asked.push({ since, closedFrom });
      const found = [...rows.values()]
        .filter(({ modifiedAt }) => modifiedAt >= since)
        .sort((a, b) => (a.modifiedAt + a.id < b.modifiedAt + b.id ? -1 : 1));
      const through = Number(after ?? 0) + 3;
      return { rows: found.slice(through - 3, through), next: through < found.length ? String(through) : null };
    },
    quote: async (_unit, id) => rows.get(id),
  };
  return {
    ...{ crm, asked, accounts: { account: async (_unit: string, id: string) => known.get(id) } },
    change: (row: CrmQuoteRow): void => void rows.set(row.id, row),
    changeAccount: (row: CrmRow): void => void known.set(row.id, row),
  };
};

export const realSubmit: Application['submitOrder'] = (...args) => world.app().submitOrder(...args);

type Personal = ReturnType<typeof openTestPersonal>;
const opened = new WeakMap<World, Personal>();
const vault = (): Promise<Vault> => {
  const personal = opened.get(world) ?? openTestPersonal(world.pool);
  opened.set(world, personal);
  return personal.then((one) => one.vault);
};

/** One instance: what it has in memory is its own. */
export const anInbox = (crm: CrmQuotes, over: Partial<CrmQuotesPorts> = {}) => {
  const board = new Map<string, StuckItem>();
  const time = { elapsed: 0 };
  const { canClaim, contentChecks } = world.app();
  const { step } = createCrmQuotesInbox(
    {
      ...{ crm, store: world.log, catalog: world.catalog, clock: world.clock, checkpoints: world.checkpoints },
      vault: {
        sealsFor: async (subjects) => (await vault()).sealsFor(subjects),
        open: async (words) => (await vault()).open(words),
      },
      ...{ payloads: createPayloadStore(world.pool), orderOfPo: orderOfPoIn(world.claims) },
      ...{ executor: world.executor(), accounts: { account: async () => undefined } },
      ...{ submitOrder: realSubmit, canClaim, contentChecks, understand: understoodOrder },
      ...{ pollMs: 0, overlapMs: 600_000, elapsedMs: () => time.elapsed },
      onError: (error) => {
        throw error;
      },
      stuckBoard: {
        post: async (_, lanes, items) => {
          for (const lane of lanes === 'all' ? [...board.keys()] : lanes) board.delete(lane);
          for (const item of items) board.set(item.laneKey, item);
        },
      },
      ...over,
    },
    bu,
  );
  const toTheEnd = async (): Promise<void> => {
    while (await step(signal));
  };
  return { step, toTheEnd, board, time, lane: (n: number) => board.get(`quote:${bu}:q-${n}`) };
};

export const submitted = async () => ofType(await eventsOf(world, bu), 'OrderSubmitted');
export const numbers = async (): Promise<readonly string[]> =>
  (await submitted()).map(({ data }) => data.customerPo).sort();

export const ownership = demoBusinessUnit.crm as CrmOwnership;
/** What the business unit leaves to its CRM from now on. */
export const define = async (crm: CrmOwnership): Promise<void> => {
  await must(world.app().defineBusinessUnit({ ...demoBusinessUnit, bu, crm }, world.as('admin')));
  await world.catalog.ready();
};

export const standing = async (): Promise<unknown> =>
  JSON.parse(await world.checkpoints.read(crmQuotesOf('crm', bu))).standing;

/** A restarted instance that has forgotten how far it was. */
export const anew = { checkpoints: { read: async () => 'start' as const, advance: async () => true } };
