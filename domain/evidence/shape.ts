import { type Bundle, bundleFormat } from './bundle.ts';
import type { Checkpoint } from './checkpoint.ts';

// A bundle comes from outside and may be anything: only what has this shape is looked into any further.

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === 'string';
const count: Shape = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const nothingOr =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
const object =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(members).every(([name, shape]) => shape((value as Readonly<Record<string, unknown>>)[name]));

const hash: Shape = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const checkpoint = object({
  origin: text,
  treeSize: count,
  root: hash,
  previousTreeSize: count,
  previousRoot: nothingOr(hash),
  position: text,
  signedAt: text,
  keyId: text,
  publicKey: text,
  signature: text,
  note: text,
});

export const isCheckpoint = (value: unknown): value is Checkpoint => checkpoint(value);

const event = object({ leafIndex: count, leaf: text });
const journal = object({
  journalId: text,
  bu: text,
  sourceEventId: text,
  lines: listOf(object({ lineNo: count, role: text, dimensions: object({}), lineage: object({}) })),
});

const manifest = object({
  content: object({
    exportId: text,
    bu: text,
    treeSize: count,
    journals: count,
    events: count,
    journalsSha256: hash,
    eventsSha256: hash,
  }),
  publicKey: text,
  signature: text,
});

/** A line and its amount. */
const populationLine: Shape = (value) => Array.isArray(value) && value.length === 2 && value.every(text);

const bundle = object({
  format: (value) => value === bundleFormat,
  subject: object({ kind: text }),
  journal: optional(journal),
  journals: optional(listOf(journal)),
  population: optional(listOf(populationLine)),
  events: listOf(event),
  policyEvents: listOf(event),
  inclusionProofs: listOf(object({ leafIndex: count, eventId: text, path: listOf(hash) })),
  checkpoint,
  consistencyToLatest: object({ checkpoint, path: listOf(hash) }),
  evaluatorVersion: text,
  evaluatorSha256: text,
  publicKeys: listOf(object({ keyId: text, publicKey: text })),
  manifest: optional(manifest),
});

export const isBundle = (value: unknown): value is Bundle => bundle(value);

const leaf = object({
  position: text,
  stream: text,
  revision: count,
  eventId: text,
  type: text,
  schemaVersion: count,
  recordedAt: text,
  metadata: object({ occurredAt: text, schemaVersion: count }),
  data: object({}),
});

export const isLeafContent: Shape = leaf;
