import type { StockFigure } from './dialect.ts';

/** The figures as readers are told of them. */
export const figureNames = {
  ON_HAND: 'onHand',
  ALLOCATED: 'allocated',
  HELD: 'held',
  DAMAGED: 'damaged',
  IN_TRANSIT: 'inTransit',
  USABLE: 'usable',
  AVAILABLE: 'available',
  UNCOMMITTED: 'uncommitted',
  ALLOCATABLE: 'allocatable',
} as const satisfies Readonly<Record<StockFigure, string>>;

/** All of them; null: it is not known. */
export type NamedFigures = Readonly<Record<(typeof figureNames)[StockFigure], string | null>>;

export const namedFigures = (known: Readonly<Partial<Record<StockFigure, string>>>): NamedFigures =>
  Object.fromEntries(
    (Object.entries(figureNames) as [StockFigure, string][]).map(([figure, name]) => [name, known[figure] ?? null]),
  ) as NamedFigures;
