import { kitsWithout, type Recipe, wholeOf } from '../kit.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import type { Part } from './parts.ts';
import type { KitComponent, ShipmentLine } from './state.ts';

// What a warehouse picks and does not find of kits, in pieces.

type Reported = { readonly lineId: string; readonly component?: string; readonly qty: string };

/** Pieces by kit line and component. */
export const piecesOf = (lines: readonly Reported[]): ReadonlyMap<string, ReadonlyMap<string, bigint>> => {
  const byLine = new Map<string, Map<string, bigint>>();
  for (const { lineId, component, qty: text } of lines) {
    if (component === undefined || qty(text) <= 0n) continue;
    const pieces = byLine.get(lineId) ?? new Map<string, bigint>();
    byLine.set(lineId, pieces.set(component, (pieces.get(component) ?? 0n) + qty(text)));
  }
  return byLine;
};

export const recipeOfLine = ({ components }: ShipmentLine): { readonly components?: Recipe } =>
  components === undefined ? {} : { components: components.map(({ item, per }) => ({ item, qty: qtyText(per) })) };

const wholePicked = (components: readonly KitComponent[], more: ReadonlyMap<string, bigint>): bigint =>
  wholeOf(components.map(({ item, per, picked }) => ({ per, there: picked + (more.get(item) ?? 0n) })));

/** Picked pieces count up to what the kits of each part need, and kits as far as they are picked whole. */
export const kitPicks = (lines: readonly ShipmentLine[], lineId: string, pieces: ReadonlyMap<string, bigint>) => {
  const left = new Map(pieces);
  return lines
    .filter((line) => line.lineId === lineId)
    .flatMap((line) => {
      const { components = [], planned, shorted, reduced, item, reservationId } = line;
      const here = new Map<string, bigint>();
      for (const one of components) {
        const room = maxQty(0n, (planned - shorted - reduced) * one.per - one.picked);
        const amount = minQty(left.get(one.item) ?? 0n, room);
        if (amount > 0n) here.set(one.item, amount);
        left.set(one.item, (left.get(one.item) ?? 0n) - amount);
      }
      if (here.size === 0) return [];
      const kits = wholePicked(components, here) - wholePicked(components, new Map());
      const picked = [...here].map(([each, amount]) => ({ item: each, qty: qtyText(amount) }));
      return [{ lineId, item, reservationId, qty: qtyText(kits), components: picked }];
    });
};

/** How many kits are not whole without these pieces. */
export const kitsShort = (
  lines: readonly ShipmentLine[],
  lineId: string,
  pieces: ReadonlyMap<string, bigint>,
): bigint => {
  const { components = [] } = lines.find((line) => line.lineId === lineId) ?? {};
  return components.reduce((most, { item, per }) => maxQty(most, kitsWithout(pieces.get(item) ?? 0n, per)), 0n);
};

/** What is missing of the kits that each part falls short of. */
export const withMissing = (parts: readonly Part[], pieces: ReadonlyMap<string, ReadonlyMap<string, bigint>>) => {
  const left = new Map([...pieces].map(([lineId, missing]) => [lineId, new Map(missing)]));
  return parts.map((part) => {
    const { line, qty: kits } = part;
    const ofLine = left.get(line.lineId);
    if (line.components === undefined || ofLine === undefined) return { part };
    const missing = line.components.map(({ item, per }) => {
      const amount = minQty(ofLine.get(item) ?? 0n, kits * per);
      ofLine.set(item, (ofLine.get(item) ?? 0n) - amount);
      return { item, qty: qtyText(amount) };
    });
    return { part, missing: missing.filter((one) => one.qty !== '0') };
  });
};
