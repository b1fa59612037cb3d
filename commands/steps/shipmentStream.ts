import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { recipeOf } from '../../domain/kit.ts';
import type { ReleasePayload } from '../../domain/orderToCash/stepPayloads.ts';
import type { ShipmentCommand } from '../../domain/shipment/commands.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import type { Run } from './stepRun.ts';

export type OfShipment = { readonly bu: string; readonly shipmentId: string };

export const shipmentStream = ({ bu, shipmentId }: OfShipment): StreamName => streamName('shipment', bu, shipmentId);

export const tellShipment = (run: Run, of: OfShipment, command: ShipmentCommand, commandId: string) =>
  run.tell(shipmentDecider, shipmentStream(of), command, commandId);

/** Both the order's own lane and the warehouse's lane come here first; whoever is second finds it planned. */
export const plan = async (run: Run, payload: ReleasePayload): Promise<ShipmentState> => {
  const { orderId, bu, releaseId, shipmentId, node, shipTo } = payload;
  const lines = payload.lines.map(({ lineId, item, qty, reservationId, ...line }) => ({
    ...{ lineId, item, qty, reservationId },
    ...recipeOf(line),
  }));
  const command = { type: 'PlanShipment', orderId, bu, releaseId, shipmentId, node, shipTo, lines } as const;
  return (await run.open(shipmentDecider, shipmentStream(payload), command, `${releaseId}:plan`)).state;
};
