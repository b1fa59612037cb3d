import { z } from 'zod';
import { stockDeductions, stockMeasures, unsaidMeanings } from '../../domain/stockSnapshot/dialect.ts';
import { snapshotLinesMax } from '../../domain/stockSnapshot/events.ts';
import { snapshotScopes } from '../../domain/stockSnapshot/normalise.ts';
import { listOf, receipt } from './answers.ts';
import { anyQty, code, instant, paging, qty, reference } from './fields.ts';

const saidMax = 200;
const scope = z.enum(snapshotScopes).meta({
  description:
    'FULL: what is not listed is not there. PARTIAL: as much as is told. CHANGES: how much more or less there is than in the snapshot that `follows` names.',
});
const word = z.string().min(1).max(50);

/** Of a node: what its words for stock count. */
export const stockDialect = z
  .strictObject({
    words: z
      .array(
        z.strictObject({
          word: word.meta({ description: 'As the node sends it: a name, a status, a qualifier of X12.' }),
          measure: z.enum(stockMeasures).meta({
            description:
              'What it counts. Words that count the same are added up; IGNORED counts nothing that is looked at.',
          }),
          less: z
            .array(z.enum(stockDeductions))
            .max(stockDeductions.length)
            .exactOptional()
            .meta({ description: 'Of ON_HAND: what is not in it. Absent: all that lies there is.' }),
        }),
      )
      .min(1)
      .max(50),
    unsaid: z.enum(unsaidMeanings).meta({
      description: 'A word that is not said of an item. ZERO: there is nothing of it. UNKNOWN: nobody knows.',
    }),
  })
  .meta({ id: 'StockDialect', description: 'What the words of its stock snapshots count. Absent: it sends none.' });

const said = <Qty extends z.ZodType>(amount: Qty) =>
  z
    .array(z.strictObject({ word, qty: amount, lot: reference.exactOptional() }))
    .min(1)
    .max(saidMax);

export const stockSnapshotBody = z
  .strictObject({
    bu: code,
    node: code,
    snapshotId: reference.meta({ description: 'A business key of the node for ever.' }),
    takenAt: instant.meta({ description: 'The instant that it is true for; at most 7 days ago.' }),
    scope,
    follows: reference.exactOptional().meta({
      description: 'With CHANGES: the snapshot before it. One that never came makes all unknown until the next FULL.',
    }),
    lines: z.array(z.strictObject({ item: code, uom: code, said: said(anyQty) })).max(snapshotLinesMax),
  })
  .meta({
    id: 'StockSnapshot',
    description:
      'What a node says that it has, in the words of its own dialect. It moves no goods: it is held against the books as they were at `takenAt`.',
  });

const figure = qty.nullable();

export const toldFigures = z
  .object({
    onHand: figure,
    allocated: figure,
    held: figure.meta({ description: 'Quarantined, expired and blocked.' }),
    damaged: figure,
    inTransit: figure,
    usable: figure.meta({ description: 'On hand less held and damaged: what is sellable here.' }),
    available: figure.meta({ description: 'On hand less allocated and damaged.' }),
    uncommitted: figure.meta({ description: 'On hand less allocated, held and damaged.' }),
    allocatable: figure.meta({ description: 'That less the safety stock of the node.' }),
  })
  .meta({
    id: 'ToldFigures',
    description: 'Base units, the same whatever the node calls them. Null: it does not follow from what was told.',
  });

const contradicts = z
  .boolean()
  .meta({ description: 'What was said of the item cannot be, so nothing of it is known.' });

export const stockSnapshotAnswer = z
  .object({
    snapshotId: z.string(),
    dialectVersion: z.int().meta({ description: 'The version of the node whose dialect it was read by.' }),
    lines: z.array(z.object({ item: z.string(), figures: toldFigures, contradicts })),
    receipt,
  })
  .meta({ id: 'StockSnapshotTold' });

export const toldStockQuery = z.strictObject({
  bu: code.exactOptional(),
  node: code.exactOptional(),
  item: code.exactOptional(),
  ...paging,
});

export const toldStockList = listOf(
  z
    .object({
      ...{ bu: z.string(), node: z.string(), item: z.string(), snapshotId: z.string(), takenAt: z.string() },
      dialectVersion: z.int(),
      said: z.array(z.object({ word: z.string(), qty, lot: z.string().exactOptional() })),
      figures: toldFigures,
      contradicts,
      missing: z.string().nullable().meta({
        description:
          'A snapshot that later changes build on and that never came: nothing is known until the next FULL.',
      }),
      position: z.string(),
      updatedAt: z.string(),
    })
    .meta({ id: 'ToldStock' }),
);
