import { streamName } from '../../domain/eventLog.ts';
import type { SnapshotLine } from '../../domain/stockSnapshot/events.ts';
import { type StockSnapshot, stockSnapshotDecider } from '../../domain/stockSnapshot/stockSnapshot.ts';
import type { Outcome } from '../application.ts';
import { derivedUlid } from '../eventIds.ts';
import { invalid } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import type { WithRevision } from './inputs.ts';
import { checkSnapshot, type StockSnapshotInput } from './snapshotContent.ts';

export type RecordedSnapshot = Pick<StockSnapshot, 'snapshotId' | 'dialectVersion'> & {
  readonly lines: readonly Omit<SnapshotLine, 'said'>[];
};

export type StockSnapshotCalls = {
  /** A fact, once for ever for each snapshot of a node. It moves no goods. Throws `LogUnavailable`. */
  readonly recordStockSnapshot: (
    input: StockSnapshotInput & WithRevision,
    context: CommandContext,
  ) => Promise<Outcome<RecordedSnapshot>>;
};

type Ports = Pick<AppPorts, 'executor' | 'claims' | 'catalog' | 'clock'>;

/** What is older is asked for anew: all that happened since would have to be read to compare it. */
const behindDaysMax = 7;

/** Their numbers may hold anything, so the stream has one that is made of them. */
const streamOf = ({ bu, node, snapshotId }: StockSnapshotInput) =>
  streamName(
    stockSnapshotDecider.category,
    bu,
    node,
    derivedUlid(`stock-snapshot:${JSON.stringify([bu, node, snapshotId])}`),
  );

const toldOf = ({ snapshotId, dialectVersion, lines }: StockSnapshot): RecordedSnapshot => ({
  ...{ snapshotId, dialectVersion },
  lines: lines.map(({ said: _, ...line }) => line),
});

const recordStockSnapshot =
  (ports: Ports): StockSnapshotCalls['recordStockSnapshot'] =>
  async ({ ifMatch, ...input }, context) => {
    const { bu, node, snapshotId, takenAt, scope, follows } = input;
    const key = { scope: `business:stock-snapshot:${bu}:${node}`, key: snapshotId, content: input };
    const checked = await checkSnapshot(ports, input);
    if (checked.kind === 'wrong') return invalid(checked.violations);
    const untimely = claimedTimeViolation('/takenAt', takenAt, ports.clock(), behindDaysMax);
    // One that was recorded in time is answered again for ever.
    if (untimely !== undefined && (await ports.claims.held(key.scope, key.key)) === undefined)
      return invalid([untimely]);
    const { dialectVersion, lines } = checked;
    const told: StockSnapshot = {
      ...{ bu, node, snapshotId, takenAt, scope, dialectVersion, lines },
      follows: scope === 'CHANGES' ? (follows ?? null) : null,
    };
    const command = { type: 'RecordStockSnapshot', ...told } as const;
    const work = { decider: stockSnapshotDecider, stream: streamOf(input), command, ifMatch };
    const own = { ...context, occurredAt: takenAt };
    return onceForEver(ports, key, work, own, ({ state }) => toldOf(state.told ?? told));
  };

export const stockSnapshotCalls = (ports: Ports): StockSnapshotCalls => ({
  recordStockSnapshot: recordStockSnapshot(ports),
});
