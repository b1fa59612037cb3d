import type { Day } from '../calendar.ts';
import { minQty } from '../quantity.ts';
import { type AtpBucket, availableOn } from './atp.ts';
import type { Take } from './explainPromise.ts';
import { type Component, leftNow, type NodeAvailability, nextDate, type Offer, type Stand, viewOf } from './offers.ts';
import type { LinePromise, PromiseLine } from './promise.ts';
import { type Desk, lineAnswer } from './promiseDesk.ts';
import type { PromisingNode } from './shipping.ts';

// ATP_kit(t) = min over components of floor(ATP_component(t) / ratio), node by node (spec 4.5): a kit leaves one node
// whole. A kit takes from the same offers as lines of its components do, so a request is checked on summed demand.

type Part = { readonly offer: Offer; readonly per: bigint; readonly stand: Stand };

/** A node that may have all components of a kit. */
export type Site = {
  readonly definition: PromisingNode;
  readonly parts: readonly Part[];
  readonly known: NodeAvailability;
};

/** Towards less also below zero, where bigints round towards zero. */
const wholeKits = (qty: bigint, per: bigint): bigint => (qty < 0n ? -((per - 1n - qty) / per) : qty / per);

const least = (amounts: readonly bigint[]): bigint => amounts.reduce((min, amount) => (amount < min ? amount : min));

/** The bucket in force on a day; the first one also before. */
const bucketOn = (buckets: readonly AtpBucket[], date: Day): AtpBucket | undefined =>
  buckets.findLast((bucket) => bucket.date <= date) ?? buckets[0];

/** The kits that could be made of it, day by day; what a day brings or costs of them is its supply or demand. */
const kitBuckets = (parts: readonly Part[]): readonly AtpBucket[] => {
  const days = [...new Set(parts.flatMap(({ offer }) => offer.known.buckets.map(({ date }) => date)))].sort();
  let before = 0n;
  return days.map((date) => {
    const at = (of: 'projected' | 'atp') =>
      least(parts.map(({ offer, per }) => wholeKits(bucketOn(offer.known.buckets, date)?.[of] ?? 0n, per)));
    const projected = at('projected');
    const more = projected - before;
    before = projected;
    return { date, supply: more > 0n ? more : 0n, demand: more < 0n ? -more : 0n, projected, atp: at('atp') };
  });
};

const siteOf = (definition: PromisingNode, parts: readonly Part[]): Site => ({
  definition,
  parts,
  known: {
    node: definition.node,
    available: least(parts.map(({ offer, per }) => offer.known.available / per)),
    stale: parts.some(({ offer }) => offer.known.stale),
    safetyStock: 0n,
    buckets: kitBuckets(parts),
  },
});

/** Looked up once for all lines of a kit. */
export const sitesOf = (desk: Desk, components: readonly Component[]): readonly Site[] => {
  const stands = components.map(({ item, per }) => ({ stand: desk.standFor(item), per }));
  return (stands[0]?.stand.offers ?? []).flatMap(({ definition }) => {
    const parts = stands.flatMap(({ stand, per }) => {
      const offer = stand.offers.find((each) => each.definition.node === definition.node);
      return offer === undefined ? [] : [{ offer, per, stand }];
    });
    return parts.length === components.length ? [siteOf(definition, parts)] : [];
  });
};

/** Can as much as is wanted of a component be had from its maker by then? Only the first node orders there. */
const isOrdered = ({ stand: { leadTime }, offer }: Part, date: Day): boolean =>
  leadTime !== undefined && leadTime.definition.node === offer.definition.node && date >= leadTime.date;

const kitsInView = (parts: readonly Part[], date: Day): bigint =>
  least(parts.map(({ offer, per }) => availableOn(viewOf(offer), date) / per));

const takeAt = (desk: Desk, { definition, parts }: Site, date: Day, wanted: bigint): Take | undefined => {
  const scarce = parts.filter((part) => !isOrdered(part, date));
  const qty = scarce.length === 0 ? wanted : minQty(wanted, kitsInView(scarce, date));
  if (qty <= 0n) return undefined;
  const isByLeadTime = qty > kitsInView(parts, date);
  const days = parts.flatMap((part) => (isOrdered(part, date) ? [part.stand.leadTime?.days ?? 0] : []));
  for (const { offer, per } of parts) {
    const amount = minQty(qty * per, availableOn(viewOf(offer), date));
    if (amount > 0n) offer.taken.push({ date, qty: amount });
  }
  return {
    definition,
    date,
    qty,
    leadTimeDays: isByLeadTime ? Math.max(...days) : null,
    leaves: desk.leaving(definition, date),
  };
};

/** The first day after `last` on which there may be more of any component. */
const nextDay = (sites: readonly Site[], last: Day | undefined): Day | undefined => {
  const stands = sites[0]?.parts.map(({ stand }) => stand) ?? [];
  return stands
    .flatMap((stand) => nextDate(stand, last) ?? [])
    .sort()
    .at(0);
};

/** What is there now is asked of all nodes at once, also where it is tomorrow already. */
const dayAt = ({ known }: Site, date: Day): Day => {
  const today = known.buckets[0]?.date ?? date;
  return today > date ? today : date;
};

const takesOf = (desk: Desk, wanted: bigint, sites: readonly Site[]) => {
  const takes: Take[] = [];
  let rest = wanted;
  for (let date = nextDay(sites, undefined); date !== undefined && rest > 0n; date = nextDay(sites, date)) {
    for (const site of sites) {
      const take = rest > 0n ? takeAt(desk, site, dayAt(site, date), rest) : undefined;
      if (take === undefined) continue;
      takes.push(take);
      rest -= take.qty;
    }
  }
  return { takes, rest };
};

/** How many kits could leave now beside what earlier lines take; what this line takes of them is set aside. */
const fromStockNow = (sites: readonly Site[], wanted: bigint): bigint => {
  let left = wanted;
  let availableNow = 0n;
  for (const { parts } of sites) {
    const here = least(parts.map(({ offer, per }) => leftNow(offer) / per));
    const taken = minQty(left, here);
    for (const { offer, per } of parts) offer.takenNow += taken * per;
    availableNow += here;
    left -= taken;
  }
  return availableNow;
};

const recipe = (line: PromiseLine, components: readonly Component[]): string =>
  `One ${line.item} is ${components.map(({ item, per }) => `${per} ${item}`).join(' and ')}, all from one node.`;

export const kitAnswer = (
  desk: Desk,
  line: PromiseLine,
  components: readonly Component[],
  sites: readonly Site[],
): LinePromise => {
  const availableNow = fromStockNow(sites, line.qty);
  const stock = sites.reduce((sum, { known }) => sum + known.available, 0n);
  const answer = lineAnswer(desk, line, {
    ...takesOf(desk, line.qty, sites),
    availableNow,
    earlier: stock - availableNow,
    sites: sites.map(({ known }) => known),
  });
  return { ...answer, explanation: [recipe(line, components), ...answer.explanation] };
};
