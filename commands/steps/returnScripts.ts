import { streamName } from '../../domain/eventLog.ts';
import { returnDecider } from '../../domain/returns/returns.ts';
import { inReturns } from '../../domain/shipment/returnSpans.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { billedGoods } from '../calls/billedGoods.ts';
import type { Run, StepScript } from './stepRun.ts';
import { tellStock } from './stockScripts.ts';

/**
 * The claim of a return and the void of its invoice are in two streams and may miss each other. Each looks for the other
 * behind its own append, so at least one of them finds it, before anything can have come back; what is on no invoice is
 * not returned (spec 4.4), and its goods are free again.
 */
export const endUnbilled = async (run: Run, bu: string, rmaId: string): Promise<void> => {
  const stream = streamName('return', bu, rmaId);
  const { state } = await run.load(returnDecider, stream);
  if (state.authorised === null || state.ended !== null) return;
  const { shipmentId, authorisedAt } = state.authorised;
  const ofShipment = streamName('shipment', bu, shipmentId);
  const { state: shipment } = await run.load(shipmentDecider, ofShipment);
  const { billed } = await billedGoods(run, { stream: ofShipment, bu });
  const isBilled = ({ shipmentLineId }: { readonly shipmentLineId: string }): boolean =>
    (billed.get(shipmentLineId) ?? 0n) >= inReturns(shipment, shipmentLineId);
  if (state.lines.every(isBilled)) return;
  const id = `${run.intentId}:unbilled:${rmaId}`;
  const reason = 'Its invoice was voided in the moment of the authorisation.';
  const ending = { closedBy: run.contextOf(id).actor.id, reason, today: authorisedAt.slice(0, 10) };
  await run.tell(returnDecider, stream, { type: 'CloseReturn', ...ending }, id);
};

/** The call that authorised the return has mostly done it already. */
export const openReturn: StepScript<'openReturn'> = async (run, claim) => {
  const stream = streamName('return', claim.bu, claim.rmaId);
  await run.tell(
    returnDecider,
    stream,
    { type: 'AuthoriseReturn', ...claim },
    `${run.intentId}:open`,
    claim.authorisedAt,
  );
  await endUnbilled(run, claim.bu, claim.rmaId);
};

/** Dated by the inspection, as its journal is. */
export const moveReturned: StepScript<'moveReturned'> = async (run, { movement, inspectedAt, ...goods }) => {
  const id = `${run.intentId}:stock`;
  if (movement === 'RESTOCK') {
    const { bu, node, item, inspectionEventId, qty, currency } = goods;
    const moved = { bu, node, item, inspectionEventId, qty, currency, at: inspectedAt };
    await tellStock(run, { type: 'RestockReturned', ...moved }, id, inspectedAt);
  } else if (movement === 'SCRAP') {
    await tellStock(run, { type: 'ScrapReturned', ...goods, at: inspectedAt }, id, inspectedAt);
  } else {
    await tellStock(run, { type: 'RecordReturn', ...goods, status: movement, at: inspectedAt }, id, inspectedAt);
  }
};

export const freeReturn: StepScript<'freeReturn'> = async (run, { bu, shipmentId, rmaId, lines }) => {
  const stream = streamName('shipment', bu, shipmentId);
  await run.tell(shipmentDecider, stream, { type: 'FreeReturn', rmaId, lines }, `${run.intentId}:free`);
};
