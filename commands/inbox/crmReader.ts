import { LogUnavailable, type Position } from '../../domain/eventLog.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { CrmOwnership } from '../../domain/masterData/crm.ts';
import { inParallel } from '../inParallel.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type {
  Checkpoints,
  Clock,
  CrmPage,
  CrmPlace,
  CrmQuoteRow,
  CrmRow,
  MessageDiscards,
  StuckBoard,
} from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { createHastening } from '../workers/hastening.ts';
import { createStuckReporter } from '../workers/stuckReporter.ts';
import { contentShaOfRow, type Kept, keptIn, placeOf } from './crmKept.ts';
import { createMissed, type Missed } from './crmMissed.ts';
import { CrmRefused } from './crmRefused.ts';
import { createStanding, laneOfRow, type Standing } from './crmStanding.ts';
import { createWindow, type Window } from './crmWindow.ts';
import { createStandingFeed } from './standingFeed.ts';

/** One kind of row of a CRM, as a business unit wants it. */
export type CrmFeed<Row extends CrmRow | CrmQuoteRow> = {
  /** How far another scope was read says nothing of this one: it is read from its beginning. */
  readonly scope?: string;
  readonly changed: (place: CrmPlace & { readonly headsOnly?: boolean }, signal: AbortSignal) => Promise<CrmPage<Row>>;
  readonly row: (id: string, signal: AbortSignal) => Promise<Row | undefined>;
  /** Told of many rows before each of them is taken. Throws `LogUnavailable`. */
  readonly prepare?: (rows: readonly Row[]) => Promise<void>;
  /** Throws `CrmRefused`, `LogUnavailable`, `PartnerUnavailable`. */
  readonly take: (row: Row, signal: AbortSignal) => Promise<void>;
  /** Rows of one turn are taken one after the other. */
  readonly turnOf: (row: Row) => string;
  readonly takenAtOnce: number;
};

export type CrmReaderPorts = {
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready'>;
  readonly clock: Clock;
  /** Holds how far each business unit is, and which rows are left behind. */
  readonly checkpoints: Checkpoints;
  /** How long after an answer that had nothing further they are asked again. */
  readonly pollMs: number;
  /** Rows may become visible so much later than others that were changed after them. */
  readonly overlapMs: number;
  readonly onError: (error: unknown, failures: number) => void;
  readonly stuckBoard?: StuckBoard;
  /** While it is true the CRM is asked nothing and nothing of it is taken. */
  readonly isPaused?: () => boolean;
  /** Rows that operators want tried now, and those that they discarded. */
  readonly controls?: Pick<Controls, 'retries'> & Partial<Pick<Controls, 'discards'>>;
  readonly discards?: Pick<MessageDiscards, 'carriedOut'>;
  /** How many rows are kept that cannot be taken; 1,000 unless said. */
  readonly leftMax?: number;
  /** Never goes back; for tests. */
  readonly elapsedMs?: () => number;
};

export type CrmReaderOf = {
  readonly system: string;
  readonly bu: string;
  readonly what: 'ACCOUNT' | 'QUOTE';
  /** On boards, and of its checkpoint. */
  readonly consumer: string;
};

/** Of calls for single rows. */
const callsAtOnce = 8;

/** What is known between two looks. */
type Reading = {
  readonly window: Window;
  readonly standing: Standing;
  readonly missed: Missed;
  /** What people gave up, in the state that they saw. */
  readonly givenUp: Map<string, string>;
  readonly scope: string | undefined;
  stored: Position | 'start';
  /** Where the next page of what was asked for is; undefined: nothing is being read. */
  place: CrmPlace | undefined;
  /** The next page is asked for by its heads alone: as a whole it was not understood. */
  isBare: boolean;
};

const isOutage = (error: unknown): boolean => error instanceof PartnerUnavailable && error.class !== 'BAD_RESPONSE';

/** What is missed may be later than what is new. */
const sinceOf = ({ missed, standing, window }: Reading): string => {
  const again = missed.begin(standing.hasRoom());
  const anew = window.since();
  return again !== undefined && again < anew ? again : anew;
};

/**
 * Takes rows of a CRM for a business unit, whatever they are. They may be told twice, late and by two workers at once; whoever
 * takes one knows what it has of it already. What cannot be taken holds up itself only. `feedOf` undefined: the business unit
 * wants none.
 */
