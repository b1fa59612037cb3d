import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Bundle } from '../../../domain/evidence/bundle.ts';
import { checkBundle, contentHash, manifestBytes } from '../../../domain/evidence/checkBundle.ts';
import { toBase64 } from '../../../domain/evidence/checkpoint.ts';
import { plainSha1, plainSha256 } from '../../../domain/evidence/sha.ts';
import { bundleOver, indexesOf, invoiceBundle, journalsAt, ourKey, signWith, tools } from './goldenBundle.ts';
import { sha256 } from './tree.ts';

const good = invoiceBundle();

/** What is found wrong after `change`, code and sentence. */
const foundIn = async (bundle: unknown): Promise<readonly string[]> =>
  (await checkBundle(bundle, tools)).findings.map(({ code, detail }) => `${code} ${detail}`);

const codesIn = async (bundle: unknown): Promise<readonly string[]> => [
  ...new Set((await checkBundle(bundle, tools)).findings.map(({ code }) => code)),
];

const withLeaf = (type: string, change: (leaf: string) => string): Bundle => {
  const edit = (each: Bundle['events'][number]) =>
    each.leaf.includes(`"type":"${type}"`) ? { ...each, leaf: change(each.leaf) } : each;
  return { ...good, events: good.events.map(edit), policyEvents: good.policyEvents.map(edit) };
};

const withLine = (lineNo: number, change: object): unknown => ({
  ...good,
  journal: {
    ...good.journal,
    lines: good.journal?.lines.map((line) => (line.lineNo === lineNo ? { ...line, ...change } : line)),
  },
});

