import { wholeOf } from '../kit.ts';
import type { Owned } from '../ledger/intercompany.ts';
import { cumulativePart, decimal, decimalText, extend, minor, minorText } from '../money.ts';
import { partialCost } from '../pricing/lineAmounts.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import type { ShipmentCommand } from './commands.ts';
import type { ConfirmedComponent, ConfirmedLine } from './events.ts';
import { openOf, type ShipmentLine, type ShipmentState } from './state.ts';

// A kit is planned, counted and billed whole and leaves piece by piece. A confirmation says what left of each component
// and how many kits became whole by it, perhaps none: what is loose waits in its shipment for the rest of its kit.

type ConfirmLine = Extract<ShipmentCommand, { readonly type: 'ConfirmShipment' }>['lines'][number];

/** What a warehouse reports of lines; without `component` a kit is reported by the whole kit. */
type Reported = { readonly lineId: string; readonly component?: string; readonly qty: string };

/** Lines of kits as lines of their components. */
export const inComponents = <Line extends Reported>(
  planned: readonly ShipmentLine[],
  lines: readonly Line[],
): readonly Line[] =>
  lines.flatMap((line) => {
    const kit = planned.find(({ lineId }) => lineId === line.lineId)?.components;
    if (kit === undefined || line.component !== undefined) return [line];
    return kit.map(({ item, per }) => ({ ...line, component: item, qty: qtyText(qty(line.qty) * per) }));
  });

type Earlier = { readonly qty: string; readonly unitCost: string };

/**
 * R6 by unit cost: what was confirmed earlier at the same unit cost and this part together cost what one confirmation of
 * the sum would. A part at another unit cost starts its own sum, because each confirmation keeps the cost of its day for ever.
 */
export const costAfter = (earlier: readonly Earlier[], amount: bigint, unitCost: string, currency: string): bigint => {
  const price = decimal(unitCost);
  const text = decimalText(price);
  const before = earlier
    .filter((line) => decimalText(decimal(line.unitCost)) === text)
    .reduce((sum, line) => sum + qty(line.qty), 0n);
  return cumulativePart((total) => extend(total, price, currency), before, amount);
};

type EarlierOwned = { readonly qty: string; readonly owned?: Owned };

/** What goods cost their owner, by the same method from its own earlier amounts. Of the seller's own goods: nothing. */
export const ownedAfter = (
  earlier: readonly EarlierOwned[],
  amount: bigint,
  owned: Omit<Owned, 'cost'> | undefined,
  currency: string,
): { readonly owned?: Owned } => {
  if (owned === undefined) return {};
  const theirs = earlier.flatMap((each) => (each.owned === undefined ? [] : [{ ...each.owned, qty: each.qty }]));
  return { owned: { ...owned, cost: minorText(costAfter(theirs, amount, owned.unitCost, currency)) } };
};

type Left = { readonly qty: string; readonly cost: string; readonly unitCost: string; readonly owned?: Owned };

const leftBefore = (state: ShipmentState, shipmentLineId: string, item: string): readonly Left[] =>
  state.confirmedLines
    .filter((line) => line.shipmentLineId === shipmentLineId)
    .flatMap(({ components = [] }) => components.filter((one) => one.item === item));

/** What the first `amount` of what left cost, in the order in which they left. */
const costOfFirst = (left: readonly Left[], amount: bigint): bigint => {
  let rest = amount;
  let cost = 0n;
  for (const part of left) {
    const size = minQty(rest, qty(part.qty));
    cost += partialCost(minor(part.cost), qty(part.qty), 0n, size);
    rest -= size;
  }
  return cost;
};

/** Room for a component in a part of the shipment: the kits that it is still meant to send. */
const roomFor = ({ planned, shorted, reduced }: ShipmentLine, { per, left }: { per: bigint; left: bigint }): bigint =>
  maxQty(0n, (planned - shorted - reduced) * per - left);

