import type { Wms } from '../partnerPorts.ts';
import { addresseeOf, releaseByEdi, type WarehouseOrderPorts } from './warehouseOrders.ts';
import { stopByEdi } from './warehouseStops.ts';

/**
 * Warehouses of nodes that a partner has are told by EDI (940), all others as `rest` does. A release is accepted when its
 * document is made: a gateway fetches it, and the 997 of it says whether it arrived. Costs nothing while there is no such partner.
 */
export const withEdiWarehouses = (rest: Wms, ports: WarehouseOrderPorts): Wms => ({
  ...rest,
  release: async (release) => {
    const partner = await addresseeOf(ports, release);
    return partner === undefined ? rest.release(release) : releaseByEdi(ports, partner, release);
  },
  stop: async (request) => (await stopByEdi(ports, request)) ?? rest.stop(request),
});