describe('a lineage proof bundle', () => {
  test('of an invoice is verified, and says what is proven', async () => {
    const verdict = await checkBundle(JSON.parse(JSON.stringify(good)), { ...tools, trustedKeys: [ourKey] });
    expect(verdict.findings).toEqual([]);
    expect(verdict.verified).toBe(true);
    expect(verdict.checked).toMatchObject({ events: 4, journals: 1, lines: 7 });
    expect(verdict.proven.join('\n')).toContain('InvoiceIssued (invoice-ACME.');
    expect(verdict.proven.join('\n')).toContain('rule T03');
  });

  test('after a later account map is posted with that one, and the old one does not do', async () => {
    const [, , issued = 0] = indexesOf('InvoiceIssued');
    const [journal] = journalsAt(issued);
    if (journal === undefined) throw new Error('not posted');
    expect(journal.accountMapVersion).toBe(2);
    const behind = ['OrderSubmitted', 'ShipmentConfirmed'].flatMap((type) =>
      indexesOf(type).slice(type === 'OrderSubmitted' ? 1 : 2),
    );
    const bundle = bundleOver([...behind, issued], {
      subject: { kind: 'gl-line', journalId: journal.journalId, lineNo: 1 },
      journal,
    });
    expect(await foundIn(bundle)).toEqual([]);
    const without = {
      ...bundle,
      policyEvents: bundle.policyEvents.filter(({ leaf }) => !leaf.includes('"version":2')),
    };
    expect(await codesIn(without)).toEqual(['JOURNAL_DIFFERS']);
  });

  test('with one changed byte in the event says which event', async () => {
    const found = await foundIn(withLeaf('InvoiceIssued', (leaf) => leaf.replace('"gross":"8750"', '"gross":"8751"')));
    expect(found[0]).toMatch(
      /^EVENT_NOT_SEALED InvoiceIssued \(invoice-ACME\.\S+@\d+, position \d+\) is not what was sealed as leaf \d+/,
    );
  });

  test('with one changed byte in a rule says which rule, and what the changed rule would give', async () => {
    const found = await foundIn(withLeaf('AccountMapPublished', (leaf) => leaf.replaceAll('"400100"', '"400109"')));
    expect(found[0]).toMatch(/^EVENT_NOT_SEALED AccountMapPublished \(policy-ACME\.accounts@0/);
    expect(found.join('\n')).toContain('line 4: account is "400100", the posting rule gives "400109"');
  });

  test('with one changed byte in a line says which line and field', async () => {
    expect(await foundIn(withLine(4, { credit: '8751' }))).toEqual([
      `JOURNAL_DIFFERS Journal ${good.journal?.journalId} line 4: credit is "8751", the posting rule gives "8750".`,
    ]);
    expect(await foundIn(withLine(2, { account: '999999' }))).toEqual([
      `JOURNAL_DIFFERS Journal ${good.journal?.journalId} line 2: account is "999999", the posting rule gives "410000".`,
    ]);
    expect(await codesIn(withLine(4, { dimensions: {} }))).toEqual(['JOURNAL_DIFFERS']);
  });

  test('with a line too many, too few or twice, or another head, is not verified', async () => {
    const { journal } = good;
    if (journal === undefined) throw new Error('no journal');
    const [first, ...rest] = journal.lines;
    for (const changed of [
      { ...journal, lines: rest },
      { ...journal, lines: [...journal.lines, { ...rest[0], lineNo: 99 }] },
      { ...journal, lines: [first, ...journal.lines] },
      { ...journal, period: '202610' },
      { ...journal, ruleSetVersion: 7 },
    ])
      expect(await codesIn({ ...good, journal: changed })).toEqual(['JOURNAL_DIFFERS']);
    expect(await codesIn({ ...good, journal: { ...journal, journalId: good.journal?.sourceEventId } })).toEqual(
      expect.arrayContaining(['JOURNAL_NOT_MADE', 'SUBJECT_MISSING']),
    );
  });

  test('without the source event, a proof or a policy says what is missing', async () => {
    const notIssued = good.events.filter(({ leaf }) => !leaf.includes('"type":"InvoiceIssued"'));
    expect(await codesIn({ ...good, events: notIssued })).toContain('SOURCE_MISSING');
    expect(await codesIn({ ...good, inclusionProofs: good.inclusionProofs.slice(1) })).toEqual(['EVENT_NOT_SEALED']);
    expect(await codesIn({ ...good, policyEvents: [] })).toEqual(['JOURNAL_NOT_MADE']);
    const notSubmitted = good.events.filter(({ leaf }) => !leaf.includes('"stream":"order-ACME.'));
    expect(await codesIn({ ...good, events: notSubmitted })).toEqual(['LINEAGE_BROKEN']);
  });

  test('whose policies come in another order, or with a gap, is not verified', async () => {
    expect(await codesIn({ ...good, policyEvents: [...good.policyEvents].reverse() })).toContain('POLICY_INCOMPLETE');
  });

  test('under another key, signature, time or note is not verified', async () => {
    const changes: readonly Partial<Bundle['checkpoint']>[] = [
      { signedAt: '2026-11-22T09:00:00.000Z' },
      { treeSize: good.checkpoint.treeSize + 1 },
      { signature: toBase64(new Uint8Array(64)) },
      { signature: 'not base64 at all!' },
      { note: good.consistencyToLatest.checkpoint.note },
      { note: '' },
      { publicKey: toBase64(new Uint8Array(32)) },
    ];
    for (const change of changes)
      expect(await codesIn({ ...good, checkpoint: { ...good.checkpoint, ...change } })).toContain('CHECKPOINT_INVALID');
  });

  test('is held against keys from elsewhere when there are any', async () => {
    expect(await checkBundle(good, { ...tools, trustedKeys: [ourKey] })).toMatchObject({
      agrees: true,
      verified: true,
    });
    const other = await checkBundle(good, { ...tools, trustedKeys: [toBase64(new Uint8Array(32).fill(7))] });
    expect(other.findings.map(({ code }) => code)).toEqual(['KEY_NOT_TRUSTED', 'KEY_NOT_TRUSTED']);
  });

  test('only agrees with itself while nobody has a key from elsewhere, because its maker could have made that up too', async () => {
    const { agrees, verified, findings, proven, notes } = await checkBundle(good, tools);
    expect({ agrees, verified, findings }).toEqual({ agrees: true, verified: false, findings: [] });
    expect(proven.length).toBeGreaterThan(0);
    expect(notes[0]).toContain('whoever makes up a bundle makes up its keys too');
  });

  test('whose later log does not begin with the earlier one is not verified', async () => {
    const { consistencyToLatest } = good;
    expect(
      await codesIn({
        ...good,
        consistencyToLatest: { ...consistencyToLatest, path: consistencyToLatest.path.slice(1) },
      }),
    ).toEqual(['HISTORY_REWRITTEN']);
  });

  test('about another line of its journal is the bundle of that line, and says so', async () => {
    const { journal } = good;
    for (const { lineNo } of journal?.lines ?? []) {
      const { findings, proven } = await checkBundle(invoiceBundle(lineNo), tools);
      expect(findings).toEqual([]);
      expect(proven.at(-1)).toMatch(
        new RegExp(`^Line ${lineNo} of journal ${journal?.journalId} goes back to order-ACME.*, invoice-ACME`),
      );
    }
    expect(await codesIn(invoiceBundle(8))).toEqual(['SUBJECT_MISSING']);
  });

  test('in which any one character of any text is another never proves the same', async () => {
    const text = JSON.stringify(good);
    const { proven } = await checkBundle(good, tools);
    const places = [...text].flatMap((char, index) => (/[0-9a-z]/.test(char) ? [index] : []));
    // Who made it, and the ids beside proofs, are remarks; the key list is what the checkpoint's own key is held against.
    const remarks = /"(evaluatorVersion|evaluatorSha256|eventId|keyId)":"[^"]*$/;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), async (at) => {
        fc.pre(!remarks.test(text.slice(Math.max(0, at - 90), at)));
        const other = text[at] === '1' ? '2' : '1';
        const altered = text.slice(0, at) + other + text.slice(at + 1);
        const value = (() => {
          try {
            return JSON.parse(altered) as unknown;
          } catch {
            return undefined;
          }
        })();
        const verdict = await checkBundle(value, tools);
        if (!verdict.agrees) return;
        // Only the number of the line that the bundle is about leaves it whole: then it is that line's bundle.
        if (!/"lineNo":$/.test(text.slice(0, at)) || verdict.proven.at(-1) === proven.at(-1))
          throw new Error(`altered at ${at}: ${altered.slice(at - 60, at + 20)}`);
      }),
      { numRuns: 300, examples: [[text.indexOf('"lineNo":4},"journal"') + '"lineNo":'.length]] },
    );
  });

  test('that is no bundle at all is said to be none, whatever it is', async () => {
    const values = [
      undefined,
      null,
      1,
      'text',
      [],
      {},
      { format: 'x' },
      { ...good, events: 1 },
      { ...good, journal: { lines: [{}] } },
    ];
    for (const value of values) expect(await codesIn(value)).toEqual(['MALFORMED']);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await checkBundle(value, tools)).toMatchObject({ agrees: false, verified: false });
      }),
      { numRuns: 100 },
    );
  });
});

