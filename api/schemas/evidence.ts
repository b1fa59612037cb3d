import { z } from 'zod';
import { listOf, receipt } from './answers.ts';
import { code, paging, period, ulid } from './fields.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().nonnegative();
const nullable = z.string().nullable();

const checkpoint = z
  .object({
    origin: z.string(),
    treeSize: size,
    root: hash,
    previousTreeSize: size,
    previousRoot: hash.nullable(),
    position: z.string(),
    signedAt: z.string(),
    keyId: z.string(),
    publicKey: z.string().meta({ description: 'Ed25519, 32 bytes in base64.' }),
    signature: z.string(),
    note: z.string().meta({ description: 'The same claim as a C2SP tlog-checkpoint.' }),
  })
  .meta({ id: 'Checkpoint', description: 'A signed root of the Merkle tree (RFC 9162) over the log.' });

export const checkpointList = listOf(
  checkpoint
    .extend({ revision: z.int(), leafIndex: size, eventId: z.string() })
    .meta({ id: 'CheckpointEntry', description: 'A checkpoint and its own place in the log and in the tree.' }),
).extend({
  damaged: z
    .array(
      z.object({
        firstRevision: z.int(),
        lastRevision: z.int().nullable(),
        position: z.string().nullable(),
        detail: z.string(),
      }),
    )
    .meta({
      description:
        'Checkpoints of this page that are missing or none any more, by revision; `lastRevision` is null where everything from the first one on is missing.',
    }),
});

export const checkpointQuery = z.strictObject({
  ...paging,
});

const treeSize = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .meta({ description: 'The tree size of a checkpoint.' });

export const consistencyQuery = z.strictObject({ from: treeSize, to: treeSize.exactOptional() });

export const consistency = z.object({ from: checkpoint, to: checkpoint, path: z.array(hash) }).meta({
  id: 'ConsistencyProof',
  description: 'That the tree of `to` begins with exactly the tree of `from` (RFC 9162, 2.1.4).',
});

const provenEvent = z.object({ leafIndex: size, leaf: z.string() }).meta({
  id: 'ProvenEvent',
  description: 'Canonical JSON (RFC 8785) of envelope and data: the very text whose hash is in the tree.',
});

const lineClaim = z.object({
  lineNo: z.int(),
  role: z.string(),
  account: nullable,
  debit: z.string(),
  credit: z.string(),
  currency: z.string(),
  functionalDebit: z.string(),
  functionalCredit: z.string(),
  dimensions: z.record(z.string(), z.string()),
  lineage: z.record(z.string(), nullable),
});

const journalClaim = z
  .object({
    journalId: z.string(),
    bu: z.string(),
    ledger: z.string(),
    accountingDate: z.string(),
    originalDate: z.string(),
    period: z.string(),
    latePosting: z.boolean(),
    templateId: z.string(),
    ruleSetVersion: z.int(),
    accountMapVersion: z.int(),
    sourceEventId: z.string(),
    sourcePosition: z.string(),
    documentRef: z.string(),
    orderId: nullable,
    shipmentId: nullable,
    invoiceId: nullable,
    reversalOf: nullable,
    declaredSource: nullable,
    currency: z.string(),
    functionalCurrency: z.string(),
    lines: z.array(lineClaim),
  })
  .meta({ id: 'JournalClaim' });

const bundleMembers = {
  format: z.string(),
  events: z.array(provenEvent),
  policyEvents: z.array(provenEvent),
  inclusionProofs: z.array(z.object({ leafIndex: size, eventId: z.string(), path: z.array(hash) })),
  checkpoint,
  consistencyToLatest: z.object({ checkpoint, path: z.array(hash) }),
  evaluatorVersion: z.string(),
  evaluatorSha256: hash,
  publicKeys: z.array(z.object({ keyId: z.string(), publicKey: z.string() })),
};

export const eventProof = z
  .object({ ...bundleMembers, subject: z.object({ kind: z.literal('event'), eventId: z.string() }) })
  .meta({ id: 'EventProof' });

export const lineProof = z
  .object({
    ...bundleMembers,
    subject: z.object({ kind: z.literal('gl-line'), journalId: z.string(), lineNo: z.int() }),
    journal: journalClaim,
  })
  .meta({ id: 'LineageProofBundle' });

const periodKey = { ledger: code, period };
/** It stands before a colon in what is hashed, and comes from whoever draws. */
export const seed = z.string().regex(/^[A-Za-z0-9._:-]{1,100}$/);

const exportScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('order'), orderId: ulid }),
  z.strictObject({
    kind: z.literal('period'),
    ...periodKey,
    after: z
      .string()
      .regex(/^\d{20}:[0-9a-f-]{36}$/)
      .exactOptional()
      .meta({ description: 'The `next` of the part before; a period of more than 1,000 journals comes in parts.' }),
    partJournals: z
      .int()
      .min(1)
      .max(1_000)
      .exactOptional()
      .meta({ description: 'Most journals of a part; 1,000 unless said.' }),
  }),
  z.strictObject({
    kind: z.literal('sample'),
    ...periodKey,
    count: z.int().min(1).max(200),
    seed: seed.exactOptional().meta({
      description:
        'Chooses the journals whose SHA-256 of `seed:journalId`, in hex, is smallest; told in the answer when it was made here.',
    }),
  }),
  z
    .strictObject({ kind: z.literal('audit-sample'), sampleId: ulid })
    .meta({ description: 'The lines of a sample that was drawn with `POST /v1/audit/samples`.' }),
]);

export const exportBody = z.strictObject({ bu: code, scope: exportScope });

const manifest = z
  .object({
    exportId: z.string(),
    bu: z.string(),
    scope: z.looseObject({ kind: z.string() }),
    exportedAt: z.string(),
    treeSize: size,
    journals: size,
    events: size,
    journalsSha256: hash,
    eventsSha256: hash,
    populationSha256: hash.optional(),
  })
  .meta({ id: 'ExportManifest' });

export const exportMade = manifest.extend({ contentSha256: hash, receipt }).meta({ id: 'EvidenceExport' });

export const evidenceExport = z
  .object({
    ...bundleMembers,
    subject: z.object({ kind: z.literal('export'), exportId: z.string() }),
    journals: z.array(journalClaim),
    population: z
      .array(z.tuple([z.string(), z.string()]))
      .optional()
      .meta({
        description:
          'Of a drawn sample: every line that could be drawn, `journalId:lineNo` and its amount; absent where they are more than 10,000.',
      }),
    manifest: z.object({ content: manifest, publicKey: z.string(), signature: z.string() }),
  })
  .meta({ id: 'EvidenceExportBundle' });
