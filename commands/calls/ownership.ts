import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import type { AppPorts } from './callPorts.ts';
import { findStream } from './findStream.ts';
import { findPlanned } from './plannedShipment.ts';

export type ShipmentPlace = { readonly bu: string; readonly node: string };

/**
 * Whose a document is never changes and is in its own stream, so who may touch it is known however far behind a read model
 * is. Undefined: there is no such document.
 */
export type OwnershipCalls = {
  readonly shipmentPlace: (shipmentId: string) => Promise<ShipmentPlace | undefined>;
  /** Waits a moment for one that is about to be planned. Undefined also when it is not at a place that is meant. */
  readonly plannedPlace: (
    shipmentId: string,
    isMeant: (place: ShipmentPlace) => boolean,
  ) => Promise<ShipmentPlace | undefined>;
  readonly invoiceOwner: (invoiceId: string) => Promise<{ readonly bu: string; readonly soldTo: string } | undefined>;
};

const placeOf = (found: { readonly state: ShipmentState } | undefined): ShipmentPlace | undefined => {
  const plan = found?.state.plan ?? undefined;
  return plan && { bu: plan.bu, node: plan.node };
};

export const ownershipCalls = (ports: AppPorts): OwnershipCalls => ({
  shipmentPlace: async (shipmentId) => placeOf(await findStream(ports, shipmentDecider, shipmentId)),
  plannedPlace: async (shipmentId, isMeant) => {
    const isAtPlace = (found: { readonly state: ShipmentState }): boolean => {
      const place = placeOf(found);
      return place !== undefined && isMeant(place);
    };
    return placeOf(await findPlanned(ports, shipmentId, isAtPlace));
  },
  invoiceOwner: async (invoiceId) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    return found?.state.draft ? { bu: found.bu, soldTo: found.state.draft.soldTo } : undefined;
  },
});
