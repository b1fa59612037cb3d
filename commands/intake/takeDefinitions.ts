import { isRefusal, type Refusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { errorsOf, type FileRow, type RowOutcome, refusedRow } from '../../domain/intake/row.ts';
import { applyToCatalog, type Catalog } from '../../domain/masterData/catalog.ts';
import type { MasterDataEvent } from '../../domain/masterData/events.ts';
import type { Define } from '../../domain/masterData/masterData.ts';
import type { Violation } from '../../domain/masterData/violation.ts';
import type { RowDefinition } from './definitions.ts';
import { againWhenChanged, contextOf, readRow, type Taker, type Taking } from './taking.ts';

/** `isUnknown`: the content of the row is right; what it names is not there, or not yet. */
type Settled = { readonly kind: 'SETTLED'; readonly outcome: RowOutcome; readonly isUnknown?: true };

type Plan<E extends MasterDataEvent> =
  | Settled
  | {
      readonly kind: 'DEFINE';
      readonly id: string;
      readonly command: Define<E>;
      readonly current: E['data'] | null;
      /** What it comes to; nothing where it is in force already. */
      readonly decided: readonly E[];
    };

/** One import of one kind of definitions. */
type Defining<E extends MasterDataEvent> = { readonly taking: Taking; readonly kind: RowDefinition<E> };

const settled = (outcome: RowOutcome): Settled => ({ kind: 'SETTLED', outcome });

const violationsIn = ({ data }: Refusal): readonly Violation[] => (data?.violations ?? []) as readonly Violation[];

/** What a row comes to by the master data in `known`. Throws `LogUnavailable`. */
const planOf = async <E extends MasterDataEvent>(
  { taking, kind }: Defining<E>,
  row: FileRow,
  known: Catalog,
): Promise<Plan<E>> => {
  const cells = readRow(taking, row);
  if ('kind' in cells) return settled(cells);
  const id = cells.get(kind.key) ?? '';
  const current = await kind.current(taking, known, id);
  const read = kind.ofRow(taking.received.businessUnit, cells, current);
  if ('errors' in read) return settled({ kind: 'REFUSED', errors: read.errors });
  const definition = await kind.inForce(taking, current, read.definition);
  const command: Define<E> = { type: 'Define', definition, by: taking.received.requestedBy };
  const decided = kind.decider.decide(command, { current });
  const unknown = kind.references(definition, known);
  const refused = (violations: readonly Violation[]): Settled =>
    settled({ kind: 'REFUSED', errors: errorsOf(violations, kind.columnOf) });
  if (isRefusal(decided)) return refused([...violationsIn(decided), ...unknown]);
  if (unknown.length > 0) return { ...refused(unknown), isUnknown: true };
  return { kind: 'DEFINE', id, command, current, decided };
};

/**
 * Each may be in a file once: which of two rows is right only their author knows. Rows count whether they are taken or not, so that
 * a run that goes on counts alike. What another business unit calls the same is something else.
 */
const createSeen = ({ header, received }: Taking, key: string) => {
  const [column, unit] = [header.indexOf(key), header.indexOf('bu')];
  const rowOf = new Map<string, number>();
  return ({ row, cells }: FileRow): RowOutcome | undefined => {
    if (unit >= 0 && cells[unit] !== received.businessUnit) return undefined;
    const id = cells[column] ?? '';
    const first = rowOf.get(id);
    if (first !== undefined && id !== '') return refusedRow(key, 'DUPLICATE', `Row ${first} is about it already.`);
    rowOf.set(id, row);
    return undefined;
  };
};

/**
 * Puts what a row asks for in force. `inDoubt`: an earlier run may have done so, which only the log can tell from a row that
 * said nothing new. Where somebody else changed it meanwhile, what the row leaves open is taken from the newer version.
 */
const define = <E extends MasterDataEvent>(
  { taking, kind }: Defining<E>,
  row: FileRow,
  inDoubt: boolean,
): Promise<Settled> =>
  againWhenChanged<Settled>(taking, 'what a row defines', async () => {
    const plan = await planOf({ taking, kind }, row, taking.catalog.current());
    if (plan.kind === 'SETTLED') return plan;
    const { id, command, current, decided } = plan;
    if (decided.length === 0 && !inDoubt) return settled({ kind: 'UNCHANGED' });
    const stream = streamName(kind.decider.category, taking.received.businessUnit, id);
    const options = current === null ? { isNew: true, ifMatch: -1 } : { ifMatch: current.version - 1 };
    const context = contextOf(taking, `row:${row.row}`);
    const executed = await taking.executor.execute(kind.decider, stream, command, context, options);
    if (executed.kind === 'revisionMismatch') return undefined;
    if (executed.kind === 'refused')
      return settled({ kind: 'REFUSED', errors: errorsOf(violationsIn(executed.refusal), kind.columnOf) });
    if (executed.events.length === 0 && !executed.duplicate) return settled({ kind: 'UNCHANGED' });
    return settled({ kind: executed.receipt.revision === 0 ? 'CREATED' : 'CHANGED' });
  });

type Placed = { readonly at: number; readonly row: FileRow };

/** Notes what became of rows, and answers with those that name what is not there, or not yet. */
type Some = (rows: readonly Placed[], outcomes: RowOutcome[]) => Promise<readonly Placed[]>;

/**
 * A slice, round by round: what one row names another one may define, or somebody else has just defined. It is unknown when a
 * round comes to nothing more.
 */
const inRounds = async (
  rows: readonly FileRow[],
  seen: ReturnType<typeof createSeen>,
  takeSome: Some,
  betweenRounds: () => Promise<void>,
): Promise<readonly RowOutcome[]> => {
  const outcomes: RowOutcome[] = [];
  const placed = rows.flatMap((row, at) => {
    const twice = seen(row);
    if (twice !== undefined) outcomes[at] = twice;
    return twice === undefined ? [{ at, row }] : [];
  });
  let left = await takeSome(placed, outcomes);
  for (let before = rows.length + 1; left.length > 0 && left.length < before; ) {
    before = left.length;
    await betweenRounds();
    left = await takeSome(left, outcomes);
  }
  return outcomes;
};

/** Rows that are on their way to the log together share a round trip. */
export const takeDefinitions = <E extends MasterDataEvent>(taking: Taking, kind: RowDefinition<E>): Taker => {
  const defining = { taking, kind };
  const seen = createSeen(taking, kind.key);

  const takeSome =
    (inDoubt: boolean): Some =>
    async (rows, outcomes) => {
      const left: Placed[] = [];
      const takeOne = async (placed: Placed): Promise<void> => {
        const { outcome, isUnknown } = await define(defining, placed.row, inDoubt);
        if (isUnknown === true) left.push(placed);
        outcomes[placed.at] = outcome;
      };
      await Promise.all(rows.map(takeOne));
      return left;
    };

  return {
    isWhole: false,
    pass: async (rows) => {
      for (const row of rows) seen(row);
    },
    take: (rows, inDoubt) => inRounds(rows, seen, takeSome(inDoubt), taking.catalog.ready),
    finish: async () => {},
  };
};

/** What `takeDefinitions` would come to: each row is decided by what those before it would have left behind, and nothing is told to the log. */
export const tryDefinitions = <E extends MasterDataEvent>(taking: Taking, kind: RowDefinition<E>): Taker => {
  const defining = { taking, kind };
  const seen = createSeen(taking, kind.key);
  // As of the first row: the file is looked at for a while before, and others define meanwhile.
  let known: Catalog | undefined;

  const outcomeOf = async (row: FileRow): Promise<Settled> => {
    known ??= taking.catalog.current();
    const plan = await planOf(defining, row, known);
    if (plan.kind === 'SETTLED') return plan;
    const { decided, current } = plan;
    known = decided.reduce<Catalog>(applyToCatalog, known);
    if (decided.length === 0) return settled({ kind: 'UNCHANGED' });
    return settled({ kind: current === null ? 'CREATED' : 'CHANGED' });
  };

  const trySome: Some = async (rows, outcomes) => {
    const left: Placed[] = [];
    for (const placed of rows) {
      const { outcome, isUnknown } = await outcomeOf(placed.row);
      if (isUnknown === true) left.push(placed);
      outcomes[placed.at] = outcome;
    }
    return left;
  };

  const tryAll = (rows: readonly FileRow[]) => inRounds(rows, seen, trySome, async () => {});

  return { isWhole: false, pass: async (rows) => void (await tryAll(rows)), take: tryAll, finish: async () => {} };
};
