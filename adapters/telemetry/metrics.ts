import { collectDefaultMetrics, type Gauge, Registry } from 'prom-client';
import type { PromiseCause } from '../../domain/allocation/promiseEvents.ts';
import type { DuplicateRule } from '../../domain/order/duplicates.ts';
import type { GroupReading } from './groupMetrics.ts';
import { type Instruments, instruments } from './instruments.ts';

/** A label value per consumer, projection and the like; the caller keeps the set small. */
export type Readings = Readonly<Record<string, number>>;

/** Asked at each scrape, bounded in time: a database that is away leaves the last values standing. */
export type GaugeSources = {
  /** What somebody has to look at, by consumer. */
  readonly deadLetters: () => Promise<Readings>;
  /** Lanes that do not go on, also those that only wait for a partner who is away, by consumer. */
  readonly blockedLanes: () => Promise<Readings>;
  readonly projectionLagSeconds: () => Promise<Readings>;
  /** How long the oldest step has been due that nobody has tried, by adapter. */
  readonly stepBacklogSeconds: () => Promise<Readings>;
  /** The latest rebuild of each read model: what differed, by class, and how much of the log it has read. */
  readonly rebuilds: () => Promise<
    readonly {
      readonly projection: string;
      readonly class: string | null;
      readonly rowsDiffering: number;
      readonly progress: number;
    }[]
  >;
  /** Of steps and managers; the most important first. */
  readonly groups: () => Promise<readonly GroupReading[]>;
  /** What subscribers are still to be told. */
  readonly notices: () => Promise<{ readonly waiting: number; readonly ageSeconds: number }>;
  readonly streamHeldSeconds: () => Promise<number>;
  /** Named consumers of the event stream; the caller keeps them few. */
  readonly consumers: () => Promise<
    readonly { readonly consumer: string; readonly waiting: number; readonly lagSeconds: number }[]
  >;
  /** Of systems that only agents reach. */
  readonly agents: () => Promise<
    readonly { readonly system: string; readonly agents: number; readonly silentSeconds: number | null }[]
  >;
  /** Open cases by class, those of no class left out. */
  readonly exceptions: () => Promise<
    readonly { readonly class: string; readonly open: number; readonly ageSeconds: number }[]
  >;
  /** What is not over, by pair and class. */
  readonly reconBreaks: () => Promise<
    readonly { readonly pair: string; readonly class: string; readonly breaks: number; readonly ageSeconds: number }[]
  >;
  readonly glUnmapped: () => Promise<number>;
  /** Share of GL lines that resolve to an order line or to a named other source: 0 to 1. */
  readonly lineageCompleteRatio: () => Promise<number>;
  readonly sealing: () => Promise<{ readonly ageSeconds: number; readonly unsealed: number; readonly alarm: boolean }>;
};

const scrapeTimeoutMs = 1_500;
const channelsMax = 30;
const reasonsMax = 50;
const reasonCharsMax = 60;

/** Keeps a label that comes from outside to `max` values; what comes later is `other`. */
export const boundedLabel = (max: number): ((value: string | undefined) => string) => {
  const seen = new Set<string>();
  return (value = 'none') => {
    if (seen.has(value)) return value;
    if (seen.size >= max) return 'other';
    seen.add(value);
    return value;
  };
};

const withinTime = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('a gauge was not read in time')), scrapeTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const setAll = (gauge: Gauge<string>, label: string, readings: Readings): void => {
  gauge.reset();
  for (const [name, value] of Object.entries(readings)) gauge.set({ [label]: name }, value);
};

