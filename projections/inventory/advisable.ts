import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { usable } from './queries.ts';

/** Positions that somebody outside may be told of. */
export type AdvisablePlaces = {
  readonly bu: string;
  readonly nodes: readonly string[];
  readonly items: readonly string[];
};

/** In base units; `free` before anything is set aside for the backorders that wait at the position. */
export type AdvisableRow = {
  readonly node: string;
  readonly item: string;
  readonly free: string;
  readonly queuedBackorders: string;
  readonly position: string;
};

const among = ({ bu, nodes, items }: AdvisablePlaces) =>
  sql`p.bu = ${bu} and p.item = any(${[...items]}::text[]) and p.node = any(${[...nodes]}::text[])`;

/** What there is at positions, and the event that changed each last. */
export const advisableStock = defineQuery(
  (places: AdvisablePlaces): Question<AdvisableRow, readonly AdvisableRow[]> => ({
    statement: sql`select p.node, p.item, (${usable} - p.allocated - p.reserved - p.safety_stock)::text as free,
      p.backordered::text as "queuedBackorders", p.position from rm.stock_position p where ${among(places)}`,
    answer: (rows) => rows,
  }),
);

type Standing = { readonly through: string; readonly changed: boolean };

/** How far stock is folded, and whether one of the positions changed behind `after`. */
export const stockStanding = defineQuery(
  (places: AdvisablePlaces, after: string | null): Question<Standing, Standing> => ({
    statement: sql`select coalesce((select q.position from rm.projection q where q.live and q.name = 'inventory'), '0') as through,
      ${after}::text is not null and exists (select from rm.stock_position p
        where ${among(places)} and p.position > ${after}::text collate "C") as changed`,
    form: 'single',
    answer: ([found]) => found ?? { through: '0', changed: false },
  }),
);
