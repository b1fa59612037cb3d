import { z } from 'zod';
import { importKinds, rowsMax } from '../../domain/intake/columns.ts';
import { refusedRowsMax } from '../../projections/imports.ts';
import { listOf, receipt } from './answers.ts';
import { code, coded, shortText, ulid } from './fields.ts';

const base64Error = { error: () => coded('FORMAT_INVALID', 'The file as base64.') };

/** As many characters as the largest JSON body has room for. */
const contentCharsMax = 1_048_000;

const target = { bu: code, kind: z.enum(importKinds) };

export const importBody = z
  .strictObject({
    ...target,
    dryRun: z.boolean().default(false).meta({ description: 'Nothing is defined; it is only told what would be.' }),
    content: z
      .string(base64Error)
      .max(contentCharsMax)
      .regex(/^[A-Za-z0-9+/]*={0,2}$/, base64Error)
      .meta({ description: 'The bytes of the file as base64.' }),
  })
  .meta({
    id: 'RequestImport',
    description: `Or the file itself as \`text/csv\`, with the other members in the query (\`?bu=ACME&kind=items&dryRun=true\`). At most ${rowsMax} rows.`,
  });

/** The file itself is kept already. */
export const uploadedImport = z.strictObject({
  ...target,
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((said) => said === 'true'),
});

export const importParams = z.strictObject({ importId: ulid });
export const cancelImportBody = z.strictObject({ reason: shortText }).meta({ id: 'CancelImport' });

const count = z.int().nonnegative();

const rowCounts = z
  .object({
    total: count.nullable().meta({ description: 'Without the header and empty lines; null until they are counted.' }),
    done: count,
    created: count,
    changed: count,
    unchanged: count.meta({ description: 'They said what was in force already: nothing was written for them.' }),
    refused: count.meta({ description: 'Listed at `/v1/imports/{importId}/refused-rows`.' }),
  })
  .meta({ id: 'ImportedRows', description: 'In a dry run, what would have become of them.' });

export const importView = z
  .object({
    importId: z.string(),
    bu: z.string(),
    kind: z.enum(importKinds),
    dryRun: z.boolean(),
    state: z.enum(['WAITING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']),
    problem: z.string().nullable().meta({ description: 'Why it ended before its last row; null: it did not.' }),
    rows: rowCounts,
    payloadSha256: z.string().meta({ description: 'Of the file; the events of its rows name it as their source.' }),
    bytes: count,
    requestedBy: z.string(),
    updatedAt: z.string().nullable().meta({ description: 'When its worker was seen last.' }),
  })
  .meta({ id: 'Import', description: 'A file whose rows are taken one after the other, and what became of them.' });

export const importRequested = importView.extend({ receipt }).meta({ id: 'ImportRequested' });
export const importCancelled = z.object({ importId: z.string(), receipt }).meta({ id: 'ImportCancelled' });

const limitError = { error: () => coded('VALUE_INVALID', `A limit is a whole number from 1 to ${refusedRowsMax}.`) };

export const refusedRowsQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, limitError)
    .transform(Number)
    .refine((value) => value <= refusedRowsMax, limitError)
    .exactOptional(),
  cursor: z.string().min(1).max(500).exactOptional(),
});

const rowError = z.object({ column: z.string().nullable(), code: z.string(), detail: z.string() });

export const refusedRowList = listOf(
  z
    .object({
      row: z.int().meta({ description: 'As a spreadsheet counts: the header is row 1.' }),
      errors: z.array(rowError),
      cells: z.array(z.string()).meta({ description: 'As they came, in the order of `columns`.' }),
    })
    .meta({ id: 'RefusedRow' }),
)
  .extend({ columns: z.array(z.string()).meta({ description: 'The header of the file.' }) })
  .meta({ id: 'RefusedRows' });
