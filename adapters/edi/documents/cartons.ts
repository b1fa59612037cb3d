import type { PartnerWords, ShipNoticeContent } from '../../../commands/ports.ts';
import { printable } from '../../../domain/edi/printable.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { inOneUnit, itemIds, lineIn, reference } from './segments.ts';

/** HL03: packaging, item, component. */
export type LevelCode = 'P' | 'I' | 'F';

/** The levels below the order, numbered one after the other. */
export type Levels = {
  readonly level: (parent: number, code: LevelCode, ...segments: readonly Segment[]) => readonly Segment[];
  /** Of the level that was made last. */
  readonly number: () => number;
};

export const levelsBelow = (first: number): Levels => {
  let number = first;
  return {
    level: (parent, code, ...segments) => {
      number += 1;
      return [segment('HL', `${number}`, `${parent}`, code), ...segments];
    },
    number: () => number,
  };
};

type Confirmed = ShipNoticeContent['confirmation'];
type Carton = NonNullable<Confirmed['cartons']>[number];
export type Goods = Carton['lines'][number];
type Told = (goods: Pick<Goods, 'lots' | 'serials'>) => readonly Segment[];

const goodsKey = ({ lineId, item }: Pick<Goods, 'lineId' | 'item'>): string => `${lineId} ${item}`;

const orderLevel = 2;

const markMax = 48;

/** The carrier's number as a mark of the carton, or as a reference where it is longer than marks are. */
const trackedAs = (tracking: string): readonly Segment[] =>
  printable(tracking).length <= markMax ? [segment('MAN', 'CP', tracking)] : reference('2I', tracking);

const cartonSegments = ({ sscc, tracking, weight }: Carton): readonly Segment[] => [
  ...(weight === undefined ? [] : [segment('MEA', 'PD', 'G', weight.value, weight.unit)]),
  ...(sscc === undefined ? [] : [segment('MAN', 'GM', sscc)]),
  ...(tracking === undefined ? [] : trackedAs(tracking)),
];

/** All that left, of kits their components; what lies in a carton is taken out of it. */
const looseOf = ({ lines, cartons = [] }: Confirmed): readonly Goods[] => {
  const packed = new Map<string, { qty: bigint; readonly serials: Set<string> }>();
  for (const goods of cartons.flatMap((carton) => carton.lines)) {
    const known = packed.get(goodsKey(goods)) ?? { qty: 0n, serials: new Set<string>() };
    known.qty += BigInt(goods.qty);
    for (const serial of goods.serials) known.serials.add(serial);
    packed.set(goodsKey(goods), known);
  }
  const left: readonly Goods[] = lines.flatMap(({ lineId, components, ...line }) =>
    (components ?? [line]).map(({ item, qty, lots, serials }) => ({ lineId, item, qty, lots, serials })),
  );
  return left.flatMap((goods) => {
    const inCartons = packed.get(goodsKey(goods));
    if (inCartons === undefined) return goods.qty === '0' ? [] : [goods];
    const taken = inCartons.qty < BigInt(goods.qty) ? inCartons.qty : BigInt(goods.qty);
    inCartons.qty -= taken;
    const rest = BigInt(goods.qty) - taken;
    const serials = goods.serials.filter((serial) => !inCartons.serials.has(serial));
    return rest === 0n ? [] : [{ ...goods, qty: `${rest}`, serials }];
  });
};

/**
 * Cartons (HL03 P) with what lies in them, then what lies in none, directly below the order. A carton is marked with its SSCC
 * (MAN GM) and the carrier's number (MAN CP). Components of kits are levels of their own kind (HL03 F).
 */
export const cartonLevels = (
  { order, confirmation }: ShipNoticeContent,
  words: PartnerWords,
  { level, number }: Levels,
  lotsAndSerials: Told,
): readonly (readonly Segment[])[] => {
  const lineOf = lineIn(order.lines);
  const goodsLevel = (parent: number, goods: Goods): readonly Segment[] => {
    const { lineId, item, qty } = goods;
    const line = lineOf(lineId);
    const named = segment('LIN', lineId, ...itemIds(item, words));
    if (line.item !== item) {
      const counted = segment('SN1', lineId, qty, words.baseUomOf(item));
      return level(parent, 'F', named, counted, ...lotsAndSerials(goods));
    }
    const [shipped, ordered] = inOneUnit(line, [qty, line.qty], words);
    const counted = segment('SN1', lineId, shipped?.qty, shipped?.uom, undefined, ordered?.qty, ordered?.uom);
    return level(parent, 'I', named, counted, ...lotsAndSerials(goods));
  };
  const packed = (confirmation.cartons ?? []).flatMap((carton) => {
    const own = level(orderLevel, 'P', ...cartonSegments(carton));
    const parent = number();
    return [own, ...carton.lines.map((goods) => goodsLevel(parent, goods))];
  });
  return [...packed, ...looseOf(confirmation).map((goods) => goodsLevel(orderLevel, goods))];
};
