import { streamName } from '../../domain/eventLog.ts';
import { returnDecider } from '../../domain/returns/returns.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { StepScript } from './stepRun.ts';
import { tellStock } from './stockScripts.ts';

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
};

/** Dated by the inspection, as its journal is. */
export const moveReturned: StepScript<'moveReturned'> = async (run, { movement, inspectedAt, ...goods }) => {
  const id = `${run.intentId}:stock`;
  if (movement === 'RESTOCK') {
    const { bu, node, item, inspectionEventId, qty } = goods;
    await tellStock(run, { type: 'RestockReturned', bu, node, item, inspectionEventId, qty }, id, inspectedAt);
  } else if (movement === 'SCRAP') {
    await tellStock(run, { type: 'ScrapReturned', ...goods }, id, inspectedAt);
  } else {
    await tellStock(run, { type: 'RecordReturn', ...goods, status: movement }, id, inspectedAt);
  }
};

export const freeReturn: StepScript<'freeReturn'> = async (run, { bu, shipmentId, rmaId, lines }) => {
  const stream = streamName('shipment', bu, shipmentId);
  await run.tell(shipmentDecider, stream, { type: 'FreeReturn', rmaId, lines }, `${run.intentId}:free`);
};
