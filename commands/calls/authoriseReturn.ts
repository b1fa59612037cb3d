import { addDays, localClock } from '../../domain/calendar.ts';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { usualReturns } from '../../domain/masterData/events.ts';
import { qtyText } from '../../domain/quantity.ts';
import { returnDecider } from '../../domain/returns/returns.ts';
import type { ShipmentReturnClaimed } from '../../domain/shipment/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { findEvent } from '../deciding/readStream.ts';
import { derivedUlid } from '../eventIds.ts';
import { alsoAs, invalid, outcomeOf, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { billedGoods } from './billedGoods.ts';
import type { AppPorts } from './callPorts.ts';
import { findStream } from './findStream.ts';
import type { Answered, ReturnCalls, ReturnInput } from './returnInputs.ts';
import { linesInBase } from './returnLines.ts';
import type { Shipment } from './shipmentFacts.ts';

const findShipment = async (ports: AppPorts, { orderId, shipmentId }: ReturnInput): Promise<Shipment | undefined> => {
  const found = await findStream(ports, shipmentDecider, shipmentId);
  return found?.state.plan?.orderId === orderId ? found : undefined;
};

const claimOf = async (ports: AppPorts, shipment: Shipment, lines: ReturnInput['lines'], context: CommandContext) => {
  const unit = businessUnitOf(ports.catalog.current(), shipment.bu);
  const { windowDays, validDays, restockingFee } = unit?.returns ?? usualReturns;
  const authorisedAt = ports.clock();
  const { sale, billed } = await billedGoods(ports, shipment);
  return {
    type: 'ClaimReturn',
    rmaId: derivedUlid(`return:${context.commandId}`),
    authorisedBy: context.actor.id,
    authorisedAt,
    expiresOn: addDays(localClock(authorisedAt, unit?.timeZone ?? 'UTC').day, validDays),
    windowDays,
    // Nothing is billed: the claim is refused.
    sale: sale ?? { channel: '', customerGroup: '' },
    lines: lines.map(({ shipmentLineId, qty, reason }) => ({
      ...{ shipmentLineId, qty, reason },
      ...(restockingFee?.reasons.includes(reason) && { restockingPct: restockingFee.ratePct }),
      billed: qtyText(billed.get(shipmentLineId) ?? 0n),
    })),
  } as const;
};

/** The claim is the decision; the return that it opens is opened by the process, too, should this call not get to it. */
const openClaimed = async (
  { executor }: AppPorts,
  claim: { readonly eventId: string; readonly data: ShipmentReturnClaimed['data'] },
  context: CommandContext,
): Answered => {
  const stream = streamName('return', claim.data.bu, claim.data.rmaId);
  const command = { type: 'AuthoriseReturn', ...claim.data } as const;
  const also = alsoAs(context, `${claim.eventId}:return`, claim.eventId);
  return outcomeOf(await executor.execute(returnDecider, stream, command, also), () => ({ rmaId: claim.data.rmaId }));
};

export const authoriseReturn =
  (ports: AppPorts): ReturnCalls['authoriseReturn'] =>
  async (input, context) => {
    const shipment = await findShipment(ports, input);
    if (shipment === undefined) {
      return invalid([violation('/shipmentId', 'SHIPMENT_UNKNOWN', 'The order has no such shipment.')]);
    }
    const of = { catalog: ports.catalog.current(), bu: shipment.bu, list: 'lines' };
    const { violations, lines } = linesInBase(
      of,
      input.lines,
      (line) => shipment.state.lines.find(({ shipmentLineId }) => shipmentLineId === line.shipmentLineId)?.item,
    );
    if (violations.length > 0) return invalid(violations);
    const command = await claimOf(ports, shipment, lines, context);
    const executed = await ports.executor.execute(shipmentDecider, shipment.stream, command, context);
    if (executed.kind !== 'done') return outcomeOf(executed, () => ({ rmaId: command.rmaId }));
    const claim = await findEvent(
      ports.store,
      shipment.stream,
      'ShipmentReturnClaimed',
      ({ data }) => data.rmaId === command.rmaId,
    );
    if (claim === undefined) throw new RangeError(`return ${command.rmaId} was claimed and is gone`);
    return openClaimed(ports, claim, context);
  };
