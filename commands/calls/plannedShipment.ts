import { setTimeout as delay } from 'node:timers/promises';
import { ulidPattern } from '../../domain/ids.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import type { AppPorts } from './callPorts.ts';
import { type FoundStream, findStream } from './findStream.ts';

/** A shipment is planned within milliseconds of its release, and under load within a second. */
const lookAgainAfterMs = [20, 40, 80, 160, 300, 600, 800];

type Found = FoundStream<ShipmentState>;

/**
 * An order shows a release a moment before its shipment is planned: who was told of it there is not told that it is unknown.
 * Only an id that could be one of ours is looked for again. One that is not meant is looked for as long as one that is not
 * there, so that the time an answer takes does not tell the two apart.
 */
export const findPlanned = async (
  ports: Pick<AppPorts, 'executor' | 'catalog'>,
  shipmentId: string,
  isMeant: (found: Found) => boolean = () => true,
): Promise<Found | undefined> => {
  const look = async (): Promise<Found | undefined> => {
    const found = await findStream(ports, shipmentDecider, shipmentId);
    return found !== undefined && isMeant(found) ? found : undefined;
  };
  const pauses = ulidPattern.test(shipmentId) ? lookAgainAfterMs : [];
  for (const pauseMs of pauses) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(pauseMs);
  }
  return look();
};
