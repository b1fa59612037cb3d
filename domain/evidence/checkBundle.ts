import type { Bundle, JournalClaim, Manifest, Signed } from './bundle.ts';
import { canonicalJson } from './canonicalJson.ts';
import { checkCheckpoints, checkEvents, checkPolicyStreams } from './checkEvents.ts';
import { checkJournals, checkLineage, streamsBehind } from './checkJournals.ts';
import { fromBase64 } from './checkpoint.ts';
import { aboutSample, checkSample, sampleIn } from './checkSample.ts';
import { type CheckedEvent, type Finding, nameOf, type Tools } from './findings.ts';
import { hex, type Sha256 } from './merkle.ts';
import { noteOfPart } from './parts.ts';
import { isBundle } from './shape.ts';

export type Verdict = {
  /** False: it is no bundle, and nothing in it was checked. */
  readonly readable: boolean;
  /** Nothing is wrong with it. */
  readonly agrees: boolean;
  /**
   * It agrees, and whoever reads the verdict brought the keys that signed it. Without them it only agrees with itself: who makes
   * up a bundle makes up a key too.
   */
  readonly verified: boolean;
  readonly findings: readonly Finding[];
  readonly checked: {
    readonly events: number;
    readonly policyEvents: number;
    readonly journals: number;
    readonly lines: number;
  };
  /** What is proven, one sentence a fact; empty unless it agrees. */
  readonly proven: readonly string[];
  /** What whoever reads the verdict must know besides. */
  readonly notes: readonly string[];
};

const encoder = new TextEncoder();

export const manifestBytes = (manifest: Manifest): Uint8Array =>
  encoder.encode(`throughline-export/1\n${canonicalJson(manifest)}`);

export const contentHash = (sha256: Sha256, value: unknown): string =>
  hex(sha256(encoder.encode(canonicalJson(value))));

const claimsOf = ({ journal, journals }: Bundle): readonly JournalClaim[] => [
  ...(journal === undefined ? [] : [journal]),
  ...(journals ?? []),
];

const checkSubject = (bundle: Bundle, events: readonly CheckedEvent[]): readonly Finding[] => {
  const { subject } = bundle;
  const missing = (detail: string): readonly Finding[] => [{ code: 'SUBJECT_MISSING', detail }];
  switch (subject.kind) {
    case 'gl-line': {
      const { journal } = bundle;
      const has =
        journal?.journalId === subject.journalId && journal.lines.some(({ lineNo }) => lineNo === subject.lineNo);
      return has ? [] : missing(`The bundle does not hold line ${subject.lineNo} of journal ${subject.journalId}.`);
    }
    case 'event':
      return events.some(({ content }) => content.eventId === subject.eventId)
        ? []
        : missing(`The bundle does not hold event ${subject.eventId}.`);
    case 'export':
      return bundle.manifest?.content.exportId === subject.exportId
        ? []
        : missing(`The bundle has no signed manifest of export ${subject.exportId}.`);
    default:
      return missing('The bundle does not say what it is about.');
  }
};

/** Of a line: its own way back. Of a whole period only the posted events are handed over, and what is behind them is not asked for. */
const checkWayBack = (bundle: Bundle, events: readonly CheckedEvent[]): readonly Finding[] => {
  const { subject, journal, journals, manifest } = bundle;
  if (subject.kind === 'gl-line' && journal !== undefined)
    return checkLineage(
      journal,
      journal.lines.filter(({ lineNo }) => lineNo === subject.lineNo),
      events,
    );
  if (subject.kind !== 'export' || manifest?.content.scope.kind === 'period') return [];
  return (journals ?? []).flatMap((each) => checkLineage(each, each.lines, events));
};

const isSigned = async ({ content, publicKey, signature }: Signed<Manifest>, tools: Tools): Promise<boolean> => {
  const bytes = { key: fromBase64(publicKey), signature: fromBase64(signature) };
  return (
    bytes.key.length === 32 &&
    bytes.signature.length === 64 &&
    (await tools.verifySignature(bytes.key, manifestBytes(content), bytes.signature))
  );
};

const checkManifest = async (bundle: Bundle, tools: Tools): Promise<readonly Finding[]> => {
  const { manifest } = bundle;
  if (manifest === undefined) return [];
  const invalid = (detail: string): Finding => ({ code: 'MANIFEST_INVALID', detail });
  const findings: Finding[] = [];
  const trusted = tools.trustedKeys ?? bundle.publicKeys.map(({ publicKey }) => publicKey);
  if (!trusted.includes(manifest.publicKey))
    findings.push({ code: 'KEY_NOT_TRUSTED', detail: 'The manifest is signed by none of the trusted keys.' });
  if (!(await isSigned(manifest, tools)))
    findings.push(invalid('The signature of the manifest does not match its content.'));
  const { content } = manifest;
  const events = [...bundle.events, ...bundle.policyEvents];
  if (
    content.journals !== bundle.journals?.length ||
    content.journalsSha256 !== contentHash(tools.sha256, bundle.journals ?? [])
  )
    findings.push(invalid('The journals are not those that were exported.'));
  if (content.events !== events.length || content.eventsSha256 !== contentHash(tools.sha256, events))
    findings.push(invalid('The events are not those that were exported.'));
  const population = bundle.population && contentHash(tools.sha256, bundle.population);
  if (content.populationSha256 !== population)
    findings.push(invalid('The lines that could be drawn are not those that were exported.'));
  return findings;
};

