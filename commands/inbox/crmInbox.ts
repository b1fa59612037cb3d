import { setTimeout as delay } from 'node:timers/promises';
import { LogUnavailable, type Position } from '../../domain/eventLog.ts';
import { businessUnitOf, businessUnits } from '../../domain/masterData/catalog.ts';
import type { CrmOwnership } from '../../domain/masterData/crm.ts';
import { inParallel } from '../inParallel.ts';
import { keepGoing } from '../keepGoing.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type { Checkpoints, CrmAccounts, CrmPlace, CrmRow, StuckBoard } from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import { createHastening } from '../workers/hastening.ts';
import { createStuckReporter } from '../workers/stuckReporter.ts';
import { createStandingAccounts, type StandingAccounts } from './crmStanding.ts';
import { AccountRefused, type IsGone, type TakingAccounts, takeAccount } from './crmTaking.ts';
import { createWindow, type Window } from './crmWindow.ts';
import { feedLane, standingFeed } from './warehousePending.ts';

/** The consumer's name on boards, and of its checkpoint: each business unit has a place of its own. */
export const crmAccountsOf = (system: string, bu: string): string => `crm-accounts:${system}:${bu}`;
export const isCrmAccounts = (consumer: string): boolean => consumer.startsWith('crm-accounts:');

export type CrmInboxPorts = TakingAccounts & {
  readonly crm: CrmAccounts;
  /** Holds how far each business unit is under `crm-accounts:<system>:<bu>`, and which accounts are left behind. */
  readonly checkpoints: Checkpoints;
  /** How long after an answer that had nothing further they are asked again. */
  readonly pollMs: number;
  /** Rows may become visible so much later than others that were changed after them. */
  readonly overlapMs: number;
  readonly onError: (error: unknown, failures: number) => void;
  readonly stuckBoard?: StuckBoard;
  /** While it is true the CRM is asked nothing and nothing of it is taken. */
  readonly isPaused?: () => boolean;
  /** Accounts that operators want tried now. */
  readonly controls?: Pick<Controls, 'retries'>;
  /** Never goes back; for tests. */
  readonly elapsedMs?: () => number;
};

const accountsAtOnce = 64;
/** Of calls for single accounts. */
const callsAtOnce = 8;
/** Each is one call whenever it is tried; with so many it is their configuration, or ours, and there is no point in going on. */
const standingMax = 1_000;
const lookEveryMs = 1_000;

/** What is left behind is in the checkpoint by its id, so that one account holds up neither the others nor a restart. */
type Kept = { readonly through: string; readonly standing: readonly string[] };

const keptIn = (stored: Position | 'start'): Kept =>
  stored === 'start' ? { through: '', standing: [] } : (JSON.parse(stored) as Kept);

/** What the inbox knows between two looks. */
type Reading = {
  readonly window: Window;
  readonly standing: StandingAccounts;
  stored: Position | 'start';
  /** Where the next page of what was asked for is; undefined: nothing is being read. */
  place: CrmPlace | undefined;
  /** The next page is asked for by its heads alone: as a whole it was not understood. */
  isBare: boolean;
};

const isOutage = (error: unknown): boolean => error instanceof PartnerUnavailable && error.class !== 'BAD_RESPONSE';

/**
 * Takes what a CRM says of the customers of a business unit. Accounts may be told twice, late and by two workers at once: the
 * state of an account with the highest row version holds. What cannot be taken holds up its own account only.
 */
