import { z } from 'zod';
import { receipt } from './answers.ts';
import { patterned, shortText } from './fields.ts';

export const projectionParams = z.strictObject({
  projection: patterned(/^[a-z_]{1,60}$/, 'The name of a read model, as GET /v1/ops/projections shows it.'),
});

export const rebuildParams = z.strictObject({
  rebuildId: patterned(/^[a-z_]{1,60}-v[1-9]\d{0,8}$/, 'A rebuild is named by its read model and version: orders-v2.'),
});

const kind = z.enum(['CHANGED', 'ONLY_LIVE', 'ONLY_NEW']);
const columnName = patterned(/^[a-z][a-z0-9_]{0,62}$/, 'The name of a table or column.');

export const expectedChange = z.strictObject({
  table: columnName,
  kind,
  columns: z.array(columnName).min(1).max(100).exactOptional().meta({
    description: 'Of a changed row, the columns that may differ; without them every column may.',
  }),
});

export const rebuildBody = z
  .strictObject({
    reason: shortText,
    expectedChanges: z.array(expectedChange).max(200).default([]).meta({
      description:
        'Differences that are wanted, by table and column of the read model. When they cover all that is found, no second person is needed; in sealed books nothing can be declared.',
    }),
  })
  .meta({ id: 'RequestRebuild' });

export const rebuildDecisionBody = z.strictObject({ reason: shortText }).meta({ id: 'DecideRebuild' });

const text = z.string().nullable();

const sample = z
  .object({
    kind,
    key: z.record(z.string(), z.string()),
    columns: z.array(z.object({ column: z.string(), live: text, new: text })),
    livePosition: text,
    newPosition: text,
    sealed: z.boolean().meta({ description: 'Inside a sealed GL batch or a closed period.' }),
    hidden: z.boolean().meta({ description: 'The values are not for this caller.' }),
    firstEvent: z
      .object({
        position: z.string(),
        eventId: z.string(),
        type: z.string(),
        stream: z.string(),
        basis: z.enum(['MISSED', 'EXTRA', 'VALUE']).meta({
          description:
            'MISSED: the live row does not reflect the event. EXTRA: only the live row does. VALUE: both do, with another outcome.',
        }),
      })
      .nullable(),
  })
  .meta({ id: 'RebuildSample', description: 'A row that differs, and the first event that made it differ.' });

const tableDifference = z.object({
  table: z.string(),
  rowsLive: z.int(),
  rowsNew: z.int(),
  changed: z.int(),
  onlyLive: z.int(),
  onlyNew: z.int(),
  sealed: z.int(),
  expected: z.int(),
  checksums: z.array(z.object({ column: z.string(), live: z.string(), new: z.string(), equal: z.boolean() })),
  changedColumns: z.array(z.object({ column: z.string(), rows: z.int() })),
  samples: z.array(sample),
});

const difference = z
  .object({
    class: z.enum(['identical', 'expected', 'unexpected']),
    position: z.string().meta({ description: 'Both builds reflect the log up to here.' }),
    rowsCompared: z.int(),
    tables: z.array(tableDifference),
    money: z.array(
      z.object({
        table: z.string(),
        by: z.record(z.string(), text),
        sums: z.array(z.object({ column: z.string(), live: text, new: text })),
      }),
    ),
    deadLetters: z.object({ live: z.int(), new: z.int() }),
  })
  .meta({ id: 'RebuildDifference' });

export const rebuild = z
  .object({
    rebuildId: z.string(),
    projection: z.string(),
    fromVersion: z.int(),
    toVersion: z.int(),
    state: z.enum([
      'REPLAYING',
      'COMPARING',
      'AWAITING_SWAP',
      'REFUSED',
      'SWAPPED',
      'ROLLED_BACK',
      'ABORTED',
      'FAILED',
    ]),
    reason: z.string(),
    processed: z.number(),
    total: z.number(),
    eventsPerSecond: z.number(),
    etaSeconds: z.number().nullable(),
    difference: difference.nullable(),
    problem: z.string().nullable(),
  })
  .meta({ id: 'Rebuild', description: 'A second build of a read model beside the live one.' });

export const rebuildRequested = rebuild.extend({ receipt }).meta({ id: 'RebuildRequested' });
export const rebuildDecided = z.object({ rebuildId: z.string(), receipt }).meta({ id: 'RebuildDecided' });
export const rebuildDifference = difference.extend({ rebuildId: z.string() }).meta({ id: 'DifferenceOfRebuild' });