const readGauges = async (made: Instruments, sources: GaugeSources): Promise<void> => {
  const readings = [
    withinTime(sources.deadLetters()).then((values) => setAll(made.deadLetters, 'consumer', values)),
    withinTime(sources.blockedLanes()).then((values) => setAll(made.blockedLanes, 'group', values)),
    withinTime(sources.projectionLagSeconds()).then((values) => setAll(made.lag, 'projection', values)),
    withinTime(sources.stepBacklogSeconds()).then((values) => setAll(made.stepBacklog, 'adapter', values)),
    withinTime(sources.groups()).then(made.setGroups),
    withinTime(sources.rebuilds()).then((figures) => {
      setAll(
        made.rebuildProgress,
        'projection',
        Object.fromEntries(figures.map((one) => [one.projection, one.progress])),
      );
      made.rebuildRows.reset();
      for (const { projection, class: found, rowsDiffering } of figures)
        if (found !== null) made.rebuildRows.set({ projection, class: found }, rowsDiffering);
    }),
    withinTime(sources.notices()).then(({ waiting, ageSeconds }) => {
      made.noticesWaiting.set(waiting);
      made.noticesAge.set(ageSeconds);
    }),
    withinTime(sources.streamHeldSeconds()).then((seconds) => made.streamHeld.set(seconds)),
    withinTime(sources.consumers()).then((figures) => {
      setAll(made.consumerWaiting, 'consumer', Object.fromEntries(figures.map((one) => [one.consumer, one.waiting])));
      setAll(made.consumerLag, 'consumer', Object.fromEntries(figures.map((one) => [one.consumer, one.lagSeconds])));
    }),
    withinTime(sources.agents()).then((figures) => {
      made.agentsHere.reset();
      made.agentSilence.reset();
      for (const { system, agents, silentSeconds } of figures) {
        made.agentsHere.set({ system }, agents);
        if (silentSeconds !== null) made.agentSilence.set({ system }, silentSeconds);
      }
    }),
    withinTime(sources.exceptions()).then((figures) => {
      setAll(made.exceptionsOpen, 'class', Object.fromEntries(figures.map((one) => [one.class, one.open])));
      setAll(made.exceptionAge, 'class', Object.fromEntries(figures.map((one) => [one.class, one.ageSeconds])));
    }),
    withinTime(sources.reconBreaks()).then((figures) => {
      made.reconBreaks.reset();
      made.reconBreakAge.reset();
      for (const { pair, class: name, breaks, ageSeconds } of figures) {
        made.reconBreaks.set({ pair, class: name }, breaks);
        made.reconBreakAge.set({ pair, class: name }, ageSeconds);
      }
    }),
    withinTime(sources.glUnmapped()).then((value) => made.unmapped.set(value)),
    withinTime(sources.lineageCompleteRatio()).then((value) => made.complete.set(value)),
    withinTime(sources.sealing()).then(({ ageSeconds, unsealed, alarm }) => {
      made.checkpointAge.set(ageSeconds);
      made.unsealed.set(unsealed);
      made.sealAlarm.set(alarm ? 1 : 0);
    }),
  ];
  await Promise.allSettled(readings);
};

/** Everything that is counted, with the names of spec 5.6. One per process. */
export const makeMetrics = (sources: GaugeSources) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const made = instruments([registry]);
  const channel = boundedLabel(channelsMax);
  const reason = boundedLabel(reasonsMax);
  return {
    observeRequest: (request: {
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly seconds: number;
      /** Of the problem that it was answered with. */
      readonly code: string | undefined;
    }): void => {
      const { method, route, status, seconds, code } = request;
      made.requests.observe({ method, route, status: String(status) }, seconds);
      if (code === 'JOURNAL_UNBALANCED') made.unbalanced.inc();
    },
    countIdempotency: (outcome: string): void => made.idempotency.inc({ outcome }),
    observeAcceptance: (bu: string, from: string | undefined, seconds: number): void =>
      made.acceptance.observe({ bu, channel: channel(from) }, seconds),
    countOrder: (result: 'accepted' | 'held' | 'cancelled' | 'closed', from: string | undefined): void =>
      made.orders.inc({ result, channel: channel(from) }),
    countReservation: (result: 'reserved' | 'refused' | 'backorder_filled' | 'taken_over'): void =>
      made.reservations.inc({ result }),
    countOversellPrevented: (): void => made.oversell.inc(),
    countPromiseChanged: (cause: PromiseCause): void => made.promiseChanged.inc({ cause }),
    observeShipmentLag: (node: string, seconds: number): void => made.shipmentLag.observe({ node }, seconds),
    observePosting: (seconds: number): void => made.posting.observe(seconds),
    countAdapterError: (adapter: string, errorClass: string): void =>
      made.adapterErrors.inc({ adapter, class: errorClass }),
    countReplay: (consumer: string, because: string): void =>
      made.replays.inc({ consumer, reason: reason(because.slice(0, reasonCharsMax)) }),
    setStreamReaders: (readers: number): void => made.streamReaders.set(readers),
    countNotice: (result: 'delivered' | 'failed' | 'stuck'): void => made.notices.inc({ result }),
    countReconciliation: (pair: string, outcome: string): void => made.reconRuns.inc({ pair, outcome }),
    countDuplicate: (rule: DuplicateRule): void => made.duplicates.inc({ rule }),
    countBreach: (sla: string): void => made.breaches.inc({ sla }),
    expose: async (): Promise<{ readonly contentType: string; readonly text: string }> => {
      await readGauges(made, sources);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
};

export type MetricsRegistry = ReturnType<typeof makeMetrics>;
