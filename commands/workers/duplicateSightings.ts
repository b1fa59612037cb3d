import type { RecordedOf } from '../../domain/events.ts';
import { businessUnitOf, type Catalog, customerOf } from '../../domain/masterData/catalog.ts';
import {
  type Duplicate,
  type DuplicateRadar,
  duplicatesOf,
  goodsOf,
  usualRadar,
} from '../../domain/order/duplicates.ts';
import { contentSha256 } from '../canonicalJson.ts';
import type { EarlierOrder, Sighting } from '../ports/sighting.ts';

export type Accepted = RecordedOf<'OrderAccepted'>;
export type Sighted = { readonly sighting: Sighting; readonly radar: DuplicateRadar };

/** An order of more items is only compared as a whole. */
const comparedItemsMax = 200;
/** Of several that an order may repeat; one that was cancelled is none of them. */
const suspectsMax = 5;
const hourMs = 3_600_000;

const keyOf = (value: unknown): string => contentSha256(value).slice(0, 32);

const hoursFrom = (instant: string, hours: number): string =>
  new Date(Date.parse(instant) + hours * hourMs).toISOString();

/** What an accepted order is compared by. Undefined: the business unit or the customer does not want it compared. */
export const sightedAs = (known: Catalog, { data, position, recordedAt }: Accepted): Sighted | undefined => {
  const { orderId, bu, soldTo, channel, customerPo, shipTo, requestedDate } = data;
  const radar = businessUnitOf(known, bu)?.duplicateRadar ?? usualRadar;
  if (radar.windowHours === 0 || customerOf(known, bu, soldTo)?.repeatsOrders === true) return undefined;
  const goods = goodsOf(data.lines);
  const occasion = keyOf([bu, soldTo, shipTo.id, requestedDate]);
  const sighting = {
    ...{ orderId, position, channel, customerPo, acceptedAt: recordedAt, occasion },
    content: keyOf([occasion, goods]),
    goods: goods.length > comparedItemsMax ? null : goods,
    since: hoursFrom(recordedAt, -radar.windowHours),
    until: hoursFrom(recordedAt, radar.windowHours),
  };
  return { sighting, radar };
};

/** Orders that repeat another one, by their ids: what they repeat, `earlier` of those that were kept before and of these themselves. */
export const suspectsAmong = (
  sighted: readonly Sighted[],
  earlier: readonly EarlierOrder[],
): ReadonlyMap<string, readonly Duplicate[]> => {
  const known = Map.groupBy(earlier, ({ secondId }) => secondId);
  const together = Map.groupBy(sighted, ({ sighting }) => sighting.occasion);
  const found = new Map<string, readonly Duplicate[]>();
  for (const { sighting, radar } of sighted) {
    const before = known.get(sighting.orderId)?.map(({ first }) => first) ?? [];
    const beside = together.get(sighting.occasion)?.map((one) => one.sighting) ?? [];
    const suspects = duplicatesOf(sighting, [...before, ...beside], radar).slice(0, suspectsMax);
    if (suspects.length > 0) found.set(sighting.orderId, suspects);
  }
  return found;
};