export const createCrmInbox = (ports: CrmInboxPorts, bu: string) => {
  const { system } = ports.crm;
  const checkpoint = crmAccountsOf(system, bu);
  const reporter = createStuckReporter(checkpoint, ports.stuckBoard, ports.onError);
  const hastened = createHastening(checkpoint, ports.controls);
  const elapsedMs = ports.elapsedMs ?? (() => performance.now());
  let reading: Reading | undefined;
  let askAtMs = 0;
  /** The end was seen since the inbox started over. */
  let isComplete = false;
  /** How often in a row an answer was not understood. */
  let notUnderstood = 0;

  const startOver = async (): Promise<Reading> => {
    reporter.forget();
    isComplete = false;
    askAtMs = 0;
    const stored = await ports.checkpoints.read(checkpoint);
    const { through, standing } = keptIn(stored);
    const nowMs = (): number => Date.parse(ports.clock());
    return {
      window: createWindow(through, ports.overlapMs, nowMs, elapsedMs),
      standing: createStandingAccounts({ system, bu }, standing, reporter, elapsedMs),
      stored,
      place: undefined,
      isBare: false,
    };
  };

  /** Merged into another, renumbered, deactivated or deleted there. */
  const isGoneFrom =
    (unit: string, signal: AbortSignal): IsGone =>
    async (accountId, customer) => {
      const row = await ports.crm.account(unit, accountId, signal);
      return (
        row === undefined || (row.kind === 'ACCOUNT' && (!row.account.active || row.account.customer !== customer))
      );
    };

  const takeRow = async (now: Reading, ownership: CrmOwnership, row: CrmRow, signal: AbortSignal): Promise<void> => {
    try {
      if (row.kind === 'NOT_UNDERSTOOD') throw new AccountRefused('NOT_UNDERSTOOD', row.detail);
      const isGone = isGoneFrom(ownership.theirs ?? bu, signal);
      if (row.kind === 'ACCOUNT') await takeAccount(ports, bu, row.account, ownership, isGone);
      now.standing.settle(row.accountId);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      now.standing.leave(row.accountId, error);
    }
    now.window.see(row);
  };

  /** One account by itself. While the CRM is away it stands where it is. */
  const takeById = async (now: Reading, ownership: CrmOwnership, accountId: string, signal: AbortSignal) => {
    try {
      const row = await ports.crm.account(ownership.theirs ?? bu, accountId, signal);
      if (row === undefined) now.standing.settle(accountId);
      else await takeRow(now, ownership, row, signal);
    } catch (error) {
      if (!(error instanceof PartnerUnavailable)) throw error;
      now.standing.leave(accountId, error);
    }
  };

  const retry = async (now: Reading, ownership: CrmOwnership, signal: AbortSignal): Promise<void> => {
    const due = now.standing.due(new Set(hastened()));
    await inParallel(due, callsAtOnce, (accountId) => takeById(now, ownership, accountId, signal));
  };

  /** A page that nobody understands is asked for once more by the heads of its rows, and each of its accounts by itself. */
  const ask = async (now: Reading, place: CrmPlace, unit: string, signal: AbortSignal) => {
    try {
      const page = await ports.crm.changed(unit, now.isBare ? { ...place, headsOnly: true } : place, signal);
      notUnderstood = 0;
      reporter.set(feedLane, []);
      return page;
    } catch (error) {
      if (isOutage(error)) throw error;
      if (!now.isBare) {
        now.isBare = true;
        return undefined;
      }
      now.isBare = false;
      now.place = undefined;
      notUnderstood += 1;
      reporter.set(feedLane, [standingFeed(system, place.since, notUnderstood, error)]);
      await reporter.say(false);
      throw error;
    }
  };

  /** True when there is more at once. */
  const readPage = async (now: Reading, ownership: CrmOwnership, signal: AbortSignal): Promise<boolean> => {
    if (now.place === undefined) now.window.begin();
    // What was asked for stays the same from page to page, while the window moves on.
    now.place ??= { since: now.window.since(), after: null };
    const { since } = now.place;
    const page = await ask(now, now.place, ownership.theirs ?? bu, signal);
    if (page === undefined) return true;
    const fresh = page.rows.filter((row) => !now.window.isSeen(row));
    const heads = fresh.filter(({ kind }) => kind === 'HEAD');
    const rows = fresh.filter(({ kind }) => kind !== 'HEAD');
    await inParallel(rows, accountsAtOnce, (row) => takeRow(now, ownership, row, signal));
    await inParallel(heads, callsAtOnce, ({ accountId }) => takeById(now, ownership, accountId, signal));
    now.isBare = false;
    now.place = page.next === null ? undefined : { since, after: page.next };
    now.window.passed(page.rows, page.next === null);
    if (page.next !== null) return true;
    askAtMs = elapsedMs() + ports.pollMs;
    isComplete = true;
    return false;
  };

  /** Another inbox may have moved it: then it knows better where to go on. */
  const persist = async (now: Reading): Promise<void> => {
    const place = { through: now.window.through(), standing: [...now.standing.ids()].sort() };
    if (place.through === '' && place.standing.length === 0) return;
    const to = JSON.stringify(place) as Position;
    if (to === now.stored) return;
    if (await ports.checkpoints.advance(checkpoint, now.stored, to)) now.stored = to;
    else reading = undefined;
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    const ownership = businessUnitOf(ports.catalog.current(), bu)?.crm;
    if (ownership === undefined || ports.isPaused?.() === true) return false;
    reading ??= await startOver();
    const now = reading;
    await retry(now, ownership, signal);
    const isDue = now.standing.ids().length < standingMax && elapsedMs() >= askAtMs;
    const more = isDue && (await readPage(now, ownership, signal));
    await reporter.say(isComplete);
    await persist(now);
    return more;
  };

  return { step };
};

/** One inbox for each business unit that leaves something to the CRM: none of them waits for another. */
export const runCrmInboxes = async (ports: CrmInboxPorts, signal: AbortSignal): Promise<void> => {
  const look = (stopping: AbortSignal) => delay(lookEveryMs, undefined, { signal: stopping }).catch(() => {});
  const pauseMsMax = Math.max(ports.pollMs, lookEveryMs);
  const running = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    for (const { bu, crm } of businessUnits(ports.catalog.current())) {
      if (crm === undefined || running.has(bu)) continue;
      const { step } = createCrmInbox(ports, bu);
      running.set(bu, keepGoing({ step, changed: look, onError: ports.onError, pauseMsMax }, signal));
    }
    await look(signal);
  }
  await Promise.all(running.values());
};
