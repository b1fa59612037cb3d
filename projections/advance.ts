import type { Kysely, QueryExecutorProvider } from 'kysely';
import type { RecordedDomainEvent } from '../domain/events.ts';
import type { Build } from './build.ts';
import { advanceCheckpoint, type Checkpoint, lockCheckpoint, requireSame, type Step } from './checkpoint.ts';
import { addDeadLetter, park, separate } from './deadLetters.ts';
import { isFaultOfEvent, TooManyDeadLetters } from './failures.ts';
import type { LogPage } from './logReader.ts';
import type { RowMemory } from './rows.ts';

export type ProjectionDatabase = Kysely<never>;

const deadLettersMax = 1_000;

export const handledOf = ({ projection }: Build, events: readonly RecordedDomainEvent[]) =>
  events.filter((event) => projection.handles.has(event.type));

type Done = Pick<Step, 'applied' | 'rowsAdded' | 'lanesBlocked'>;

export const stepOf = (page: LogPage, done: Done): Step => ({
  through: page.through,
  last: page.events.at(-1),
  atHead: page.atHead,
  ...done,
});

export const nothingDone = { applied: 0, rowsAdded: 0, lanesBlocked: 0 } as const;

/** Applies what is not blocked and parks the rest, in a transaction that holds the lock of the checkpoint `stored`. */
export const applyHandled = async (
  tx: QueryExecutorProvider,
  build: Build,
  stored: Checkpoint,
  handled: readonly RecordedDomainEvent[],
  memory?: RowMemory,
): Promise<Done> => {
  const { free, parked } =
    stored.blockedLanes === 0 ? { free: handled, parked: [] } : await separate(tx, build, handled);
  const into = { tx, schema: build.schema, ...(memory !== undefined && { memory }) };
  const applied = free.length === 0 ? 0 : await build.projection.apply(free, into);
  const rowsAdded = applied + ((await memory?.flush(into)) ?? 0);
  await park(tx, build, parked);
  return { applied: free.length, rowsAdded, lanesBlocked: 0 };
};

/** The page's rows and its checkpoint, in a transaction of the caller. */
export const applyPageIn = async (
  tx: QueryExecutorProvider,
  build: Build,
  ours: Checkpoint,
  page: LogPage,
  memory?: RowMemory,
): Promise<Checkpoint> => {
  const handled = handledOf(build, page.events);
  if (handled.length === 0) return advanceCheckpoint(tx, build, ours, stepOf(page, nothingDone));
  const stored = await lockCheckpoint(tx, build);
  requireSame(stored, ours);
  return advanceCheckpoint(tx, build, stored, stepOf(page, await applyHandled(tx, build, stored, handled, memory)));
};

/** Rows and checkpoint in one transaction: either both are there afterwards, or neither. */
export const applyPage = (
  db: ProjectionDatabase,
  build: Build,
  ours: Checkpoint,
  page: LogPage,
  memory?: RowMemory,
): Promise<Checkpoint> =>
  handledOf(build, page.events).length === 0
    ? applyPageIn(db, build, ours, page)
    : db.transaction().execute((tx) => applyPageIn(tx, build, ours, page, memory));

/** Sets one event aside: from here on its lane waits behind it. */
const setAside = (
  db: ProjectionDatabase,
  build: Build,
  ours: Checkpoint,
  page: LogPage,
  culprit: RecordedDomainEvent,
  error: unknown,
): Promise<Checkpoint> =>
  db.transaction().execute(async (tx) => {
    const stored = await lockCheckpoint(tx, build);
    requireSame(stored, ours);
    if (stored.blockedLanes >= deadLettersMax) {
      throw new TooManyDeadLetters(
        `${stored.blockedLanes} lanes of ${build.consumer} are blocked; repair and replay them first`,
      );
    }
    await addDeadLetter(tx, build, culprit, error);
    return advanceCheckpoint(tx, build, stored, stepOf(page, { ...nothingDone, lanesBlocked: 1 }));
  });

const split = (build: Build, page: LogPage): readonly [LogPage, LogPage] => {
  const handled = handledOf(build, page.events);
  const middle = handled[Math.floor(handled.length / 2)];
  const at = middle === undefined ? 0 : page.events.indexOf(middle);
  const before = page.events.slice(0, at);
  const through = before.at(-1)?.position ?? page.through;
  return [
    { events: before, through, atHead: false },
    { ...page, events: page.events.slice(at) },
  ];
};

/**
 * Applies a page. When one of its events cannot be applied, halves find it; it becomes a dead letter, everything else goes
 * on. Throws what is not an event's fault: nothing of the part at fault is then written.
 */
export const advance = async (
  db: ProjectionDatabase,
  build: Build,
  ours: Checkpoint,
  page: LogPage,
): Promise<Checkpoint> => {
  try {
    return await applyPage(db, build, ours, page);
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
    const [culprit, ...others] = handledOf(build, page.events);
    if (culprit === undefined) throw error;
    if (others.length === 0) return setAside(db, build, ours, page, culprit, error);
    const [first, second] = split(build, page);
    return advance(db, build, await advance(db, build, ours, first), second);
  }
};