describe('a signed export', () => {
  const issued = indexesOf('InvoiceIssued').slice(0, 2);
  const journals = issued.flatMap(journalsAt);
  const behind = ['OrderSubmitted', 'ShipmentConfirmed'].flatMap((type) => indexesOf(type).slice(0, 2));
  const base = bundleOver([...behind, ...issued], { subject: { kind: 'export', exportId: 'E1' }, journals });
  const proven = [...base.events, ...base.policyEvents];
  const content = {
    exportId: 'E1',
    bu: 'ACME',
    scope: { kind: 'period', ledger: 'PRIMARY', period: '202611' },
    exportedAt: '2026-11-23T11:00:00.000Z',
    treeSize: base.checkpoint.treeSize,
    journals: journals.length,
    events: proven.length,
    journalsSha256: contentHash(sha256, journals),
    eventsSha256: contentHash(sha256, proven),
  } as const;
  const manifest = { content, publicKey: ourKey, signature: toBase64(signWith(manifestBytes(content))) };
  const bundle: Bundle = { ...base, manifest };

  test('is verified as a whole, and not when anything was left out or changed afterwards', async () => {
    expect(await foundIn(bundle)).toEqual([]);
    expect(await codesIn({ ...bundle, journals: journals.slice(1) })).toEqual(['MANIFEST_INVALID']);
    expect(await codesIn({ ...bundle, events: bundle.events.slice(1) })).toContain('MANIFEST_INVALID');
    expect(
      await codesIn({ ...bundle, manifest: { ...manifest, content: { ...content, exportedAt: '2027-01-01' } } }),
    ).toEqual(['MANIFEST_INVALID']);
    expect(await codesIn(base)).toEqual(['SUBJECT_MISSING']);
  });
});

describe('the hashes of the page', () => {
  test('are those of FIPS 180-4, for texts of every length around a block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(plainSha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
        expect(Buffer.from(plainSha1(bytes)).toString('hex')).toBe(createHash('sha1').update(bytes).digest('hex'));
      }),
    );
    for (let length = 0; length < 200; length += 1) {
      const bytes = new Uint8Array(length).fill(length);
      expect(Buffer.from(plainSha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });
});
