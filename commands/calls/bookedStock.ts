import type { StreamName } from '../../domain/eventLog.ts';
import type { StockEvent, StockStatus } from '../../domain/stock/events.ts';
import { movedAt, onHandMoves } from '../../domain/stock/moves.ts';
import type { StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { toDomain } from '../codec.ts';
import { furtherBack, readThrough } from '../deciding/readStream.ts';
import type { AppPorts } from './callPorts.ts';
import { aheadMsMax } from './claimedTime.ts';

type Ports = Pick<AppPorts, 'executor' | 'store'>;
type OnHand = StockState['onHand'];

/** What the books had at a moment; `revision`: of the position, as it was read. */
export type BookedStock = { readonly revision: number; readonly onHand: OnHand };

/** What moved behind the moment in the events `from` through `revision`; undefined: it may lie before them. */
const movedWithin = async (
  { store }: Ports,
  stream: StreamName,
  from: number,
  revision: number,
  at: number,
): Promise<Partial<Record<StockStatus, bigint>> | undefined> => {
  const moved: Partial<Record<StockStatus, bigint>> = {};
  for await (const recorded of readThrough(store, stream, from, revision)) {
    // Who recorded it may have claimed a time that lies a little ahead.
    const isFirst = recorded.revision === from;
    if (isFirst && from > 0 && Date.parse(recorded.recordedAt) + aheadMsMax > at) return undefined;
    const event = toDomain(recorded) as unknown as StockEvent;
    if (Date.parse(movedAt(event, recorded.metadata.occurredAt)) <= at) continue;
    for (const { status, qty } of onHandMoves(event)) moved[status] = (moved[status] ?? 0n) + qty;
  }
  return moved;
};

/**
 * The goods that the books had at a position at `at`, by status: what they have now without what happened later, by the time
 * at which it happened. What is not recorded yet is not among it. Reads what was recorded since. Throws `LogUnavailable`.
 */
export const bookedAt = async (ports: Ports, stream: StreamName, at: string): Promise<BookedStock> => {
  const { state, revision } = await ports.executor.load(stockDecider, stream);
  if (revision < 0) return { revision, onHand: state.onHand };
  const moment = Date.parse(at);
  let moved: Awaited<ReturnType<typeof movedWithin>>;
  for (const from of furtherBack(revision)) {
    moved = await movedWithin(ports, stream, from, revision, moment);
    if (moved !== undefined) break;
  }
  const onHand = { ...state.onHand };
  for (const [status, qty] of Object.entries(moved ?? {}) as [StockStatus, bigint][]) onHand[status] -= qty;
  return { revision, onHand };
};