/** One journal shows many lines: which of them the bundle is about stands in what it proves, and where that line leads. */
const provenOfSubject = ({ subject, journal }: Bundle): readonly string[] => {
  if (subject.kind !== 'gl-line' || journal === undefined) return [];
  const behind = streamsBehind(
    journal,
    journal.lines.filter(({ lineNo }) => lineNo === subject.lineNo),
  );
  const origin = behind.length > 0 ? behind.join(', ') : `what no order caused: ${journal.declaredSource}`;
  return [`Line ${subject.lineNo} of journal ${journal.journalId} goes back to ${origin}.`];
};

const provenBy = (
  bundle: Bundle,
  events: readonly CheckedEvent[],
  policies: readonly CheckedEvent[],
): readonly string[] => {
  const { checkpoint, consistencyToLatest } = bundle;
  const latest = consistencyToLatest.checkpoint;
  const claims = claimsOf(bundle);
  return [
    `Key ${checkpoint.keyId} signed on ${checkpoint.signedAt} that the log ${checkpoint.origin} then held ${checkpoint.treeSize} events.`,
    `These were among them, byte for byte: ${events.length + policies.length} events.`,
    ...events.map(
      ({ content, leafIndex }) => `  leaf ${leafIndex}: ${nameOf(content)}, recorded ${content.recordedAt}`,
    ),
    ...(latest.treeSize > checkpoint.treeSize
      ? [`The log of ${latest.signedAt}, ${latest.treeSize} events, begins with exactly that log.`]
      : []),
    ...claims.map(
      ({ journalId, templateId, lines, ruleSetVersion, accountMapVersion }) =>
        `Journal ${journalId}, ${lines.length} lines: rule ${templateId}, rule set ${ruleSetVersion} and account map ${accountMapVersion} give exactly these lines.`,
    ),
    ...provenOfSubject(bundle),
  ];
};

/**
 * The whole check of a bundle, from its bytes alone. It never throws: whatever is wrong with it is a finding that names the
 * event, the line or the checkpoint.
 */
export const checkBundle = async (value: unknown, tools: Tools): Promise<Verdict> => {
  const none = { events: 0, policyEvents: 0, journals: 0, lines: 0 };
  const malformed = (detail: string): Verdict => ({
    readable: false,
    agrees: false,
    verified: false,
    findings: [{ code: 'MALFORMED', detail }],
    checked: none,
    proven: [],
    notes: [],
  });
  if (!isBundle(value)) return malformed('This is not an evidence bundle of a format that this program knows.');
  try {
    return await checkWhole(value, tools);
  } catch (error) {
    return malformed(`The bundle contradicts its own form: ${error instanceof Error ? error.message : String(error)}.`);
  }
};

const checkWhole = async (bundle: Bundle, tools: Tools): Promise<Verdict> => {
  const events = await checkEvents(bundle, bundle.events, tools);
  const policies = await checkEvents(bundle, bundle.policyEvents, tools);
  const claims = claimsOf(bundle);
  const findings = [
    ...checkSubject(bundle, events.checked),
    ...(await checkCheckpoints(bundle, tools)),
    ...events.findings,
    ...policies.findings,
    ...checkPolicyStreams(policies.checked),
    ...checkJournals(claims, events.checked, policies.checked, tools),
    ...checkWayBack(bundle, events.checked),
    ...checkSample(bundle, events.checked, tools),
    ...(await checkManifest(bundle, tools)),
  ];
  const agrees = findings.length === 0;
  const sample = sampleIn(bundle, events.checked, tools);
  const ofSample = sample && aboutSample(sample, bundle.population);
  return {
    readable: true,
    agrees,
    verified: agrees && tools.trustedKeys !== undefined,
    findings,
    checked: {
      events: events.checked.length,
      policyEvents: policies.checked.length,
      journals: claims.length,
      lines: claims.reduce((sum, { lines }) => sum + lines.length, 0),
    },
    proven: agrees ? [...provenBy(bundle, events.checked, policies.checked), ...(ofSample?.proven ?? [])] : [],
    notes: [
      ...(tools.trustedKeys === undefined
        ? [
            `The keys are the bundle's own (${bundle.publicKeys.map(({ keyId }) => keyId).join(', ')}), and whoever makes up a bundle makes up its keys too: compare them with keys from elsewhere.`,
          ]
        : []),
      ...(bundle.manifest === undefined ? [] : [noteOfPart(bundle.manifest.content) ?? []].flat()),
      ...(ofSample?.notes ?? []),
      'The rules shown are those of the streams in the bundle; that no later version was left out is for the log itself to prove.',
    ],
  };
};
