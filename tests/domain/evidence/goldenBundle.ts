import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { toDomain } from '../../../commands/codec.ts';
import type { Recorded } from '../../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../../domain/events.ts';
import { type Bundle, bundleFormat, claimOf, type JournalClaim } from '../../../domain/evidence/bundle.ts';
import {
  type Checkpoint,
  keyIdOf,
  noteBody,
  signedNote,
  statementBytes,
  toBase64,
} from '../../../domain/evidence/checkpoint.ts';
import { correctionsIn } from '../../../domain/evidence/corrections.ts';
import type { Tools } from '../../../domain/evidence/findings.ts';
import { leafText } from '../../../domain/evidence/leaf.ts';
import { hex, leafHash } from '../../../domain/evidence/merkle.ts';
import { consistencyRanges, inclusionRanges } from '../../../domain/evidence/proofPaths.ts';
import { makeJournalIdFor } from '../../../domain/ledger/journalId.ts';
import { applyToPolicy, contextFrom, noPolicy, policyEventTypes } from '../../../domain/ledger/policy.ts';
import { postingFor } from '../../../domain/ledger/posting.ts';
import { repost, reverse } from '../../projections/correctionHistory.ts';
import { playGoldenOrder } from '../../projections/goldenHistory.ts';
import { firstInvoice, issuedInvoice } from '../../projections/invoiceHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from '../../projections/masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from '../../projections/memoryLog.ts';
import { grown, hashesOf, rootOf, sha256 } from './tree.ts';

const { privateKey, publicKey: keyObject } = generateKeyPairSync('ed25519');
const publicKey = keyObject.export({ format: 'der', type: 'spki' }).subarray(12);
export const signWith = (message: Uint8Array): Uint8Array => sign(null, message, privateKey);
export const ourKey = toBase64(publicKey);

export const tools: Tools = {
  sha256,
  sha1: (bytes) => createHash('sha1').update(bytes).digest(),
  verifySignature: (key, message, signature) => {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
    return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
  },
  decode: toDomain,
};

/** The invoice is posted anew after its reversal by hand, and voided then. */
const correctAndVoid = (log: MemoryLog): void => {
  const issued = log.events.find(({ type }) => type === 'InvoiceIssued');
  const { eventId: issuedEventId = '', position: issuedPosition = '' } = issued ?? {};
  const journalId = makeJournalIdFor(tools.sha1)(issuedEventId, 'T03', 'PRIMARY');
  reverse(log, journalId);
  repost(log, journalId);
  const key = { invoiceId: 'O1-i1', orderId: 'O1', bu: 'ACME', number: 'INV-O1-1', voidDate: '2026-11-26' };
  const about = { reason: 'WRONG', issuedEventId, issuedPosition, issued: issuedInvoice('O1', 1, firstInvoice) };
  log.append('invoice-ACME.O1-i1', 'InvoiceVoided', { ...key, ...about });
};

/** The worked example of the staging ledger with a second account map on the way, and other events behind it. */
const history = (): readonly Recorded[] => {
  const log = createMemoryLog();
  defineMasterData(log);
  publishAccounts(log);
  openPeriod(log);
  playGoldenOrder(log, 'O1');
  publishAccounts(log, undefined, 2, '9');
  playGoldenOrder(log, 'O2');
  correctAndVoid(log);
  return log.events;
};

const events = history();
const leaves = events.map((event) => leafHash(sha256, leafText(event)));
const tiles = grown(leaves, [leaves.length]);
const policyTypes = new Set<string>(policyEventTypes);

const origin = 'throughline/0b1f9a52-4c0e-4f3e-9d57-0c6f3a1d2e4b';

export const checkpointOver = (treeSize: number, signedAt = '2026-11-23T09:00:00.000Z'): Checkpoint => {
  const root = rootOf(tiles, treeSize);
  const statement = {
    origin,
    treeSize,
    root: hex(root),
    previousTreeSize: 0,
    previousRoot: null,
    position: events[treeSize - 1]?.position ?? '',
    signedAt,
    keyId: keyIdOf(sha256, publicKey),
    publicKey: ourKey,
  };
  const body = noteBody(origin, treeSize, root);
  const note = signedNote(sha256, body, { name: origin, publicKey }, signWith(Buffer.from(body)));
  return { ...statement, signature: toBase64(signWith(statementBytes(statement))), note };
};

const contextAt = (position: string) =>
  contextFrom(
    events
      .filter((event) => event.position < position)
      .reduce((policy, event) => applyToPolicy(policy, event as RecordedDomainEvent), noPolicy),
    makeJournalIdFor(tools.sha1),
  );

/** What the staging ledger made of the event at `index`. */
export const journalsAt = (index: number): readonly JournalClaim[] => {
  const event = events[index] as RecordedDomainEvent;
  const context = contextAt(event.position);
  if (context === undefined) return [];
  const before = correctionsIn(events as readonly RecordedDomainEvent[], ({ position }) => contextAt(position));
  const knowing = { ...context, corrections: before(event.position) };
  return postingFor(event, knowing).map((draft) => claimOf(draft));
};

/** Indexes of the events of a type, in log order. */
export const indexesOf = (type: string): readonly number[] =>
  events.flatMap((event, index) => (event.type === type ? [index] : []));

/** A bundle over these events, with every policy before the last of them. */
export const bundleOver = (indexes: readonly number[], parts: Pick<Bundle, 'subject'> & Partial<Bundle>): Bundle => {
  const last = Math.max(...indexes);
  const policies = events.flatMap((event, index) => (policyTypes.has(event.type) && index < last ? [index] : []));
  const size = last + 1;
  const proven = (index: number) => ({ leafIndex: index, leaf: leafText(events[index] as Recorded) });
  return {
    format: bundleFormat,
    events: indexes.map(proven),
    policyEvents: policies.map(proven),
    inclusionProofs: [...new Set([...indexes, ...policies])].map((leafIndex) => ({
      leafIndex,
      eventId: events[leafIndex]?.eventId ?? '',
      path: hashesOf(tiles, inclusionRanges(leafIndex, size)).map(hex),
    })),
    checkpoint: checkpointOver(size),
    consistencyToLatest: {
      checkpoint: checkpointOver(events.length, '2026-11-23T10:00:00.000Z'),
      path: hashesOf(tiles, consistencyRanges(size, events.length)).map(hex),
    },
    evaluatorVersion: '0.1.0',
    evaluatorSha256: '0'.repeat(64),
    publicKeys: [{ keyId: keyIdOf(sha256, publicKey), publicKey: ourKey }],
    ...parts,
  };
};

/** The lineage proof bundle of a line of the first journal of the first issued invoice. */
export const invoiceBundle = (lineNo = 4): Bundle => {
  const [issued = 0] = indexesOf('InvoiceIssued');
  const [journal] = journalsAt(issued);
  if (journal === undefined) throw new Error('the invoice is not posted');
  const behind = ['OrderSubmitted', 'OrderAccepted', 'ShipmentConfirmed'].map((type) => indexesOf(type)[0] ?? 0);
  return bundleOver([...behind, issued], {
    subject: { kind: 'gl-line', journalId: journal.journalId, lineNo },
    journal,
  });
};
