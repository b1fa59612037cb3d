import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, itemOf } from '../../domain/masterData/catalog.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { TransferState } from '../../domain/transfer/state.ts';
import { transferDecider } from '../../domain/transfer/transfer.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { inParallel } from '../inParallel.ts';
import { invalid, noSuch } from '../outcome.ts';
import { onceForEver } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { type FoundStream, findStream } from './findStream.ts';
import { checkTransferOrder, dayViolations, movedInBase } from './transferContent.ts';
import type { Answered, MovedInput, TransferCalls } from './transferInputs.ts';

type Found = FoundStream<TransferState>;

const stockReadsAtOnce = 16;

const ofTransfer = async (ports: AppPorts, transferId: string, work: (found: Found) => Answered): Answered => {
  const found = await findStream(ports, transferDecider, transferId);
  return found === undefined ? noSuch('transfer', transferId) : work(found);
};

/** The number of the order is a business key for ever, and names the transfer: whoever tells of it twice means one. */
const orderTransfer =
  (ports: AppPorts): TransferCalls['orderTransfer'] =>
  async (input, context) => {
    const { violations, lines } = await checkTransferOrder(ports, input);
    if (violations.length > 0) return invalid(violations);
    const { bu, reference, from, to, expectedOn } = input;
    const transferId = derivedUlid(`transfer:${bu}:${reference}`);
    const currency = businessUnitOf(ports.catalog.current(), bu)?.currency ?? '';
    const command = {
      type: 'OrderTransfer',
      ...{ transferId, bu, from, to, currency, reference, expectedOn, orderedBy: context.actor.id },
      lines: lines.map(({ item, qty }) => ({ item, qty })),
    } as const;
    const work = { decider: transferDecider, stream: streamName('transfer', bu, transferId), command };
    const key = { scope: `business:transfer:${bu}`, key: reference, content: input };
    return onceForEver(ports, key, work, context, () => ({ transferId }));
  };

/** Each line with its item's group and what one unit is worth at the sending node now; decimal text. */
const costed = async <Line extends MovedInput>(ports: AppPorts, { bu, state }: Found, lines: readonly Line[]) => {
  const costs = new Map<string, string>();
  await inParallel([...new Set(lines.map(({ item }) => item))], stockReadsAtOnce, async (item) => {
    const position = streamName('stock', bu, state.ordered?.from ?? '', item);
    const { cost } = (await ports.executor.load(stockDecider, position)).state;
    costs.set(item, cost?.unitCost ?? '0');
  });
  return lines.map(({ uom: _uom, ...line }) => {
    const itemGroup = itemOf(ports.catalog.current(), bu, line.item)?.group;
    return { ...line, unitCost: costs.get(line.item) ?? '0', ...(itemGroup === undefined ? {} : { itemGroup }) };
  });
};

const recordShipping =
  (ports: AppPorts): TransferCalls['shipTransfer'] =>
  ({ transferId, ifMatch, ...told }, context) =>
    ofTransfer(ports, transferId, async (found) => {
      const { shippingId, shippedAt, expectedOn, complete = false } = told;
      const isKnown = found.state.shippings.some(({ id }) => id === shippingId);
      const untimely = isKnown ? undefined : claimedTimeViolation('/shippedAt', shippedAt, ports.clock());
      const { violations, lines } = await movedInBase(ports, found.bu, told.lines);
      const all = [...(untimely === undefined ? [] : [untimely]), ...dayViolations(expectedOn), ...violations];
      if (all.length > 0) return invalid(all);
      const content = { shippingId, shippedAt, complete, ...(expectedOn === undefined ? {} : { expectedOn }) };
      const command = {
        type: 'RecordShipping',
        ...content,
        contentSha256: contentSha256({ ...content, lines }),
        lines: await costed(ports, found, lines),
      } as const;
      const work = { decider: transferDecider, stream: found.stream, command, ifMatch };
      return carryOut(ports.executor, work, { ...context, occurredAt: shippedAt }, () => ({ transferId }));
    });

const recordArrival =
  (ports: AppPorts): TransferCalls['receiveTransfer'] =>
  ({ transferId, ifMatch, ...told }, context) =>
    ofTransfer(ports, transferId, async (found) => {
      const { receiptId, receivedAt, complete = false } = told;
      const isKnown = found.state.receipts.some(({ id }) => id === receiptId);
      const untimely = isKnown ? undefined : claimedTimeViolation('/receivedAt', receivedAt, ports.clock());
      const { violations, lines: entered } = await movedInBase(ports, found.bu, told.lines);
      const all = [...(untimely === undefined ? [] : [untimely]), ...violations];
      if (all.length > 0) return invalid(all);
      const lines = entered.map((line) => ({ ...line, status: line.status ?? 'SELLABLE' }));
      const content = { receiptId, receivedAt, complete };
      const command = {
        type: 'RecordArrival',
        ...content,
        contentSha256: contentSha256({ ...content, lines }),
        lines: await costed(ports, found, lines),
      } as const;
      const work = { decider: transferDecider, stream: found.stream, command, ifMatch };
      return carryOut(ports.executor, work, { ...context, occurredAt: receivedAt }, () => ({ transferId }));
    });

const rescheduleTransfer =
  (ports: AppPorts): TransferCalls['rescheduleTransfer'] =>
  ({ transferId, expectedOn, ifMatch }, context) =>
    ofTransfer(ports, transferId, async ({ stream }) => {
      const violations = dayViolations(expectedOn);
      if (violations.length > 0) return invalid(violations);
      const work = {
        decider: transferDecider,
        stream,
        command: { type: 'RescheduleTransfer', expectedOn },
        ifMatch,
      } as const;
      return carryOut(ports.executor, work, context, () => ({ transferId }));
    });

const closeTransfer =
  (ports: AppPorts): TransferCalls['closeTransfer'] =>
  ({ transferId, reason, ifMatch }, context) =>
    ofTransfer(ports, transferId, async ({ stream }) => {
      const command = { type: 'CloseTransfer', closedBy: context.actor.id, reason } as const;
      const work = { decider: transferDecider, stream, command, ifMatch };
      return carryOut(ports.executor, work, context, () => ({ transferId }));
    });

export const transferCalls = (ports: AppPorts): TransferCalls => ({
  orderTransfer: orderTransfer(ports),
  shipTransfer: recordShipping(ports),
  receiveTransfer: recordArrival(ports),
  rescheduleTransfer: rescheduleTransfer(ports),
  closeTransfer: closeTransfer(ports),
  transferPlace: async (transferId) => {
    const ordered = (await findStream(ports, transferDecider, transferId))?.state.ordered ?? undefined;
    return ordered && { bu: ordered.bu, from: ordered.from, to: ordered.to };
  },
});
