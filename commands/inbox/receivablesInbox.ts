import type { Position } from '../../domain/eventLog.ts';
import { inParallel } from '../inParallel.ts';
import { backoffMs } from '../keepGoing.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type { Checkpoints, Clock, ErpReceivables, ReceivablesFigure, StuckBoard } from '../ports.ts';
import type { Controls } from '../steering/controls.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { createHastening } from '../workers/hastening.ts';
import { createStuckReporter } from '../workers/stuckReporter.ts';
import {
  laneOfFigure,
  type StandingFigures,
  standingItems,
  type TakingFigures,
  takeFigures,
} from './receivablesTaking.ts';
import { createStandingFeed } from './standingFeed.ts';
import { runUnitInboxes } from './unitInboxes.ts';

/** The consumer's name on boards, and of its checkpoint: each business unit has a cursor of its own, so that a new one starts at the beginning. */
const receivablesOf = (system: string, bu: string): string => `receivables:${system}:${bu}`;
export const isReceivables = (consumer: string): boolean => consumer.startsWith('receivables:');

export type ReceivablesInboxPorts = TakingFigures & {
  readonly erp: ErpReceivables;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  /** Holds the cursors under `receivables:<system>:<bu>`. */
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  /** How long after an answer that had nothing further they are asked again. */
  readonly pollMs: number;
  readonly onError: (error: unknown, failures: number) => void;
  /** Where it is shown that figures are not understood, or cannot be taken. */
  readonly stuckBoard?: StuckBoard;
  /** While it is true of an ERP, it is asked nothing and nothing of it is taken. */
  readonly isPaused?: (system: string) => boolean;
  /** Customers that operators want tried now. */
  readonly controls?: Pick<Controls, 'retries'>;
};

const customersAtOnce = 64;
/** What cannot be taken is kept in memory, and the cursor before it; with so much of it there is no point in asking on. */
const standingMax = 1_000;
const retryBaseMs = 1_000;
const retryMsMax = 60_000;

/** Their clock may be ahead of ours; a figure of next year would stand in the way of all others until then. */
const aheadMsMax = 5 * 60_000;

const checkInstants = (system: string, figures: readonly ReceivablesFigure[], now: string): void => {
  const latestMs = Date.parse(now) + aheadMsMax;
  if (figures.every(({ asOf }) => Date.parse(asOf) <= latestMs)) return;
  throw new PartnerUnavailable(system, `${system}: a figure is of a time that is still to come`, {
    class: 'BAD_RESPONSE',
  });
};

const figuresIn = (standing: ReadonlyMap<string, StandingFigures>): number =>
  [...standing.values()].reduce((sum, { figures }) => sum + figures.length, 0);

/**
 * Takes what customers of a business unit owe by the ERP's books. Figures may be told twice, or by two workers at once: the
 * newest holds. What cannot be taken holds up its own customer only; the stored cursor stays before it, so that a restart
 * asks for it again.
 */
export const createReceivablesInbox = (ports: ReceivablesInboxPorts, bu: string) => {
  const { system } = ports.erp;
  const checkpoint = receivablesOf(system, bu);
  const reporter = createStuckReporter(checkpoint, ports.stuckBoard, ports.onError);
  const feed = createStandingFeed(system, reporter);
  const hastened = createHastening(checkpoint, ports.controls);
  const standing = new Map<string, StandingFigures>();
  let cursor: string | undefined;
  let stored: Position | 'start' = 'start';
  let askAtMs = 0;
  /** The end was seen since the inbox started over. */
  let isComplete = false;

  const startOver = async (): Promise<string> => {
    standing.clear();
    reporter.forget();
    isComplete = false;
    askAtMs = 0;
    stored = await ports.checkpoints.read(checkpoint);
    return stored === 'start' ? '' : stored;
  };

  const takeLane = async (lane: string, figures: readonly ReceivablesFigure[], before: string): Promise<void> => {
    const earlier = standing.get(lane);
    const waiting = [...(earlier?.figures ?? []), ...figures];
    if (earlier !== undefined && earlier.dueAtMs > performance.now()) {
      standing.set(lane, { ...earlier, figures: waiting });
      return;
    }
    const failure = await takeFigures(ports, system, waiting);
    if (failure === undefined) standing.delete(lane);
    else {
      const attempts = (earlier?.attempts ?? 0) + 1;
      const dueAtMs = performance.now() + backoffMs(attempts, retryBaseMs, retryMsMax);
      const { error, left } = failure;
      standing.set(lane, { figures: left, before: earlier?.before ?? before, attempts, dueAtMs, error });
    }
    reporter.set(lane, standingItems(system, lane, standing.get(lane)));
  };

  const retry = async (): Promise<void> => {
    const asked = new Set(hastened());
    const due = [...standing].filter(([lane, { dueAtMs }]) => asked.has(lane) || dueAtMs <= performance.now());
    for (const [lane, entry] of due) standing.set(lane, { ...entry, dueAtMs: 0 });
    await inParallel(due, customersAtOnce, ([lane, { before }]) => takeLane(lane, [], before));
  };

  const ask = (from: string, signal: AbortSignal): ReturnType<ErpReceivables['figures']> =>
    feed.reading(from, async () => {
      const page = await ports.erp.figures(bu, from, signal);
      checkInstants(system, page.figures, ports.clock());
      return page;
    });

  /** As far as nothing is left behind. Another inbox may have moved it: then it knows better where to go on. */
  const persist = async (): Promise<void> => {
    const [first] = standing.values();
    const to = (first?.before ?? cursor ?? '') as Position | '';
    if (to === '' || to === stored) return;
    if (await ports.checkpoints.advance(checkpoint, stored, to)) stored = to;
    else cursor = undefined;
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (ports.isPaused?.(system) === true) return false;
    cursor ??= await startOver();
    await retry();
    const from = cursor;
    let more = false;
    if (figuresIn(standing) < standingMax && performance.now() >= askAtMs) {
      const page = await ask(from, signal);
      await inParallel([...Map.groupBy(page.figures, laneOfFigure)], customersAtOnce, ([lane, all]) =>
        takeLane(lane, all, from),
      );
      cursor = page.cursor;
      more = page.more;
      if (!more) askAtMs = performance.now() + ports.pollMs;
      isComplete ||= !more;
    }
    await reporter.say(isComplete);
    await persist();
    return more;
  };

  return { step };
};

/** `erpOf`: whom to ask about a business unit; undefined: its ERP cannot tell. */
export type ReceivablesInboxesPorts = Omit<ReceivablesInboxPorts, 'erp'> & {
  readonly erpOf: (bu: string) => ErpReceivables | undefined;
};

/** One inbox for each business unit whose ERP can tell. */
export const runReceivablesInboxes = (
  { erpOf, ...ports }: ReceivablesInboxesPorts,
  signal: AbortSignal,
): Promise<void> =>
  runUnitInboxes(
    ports,
    ({ bu }) => {
      const erp = erpOf(bu);
      return erp && createReceivablesInbox({ ...ports, erp }, bu);
    },
    signal,
  );
