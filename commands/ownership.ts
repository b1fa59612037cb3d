import { invoiceDecider } from '../domain/invoice/invoice.ts';
import { shipmentDecider } from '../domain/shipment/shipment.ts';
import type { AppPorts } from './appPorts.ts';
import { findStream } from './findStream.ts';

/**
 * Whose a document is never changes and is in its own stream, so who may touch it is known however far behind a read model
 * is. Undefined: there is no such document.
 */
export type OwnershipCalls = {
  readonly shipmentPlace: (shipmentId: string) => Promise<{ readonly bu: string; readonly node: string } | undefined>;
  readonly invoiceOwner: (invoiceId: string) => Promise<{ readonly bu: string; readonly soldTo: string } | undefined>;
};

export const ownershipCalls = (ports: AppPorts): OwnershipCalls => ({
  shipmentPlace: async (shipmentId) => {
    const plan = (await findStream(ports, shipmentDecider, shipmentId))?.state.plan ?? undefined;
    return plan && { bu: plan.bu, node: plan.node };
  },
  invoiceOwner: async (invoiceId) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    return found?.state.draft ? { bu: found.bu, soldTo: found.state.draft.soldTo } : undefined;
  },
});
