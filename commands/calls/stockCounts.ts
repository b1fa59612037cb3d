import { LogUnavailable, streamName } from '../../domain/eventLog.ts';
import { ownedAt } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import type { StockCounted, StockEvent, StockStatus } from '../../domain/stock/events.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { findEvent } from '../deciding/readStream.ts';
import { inParallel } from '../inParallel.ts';
import { alsoAs, done, invalid, refusedAs } from '../outcome.ts';
import type { CommandContext, Receipt } from '../ports.ts';
import { bookedAt } from './bookedStock.ts';
import { claimForEver, rememberAnswer } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { type CountChecked, checkCount, type StockCountInput } from './countContent.ts';

/** Base units. `adjusted`: how much more or less the books have by it; `booked`: what they had at the count. */
export type CountedItem = {
  readonly item: string;
  readonly status: StockStatus;
  readonly counted: string;
  readonly booked: string;
  readonly believed: string | null;
  readonly adjusted: string;
  readonly superseded: boolean;
};

export type RecordedCount = { readonly countId: string; readonly lines: readonly CountedItem[] };

export type StockCountCalls = {
  /**
   * A fact, once for ever for each count of a node. What differs from the books as they were at `countedAt` is adjusted.
   * Each item is an append of its own stream, which the log takes many of at once: an attempt that was killed in between is
   * finished by its retry. Throws `LogUnavailable`.
   */
  readonly recordStockCount: (input: StockCountInput, context: CommandContext) => Promise<Outcome<RecordedCount>>;
};

type Ports = Pick<AppPorts, 'executor' | 'store' | 'claims' | 'catalog' | 'clock'>;
type Resolved = Extract<CountChecked, { readonly kind: 'resolved' }>;
type ItemLines = readonly [Resolved['lines'][number], ...Resolved['lines'][number][]];

/** As many streams as one call of the log reads, and one call writes: they go there and back together. */
const itemsAtOnce = 64;
/** So often somebody else may write to the position between its reading and the count. */
const triesMax = 20;
/** An older count is not told any more but counted again: everything since would have to be read for it. */
const behindDaysMax = 7;

type Counted = { readonly receipt: Receipt; readonly lines: readonly CountedItem[] };

const toldOf = ({ item, counts }: StockCounted['data']): readonly CountedItem[] =>
  counts.map(({ status, counted, booked, believed = null, superseded = false }) => ({
    ...{ item, status, counted, booked, believed, superseded },
    adjusted: superseded ? '0' : qtyText(qty(counted) - qty(booked)),
  }));

const countedIn = (events: readonly { readonly type: string; readonly data: unknown }[]) =>
  (events as readonly StockEvent[]).find((event) => event.type === 'StockCounted')?.data;

/** All that was counted of one item, in one append. The books are read under a revision, and again when it is not the last one any more. */
const countItem = async (
  ports: Ports,
  { bu, node, countId, countedAt }: StockCountInput,
  { currency }: Resolved['unit'],
  lines: ItemLines,
  context: CommandContext,
): Promise<Counted> => {
  const { item, group: itemGroup } = lines[0].item;
  const stream = streamName('stock', bu, node, item);
  for (let tries = 0; tries < triesMax; tries += 1) {
    const { onHand, revision } = await bookedAt(ports, stream, countedAt);
    const counts = lines.map(({ item: _item, ...line }) => ({ ...line, booked: qtyText(onHand[line.status]) }));
    const of = {
      bu,
      node,
      item,
      countId,
      countedAt,
      itemGroup,
      currency,
      ...ownedAt(ports.catalog.current(), { bu, node }),
    };
    const command: StockCommand = { type: 'RecordCount', ...of, counts };
    const executed = await ports.executor.execute(stockDecider, stream, command, context, { ifMatch: revision });
    if (executed.kind === 'revisionMismatch') continue;
    if (executed.kind === 'refused') throw new RangeError(`a count is a fact: ${executed.refusal.detail}`);
    const isOurs = ({ data }: { readonly data: StockCounted['data'] }) => data.countId === countId;
    // An earlier attempt may have recorded it, long ago.
    const data = countedIn(executed.events) ?? (await findEvent(ports.store, stream, 'StockCounted', isOurs))?.data;
    if (data === undefined) throw new RangeError(`count ${countId} of ${item} is known and was never recorded`);
    return { receipt: executed.receipt, lines: toldOf(data) };
  }
  throw new LogUnavailable(`${stream} is written to all the time`, { retryAfterSeconds: 1 });
};

const byItem = (lines: Resolved['lines']): readonly ItemLines[] => [
  ...(Map.groupBy(lines, ({ item }) => item.item).values() as Iterable<ItemLines>),
];

/**
 * The first item comes last and under the request's own command id, so that its receipt lies behind everything that the count
 * wrote, also when an earlier attempt wrote the rest.
 */
const countAll = async (
  ports: Ports,
  input: StockCountInput,
  { unit, lines }: Resolved,
  context: CommandContext,
): Promise<{ readonly value: RecordedCount; readonly receipt: Receipt }> => {
  const [first, ...others] = byItem(lines);
  if (first === undefined) throw new RangeError(`count ${input.countId} has no lines`);
  const told = new Map<string, readonly CountedItem[]>();
  const take = async (of: ItemLines, own: CommandContext): Promise<Receipt> => {
    const counted = await countItem(ports, input, unit, of, own);
    told.set(of[0].item.item, counted.lines);
    return counted.receipt;
  };
  await inParallel(others, itemsAtOnce, async (of) => {
    await take(of, alsoAs(context, `${context.commandId}:${of[0].item.item}`));
  });
  const receipt = await take(first, context);
  const found = lines.flatMap(({ item, status }) => told.get(item.item)?.find((one) => one.status === status) ?? []);
  return { value: { countId: input.countId, lines: found }, receipt };
};

const recordStockCount =
  (ports: Ports): StockCountCalls['recordStockCount'] =>
  async (input, context) => {
    const checked = await checkCount(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const { bu, node, countId, countedAt } = input;
    const key = { scope: `business:stock-count:${bu}:${node}`, key: countId };
    const untimely = claimedTimeViolation('/countedAt', countedAt, ports.clock(), behindDaysMax);
    // One that was recorded in time is answered again for ever.
    if (untimely !== undefined && (await ports.claims.held(key.scope, key.key)) === undefined)
      return invalid([untimely]);
    const claimed = await claimForEver(ports.claims, { ...key, fingerprint: contentSha256(input) }, context);
    if (claimed.kind === 'otherContent') {
      const { firstUsedAt, commandId: firstCommandId } = claimed;
      const detail = `${countId} was used for other content before.`;
      return refusedAs('BUSINESS_KEY_REUSED', detail, { firstUsedAt, firstCommandId });
    }
    if (claimed.kind === 'answered') {
      const kept = JSON.parse(claimed.body) as { readonly value: RecordedCount; readonly receipt: Receipt };
      return { kind: 'done', ...kept };
    }
    const own = { ...context, commandId: claimed.commandId, occurredAt: countedAt };
    const recorded = await countAll(ports, input, checked, own);
    await rememberAnswer(ports.claims, key, recorded);
    return done(recorded.value, recorded.receipt);
  };

export const stockCountCalls = (ports: Ports): StockCountCalls => ({ recordStockCount: recordStockCount(ports) });