/** How much of each component leaves with each part; what is beyond all of them stays with the last one. */
const spreadOver = (parts: readonly ShipmentLine[], reported: readonly ConfirmLine[]) => {
  const leaving = parts.map((line) => ({ line, units: new Map<string, bigint>() }));
  for (const { component = '', qty: text } of reported) {
    let rest = qty(text);
    for (const [index, { line, units }] of leaving.entries()) {
      const kit = line.components?.find(({ item }) => item === component);
      if (kit === undefined) continue;
      const here = index === leaving.length - 1 ? rest : minQty(rest, roomFor(line, kit));
      if (here > 0n) units.set(component, here);
      rest -= here;
    }
  }
  return leaving.filter(({ units }) => units.size > 0);
};

const componentOf = (
  state: ShipmentState,
  line: ShipmentLine,
  { per, left }: { readonly per: bigint; readonly left: bigint },
  reported: ConfirmLine,
  amount: bigint,
  kits: { readonly from: bigint; readonly to: bigint },
  currency: string,
): ConfirmedComponent => {
  const { component: item = '', unitCost, itemGroup, lots, serials } = reported;
  const before = leftBefore(state, line.shipmentLineId, item);
  const cost = minorText(costAfter(before, amount, unitCost, currency));
  const all = [...before, { qty: qtyText(amount), cost, unitCost }];
  const used = minQty(kits.to * per, left + amount);
  return {
    ...{ item, qty: qtyText(amount), lots, serials, unitCost, cost },
    ...(itemGroup === undefined ? {} : { itemGroup }),
    ...ownedAfter(before, amount, reported.owned, currency),
    costOfKits: minorText(costOfFirst(all, used) - costOfFirst(before, kits.from * per)),
  };
};

/** Decimal text of what one kit cost at the unit costs of its components. */
const kitCost = (line: ShipmentLine, unitCosts: ReadonlyMap<string, string>): string => {
  const scale = 6;
  const digits = (line.components ?? []).reduce((sum, { item, per }) => {
    const cost = decimal(unitCosts.get(item) ?? '0');
    return sum + per * cost.digits * 10n ** BigInt(scale - cost.scale);
  }, 0n);
  return decimalText({ digits, scale });
};

/** What one confirmation says of the kits of one order line. */
export const kitsConfirmed = (
  state: ShipmentState,
  parts: readonly ShipmentLine[],
  reported: readonly ConfirmLine[],
  currency: string,
): readonly ConfirmedLine[] => {
  const byItem = new Map(reported.map((line) => [line.component ?? '', line]));
  return spreadOver(parts, reported).map(({ line, units }) => {
    const kit = line.components ?? [];
    const from = wholeOf(kit.map(({ per, left }) => ({ per, there: left })));
    const to = wholeOf(kit.map(({ item, per, left }) => ({ per, there: left + (units.get(item) ?? 0n) })));
    const components = kit.flatMap((one) => {
      const said = byItem.get(one.item);
      const amount = units.get(one.item) ?? 0n;
      // What left earlier may belong to a kit that is whole only now.
      const nothing = { lineId: line.lineId, component: one.item, qty: '0', lots: [], serials: [], unitCost: '0' };
      return amount > 0n || to > from
        ? [
            componentOf(
              state,
              line,
              one,
              amount > 0n && said !== undefined ? said : nothing,
              amount,
              { from, to },
              currency,
            ),
          ]
        : [];
    });
    const { lineId, shipmentLineId, item, reservationId } = line;
    return {
      ...{ lineId, shipmentLineId, item, reservationId },
      qty: qtyText(to - from),
      excess: qtyText(maxQty(0n, to - from - openOf(line))),
      lots: [],
      serials: [],
      unitCost: kitCost(line, new Map(reported.map((one) => [one.component ?? '', one.unitCost]))),
      cost: minorText(components.reduce((sum, { costOfKits }) => sum + minor(costOfKits), 0n)),
      components,
    };
  });
};
