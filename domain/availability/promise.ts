import type { Day } from '../calendar.ts';
import { divisiblePart, inPlaceOf, type PriceRule, type Ratio, type Substitute } from '../masterData/substitutes.ts';
import { minQty, qtyText } from '../quantity.ts';
import { availableOn } from './atp.ts';
import type { Take } from './explainPromise.ts';
import { kitAnswer, sitesOf } from './kitPromise.ts';
import { type ItemAvailability, leftNow, nextDate, type Offer, type Stand, takeNow, viewOf } from './offers.ts';
import { type Desk, deskOf, lineAnswer } from './promiseDesk.ts';
import type { PromisingNode } from './shipping.ts';

export type PromiseLine = { readonly item: string; readonly qty: bigint; readonly requestedDate?: Day };

export type PromiseInput = {
  /** The instant of the question, RFC 3339. */
  readonly at: string;
  readonly lines: readonly PromiseLine[];
  readonly nodes: readonly PromisingNode[];
  /** Each item once, and those that stand for them. */
  readonly items: readonly ItemAvailability[];
  /** By item, what may stand for it today. */
  readonly substitutes?: ReadonlyMap<string, readonly Substitute[]>;
};

/** `qty` of it would do for `forQty` of the line, by itself: each is answered as if it were the only one. */
export type Alternative = Pick<LinePromise, 'item' | 'qty' | 'fullQtyDate' | 'promises' | 'availableNow'> & {
  readonly ratio: Ratio;
  readonly priceRule: PriceRule;
  readonly forQty: string;
};

/** The answer of an availability check, in the shape of the contract: quantities as integer text. */
export type LinePromise = {
  readonly item: string;
  readonly qty: string;
  /** The day from which the full quantity can be had over all nodes, not before today; null inside the horizon. */
  readonly fullQtyDate: Day | null;
  readonly promises: readonly {
    readonly node: string;
    readonly qty: string;
    readonly shipDate: Day;
    readonly deliveryDate: Day;
  }[];
  readonly availableNow: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly available: string;
    readonly stale: boolean;
    readonly buckets: readonly {
      readonly date: Day;
      readonly supply: string;
      readonly demand: string;
      readonly projected: string;
      readonly atp: string;
    }[];
  }[];
  /** Other items that would do, of an item that is short. */
  readonly alternatives: readonly Alternative[];
  readonly explanation: readonly string[];
};

/** What is there now is asked of all nodes at once, also where it is tomorrow already. */
const dayAt = ({ known }: Offer, date: Day): Day => {
  const today = known.buckets[0]?.date ?? date;
  return today > date ? today : date;
};

/**
 * Takes the quantity as early as it can be had, at each date from the nodes in their order; what stock and supply do
 * not give by the lead time of the item is promised by lead time. Each take is demand that later takes see, those of
 * later lines too: it is written into its offer.
 */
const takesFor = (
  desk: Desk,
  qty: bigint,
  stand: Stand,
): { readonly takes: readonly Take[]; readonly rest: bigint } => {
  const { offers, leadTime } = stand;
  const takes: Take[] = [];
  let rest = qty;
  for (let date = nextDate(stand, undefined); date !== undefined && rest > 0n; date = nextDate(stand, date)) {
    for (const offer of offers) {
      const day = dayAt(offer, date);
      const amount = minQty(rest, availableOn(viewOf(offer), day));
      if (amount <= 0n) continue;
      const leaves = desk.leaving(offer.definition, day);
      takes.push({ definition: offer.definition, date: day, qty: amount, leadTimeDays: null, leaves });
      offer.taken.push({ date: day, qty: amount });
      rest -= amount;
      if (rest === 0n) return { takes, rest };
    }
    if (date === leadTime?.date && rest > 0n) {
      const { definition, days } = leadTime;
      takes.push({ definition, date, qty: rest, leadTimeDays: days, leaves: desk.leaving(definition, date) });
      return { takes, rest: 0n };
    }
  }
  return { takes, rest };
};

const stockAnswer = (desk: Desk, line: PromiseLine, stand: Stand): LinePromise => {
  const { offers } = stand;
  const earlier = offers.reduce((sum, { takenNow }) => sum + takenNow, 0n);
  const availableNow = offers.reduce((sum, offer) => sum + leftNow(offer), 0n);
  takeNow(offers, minQty(availableNow, line.qty));
  const sites = offers.map(({ known }) => known);
  return lineAnswer(desk, line, { ...takesFor(desk, line.qty, stand), availableNow, earlier, sites });
};

/** Not all of it can be had now, nor by the day on which it is wanted. */
export const isShort = (
  { qty, requestedDate }: PromiseLine,
  { availableNow, fullQtyDate }: Pick<LinePromise, 'availableNow' | 'fullQtyDate'>,
): boolean =>
  BigInt(availableNow) < qty && (requestedDate === undefined || fullQtyDate === null || fullQtyDate > requestedDate);

/** Behind all lines of the request, and taking nothing from them or from other alternatives. */
const alternativeOf = (desk: Desk, line: PromiseLine, substitute: Substitute): Alternative | undefined => {
  const { item, ratio, priceRule } = substitute;
  const known = desk.items.get(item);
  const part = divisiblePart(line.qty, ratio);
  const qty = inPlaceOf(part, ratio);
  // A kit stands for nothing, and of what is not known nothing can be said.
  if (known === undefined || known.components !== undefined || qty === undefined || qty === 0n) return undefined;
  const { offers, leadTime } = desk.standFor(item);
  const tried = { leadTime, offers: offers.map((offer) => ({ ...offer, taken: [...offer.taken] })) };
  const { fullQtyDate, promises, availableNow } = stockAnswer(desk, { ...line, item, qty }, tried);
  const amounts = { qty: qtyText(qty), forQty: qtyText(part) };
  return { item, ratio, priceRule, ...amounts, fullQtyDate, promises, availableNow };
};

/**
 * Answers an availability check (contract: `POST /v1/availability-checks`). Lines of one item are checked on their
 * summed demand: what an earlier line of the request takes, by itself or as part of a kit, is not there for a later one.
 * It reserves nothing; only the stock position does.
 */
export const promiseLines = (input: PromiseInput): readonly LinePromise[] => {
  const desk = deskOf(input);
  const kits = new Map<string, ReturnType<typeof sitesOf>>();
  const answers = input.lines.map((line) => {
    const components = desk.items.get(line.item)?.components;
    if (components === undefined) return stockAnswer(desk, line, desk.standFor(line.item));
    const sites = kits.get(line.item) ?? sitesOf(desk, components);
    kits.set(line.item, sites);
    return kitAnswer(desk, line, components, sites);
  });
  return answers.map((answer, index) => {
    const substitutes = input.substitutes?.get(answer.item);
    const line = input.lines[index];
    if (substitutes === undefined || line === undefined || !isShort(line, answer)) return answer;
    return { ...answer, alternatives: substitutes.flatMap((each) => alternativeOf(desk, line, each) ?? []) };
  });
};
