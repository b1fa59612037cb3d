import { streamName } from '../../domain/eventLog.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { bookedAt } from '../calls/bookedStock.ts';
import { allocatedAt } from './allocatedAt.ts';
import type { SnapshotReads } from './snapshotsCompared.ts';

/** Ours of a moment, from the stock position's own events. */
export const stockOfMoment =
  (ports: Parameters<typeof allocatedAt>[0] & Parameters<typeof bookedAt>[0]): SnapshotReads['oursAt'] =>
  async ({ bu, node, item }, at, withAllocated) => {
    const stream = streamName(stockDecider.category, bu, node, item);
    const { onHand } = await bookedAt(ports, stream, at);
    return {
      ...{ sellable: onHand.SELLABLE, damaged: onHand.DAMAGED },
      held: onHand.QUARANTINE + onHand.EXPIRED + onHand.BLOCKED,
      allocated: withAllocated ? await allocatedAt(ports, stream, at) : 0n,
    };
  };