export const createCrmReader = <Row extends CrmRow | CrmQuoteRow>(
  ports: CrmReaderPorts,
  of: CrmReaderOf,
  feedOf: (ownership: CrmOwnership) => CrmFeed<Row> | undefined,
) => {
  const { system, bu, consumer } = of;
  const reporter = createStuckReporter(consumer, ports.stuckBoard, ports.onError);
  const standingFeed = createStandingFeed(system, reporter);
  const hastened = createHastening(consumer, ports.controls);
  const elapsedMs = ports.elapsedMs ?? (() => performance.now());
  let reading: Reading | undefined;
  let askAtMs = 0;
  /** The end was seen since it started over. */
  let isComplete = false;

  const startOver = async ({ scope }: CrmFeed<Row>): Promise<Reading> => {
    reporter.forget();
    isComplete = false;
    askAtMs = 0;
    const stored = await ports.checkpoints.read(consumer);
    const kept: Kept = keptIn(stored);
    const { through, missed } = kept.scope === scope ? kept : { through: '', missed: undefined };
    const nowMs = (): number => Date.parse(ports.clock());
    return {
      window: createWindow(through, ports.overlapMs, nowMs, elapsedMs),
      standing: createStanding(of, kept.standing, reporter, elapsedMs, ports.leftMax),
      missed: createMissed(missed, elapsedMs),
      givenUp: new Map(kept.givenUp),
      ...{ scope, stored, place: undefined, isBare: false },
    };
  };

  const takeRow = async (now: Reading, feed: CrmFeed<Row>, row: Row, signal: AbortSignal): Promise<void> => {
    const { id, rowVersion } = row;
    try {
      if (now.givenUp.get(id) !== rowVersion) {
        now.givenUp.delete(id);
        if (row.kind === 'NOT_UNDERSTOOD') throw new CrmRefused('NOT_UNDERSTOOD', row.detail);
        await feed.take(row, signal);
      }
      now.standing.settle(id);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      // Not seen, as it is to be looked at when everything since it is asked for again.
      if (!now.standing.leave(id, error, rowVersion)) return now.missed.note(row.modifiedAt);
    }
    now.window.see(row);
  };

  /** One row by itself; `head`: as the feed told of it. While the CRM is away it stands where it is. */
  const takeById = async (
    now: Reading,
    feed: CrmFeed<Row>,
    id: string,
    signal: AbortSignal,
    head?: Row,
  ): Promise<void> => {
    try {
      const row = await feed.row(id, signal);
      if (row === undefined) now.standing.settle(id);
      else await takeRow(now, feed, row, signal);
    } catch (error) {
      if (!(error instanceof PartnerUnavailable)) throw error;
      if (!now.standing.leave(id, error) && head !== undefined) now.missed.note(head.modifiedAt);
    }
  };

  const retry = async (now: Reading, feed: CrmFeed<Row>, signal: AbortSignal): Promise<void> => {
    const due = now.standing.due(new Set(hastened()));
    await inParallel(due, callsAtOnce, (id) => takeById(now, feed, id, signal));
  };

  const takeAll = async (now: Reading, feed: CrmFeed<Row>, rows: readonly Row[], signal: AbortSignal) => {
    await feed.prepare?.(rows);
    const turns = [...Map.groupBy(rows, feed.turnOf).values()];
    await inParallel(turns, feed.takenAtOnce, async (turn) => {
      for (const row of turn) await takeRow(now, feed, row, signal);
    });
  };

  /** A page that nobody understands is asked for once more by the heads of its rows, and each of them by itself. */
  const ask = async (now: Reading, feed: CrmFeed<Row>, place: CrmPlace, signal: AbortSignal) => {
    try {
      const page = await feed.changed(now.isBare ? { ...place, headsOnly: true } : place, signal);
      standingFeed.understood();
      return page;
    } catch (error) {
      if (isOutage(error)) throw error;
      if (!now.isBare) {
        now.isBare = true;
        return undefined;
      }
      now.isBare = false;
      now.place = undefined;
      now.missed.ended(false);
      await standingFeed.notUnderstood(place.since, error);
      throw error;
    }
  };

  /** True when there is more at once. */
  const readPage = async (now: Reading, feed: CrmFeed<Row>, signal: AbortSignal): Promise<boolean> => {
    if (now.place === undefined) now.window.begin();
    // What was asked for stays the same from page to page, while the window moves on.
    now.place ??= { since: sinceOf(now), after: null };
    const { since } = now.place;
    const page = await ask(now, feed, now.place, signal);
    if (page === undefined) return true;
    const fresh = page.rows.filter((row) => !now.window.isSeen(row));
    const heads = fresh.filter(({ kind }) => kind === 'HEAD');
    const rows = fresh.filter(({ kind }) => kind !== 'HEAD');
    await takeAll(now, feed, rows, signal);
    await inParallel(heads, callsAtOnce, (head) => takeById(now, feed, head.id, signal, head));
    now.isBare = false;
    now.place = page.next === null ? undefined : { since, after: page.next };
    now.window.passed(page.rows, page.next === null);
    if (page.next !== null) return true;
    now.missed.ended(true);
    askAtMs = elapsedMs() + ports.pollMs;
    isComplete = true;
    return false;
  };

  /** False: another reader moved it, and knows better where to go on. */
  const persist = async (now: Reading): Promise<boolean> => {
    const { window, standing, missed, givenUp, scope } = now;
    const left = { standing: standing.rows(), missed: missed.earliest(), givenUp: [...givenUp] };
    const kept: Kept = { through: window.through(), ...left, scope };
    if (kept.through === '' && kept.standing.length === 0 && kept.givenUp.length === 0) return true;
    const to = placeOf(of.what, kept);
    if (to === now.stored) return true;
    const isOurs = await ports.checkpoints.advance(consumer, now.stored, to);
    if (isOurs) now.stored = to;
    else reading = undefined;
    return isOurs;
  };

  /** What operators discarded is remembered before the order to do so is forgotten, so whoever is killed in between does it again. */
  const letGo = async (now: Reading): Promise<void> => {
    for (const ordered of ports.controls?.discards?.(consumer) ?? []) {
      const row = now.standing.rows().find(({ id }) => laneOfRow(of, id) === ordered.laneKey);
      const isMeant = row !== undefined && contentShaOfRow(of, row) === ordered.contentSha256;
      if (isMeant) {
        now.standing.settle(row.id);
        now.givenUp.set(row.id, row.rowVersion);
      }
      if (!(await persist(now))) return;
      await ports.discards?.carriedOut(ordered, isMeant);
    }
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    const ownership = businessUnitOf(ports.catalog.current(), bu)?.crm;
    const feed = ownership === undefined ? undefined : feedOf(ownership);
    if (feed === undefined || ports.isPaused?.() === true) return false;
    if (reading !== undefined && reading.scope !== feed.scope) reading = undefined;
    reading ??= await startOver(feed);
    const now = reading;
    await letGo(now);
    await retry(now, feed, signal);
    const more = elapsedMs() >= askAtMs && (await readPage(now, feed, signal));
    await reporter.say(isComplete);
    await persist(now);
    return more;
  };

  return { step };
};
