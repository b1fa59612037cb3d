import { sha256 } from '../../commands/evidence/sha256.ts';
import { type Bundle, claimOf, type JournalClaim, type Manifest } from '../../domain/evidence/bundle.ts';
import { contentHash, manifestBytes } from '../../domain/evidence/checkBundle.ts';
import { streamsBehind } from '../../domain/evidence/checkJournals.ts';
import { toBase64 } from '../../domain/evidence/checkpoint.ts';
import type { JournalView } from '../../projections/glStaging/views.ts';
import { encodeCursor, type Page, type Scope } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { bundleOf } from './prove.ts';
import { type Chosen, type ExportScope, sampledBefore, sampledNow } from './sampledJournals.ts';
import { type Place, readPolicies, readStored } from './stored.ts';

export type ExportRequest = {
  readonly exportId: string;
  readonly bu: string;
  readonly scope: ExportScope;
  readonly exportedAt: string;
  /** A period is cut into parts of so many journals. */
  readonly partMax?: number;
};

/** An export is made in memory and kept whole. A period that holds more is exported in parts. */
const journalsMax = 1_000;
const pageSize = 500;

const tooMuch = (max: number, what: 'journals' | 'events'): HttpProblem => {
  const detail = `An export holds at most ${max} ${what}, and this one has more. Ask for less, or for a sample.`;
  return new HttpProblem('VALIDATION_FAILED', detail, {
    errors: [{ pointer: '/scope', code: 'SIZE_INVALID', detail }],
  });
};

const placeOf = ({ sourcePosition, journalId }: JournalView): string => `${sourcePosition}:${journalId}`;

/** Journals are only added behind those there are, so the parts of a period stay as they were cut. */
const partOfPeriod = async (
  { reads }: ApiDeps,
  bu: string,
  scope: Extract<ExportScope, { readonly kind: 'period' }>,
  partMax: number,
  visible: Scope | undefined,
): Promise<Chosen> => {
  const { kind, ledger, period, after } = scope;
  const journals: JournalView[] = [];
  let cursor = after === undefined ? null : encodeCursor(after.split(':'));
  do {
    const limit = Math.min(pageSize, partMax - journals.length);
    const page = await reads.listJournals({ bu, ledger, period, limit, cursor }, visible);
    journals.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && journals.length < partMax);
  const last = journals.at(-1);
  const next = cursor === null || last === undefined ? {} : { next: placeOf(last) };
  return { journals, scope: { kind, ledger, period, ...(after !== undefined && { after }), ...next } };
};

const journalsOfOrder = async (
  { reads }: ApiDeps,
  bu: string,
  orderId: string,
  visible: Scope | undefined,
): Promise<readonly JournalView[]> => {
  const journals: JournalView[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<JournalView> = await reads.listJournals({ bu, orderId, limit: pageSize, cursor }, visible);
    journals.push(...page.items);
    if (journals.length > journalsMax) throw tooMuch(journalsMax, 'journals');
    if (page.nextCursor === null) return journals;
    cursor = page.nextCursor;
  }
};

const nothingThere = (): HttpProblem =>
  new HttpProblem('NOT_FOUND', 'There is nothing of this kind, or nothing that may be seen with these credentials.');

const chosenFor = async (deps: ApiDeps, request: ExportRequest, visible: Scope | undefined): Promise<Chosen> => {
  const { bu, scope, partMax = journalsMax } = request;
  if (scope.kind === 'sample') return sampledNow(deps, bu, scope, visible);
  if (scope.kind === 'audit-sample') {
    const chosen = await sampledBefore(deps, bu, scope, visible);
    if (chosen === undefined) throw nothingThere();
    return chosen;
  }
  if (scope.kind === 'period') return partOfPeriod(deps, bu, scope, partMax, visible);
  return { journals: await journalsOfOrder(deps, bu, scope.orderId, visible), scope };
};

/**
 * Of an order and of a sample, everything that happened to the orders behind; of a period, the events that were posted and what
 * corrected them. A sample that an auditor drew cannot be made smaller: where its orders have more events than an export holds,
 * it takes the one that began each document.
 */
const placesFor = async (
  { reads, config: { exportEventsMax: max } }: ApiDeps,
  { bu, scope }: ExportRequest,
  journals: readonly JournalClaim[],
  visible: Scope | undefined,
): Promise<readonly Place[]> => {
  const ids = [...new Set(journals.map(({ sourceEventId }) => sourceEventId))];
  const through = journals.reduce((last, { sourcePosition }) => (sourcePosition > last ? sourcePosition : last), '');
  const corrections = await reads.correctionsBehind(ids, through, visible);
  const sources = await reads.eventsByIds([...new Set([...ids, ...corrections])], visible);
  if (scope.kind === 'period') return sources;
  const orders =
    scope.kind === 'order' ? [scope.orderId] : [...new Set(journals.flatMap(({ orderId }) => orderId ?? []))];
  const whole = [...sources, ...(await reads.eventsOfOrders(bu, orders, max + 1, visible))];
  if (whole.length <= max) return whole;
  if (scope.kind !== 'audit-sample') throw tooMuch(max, 'events');
  const streams = new Set(journals.flatMap((journal) => streamsBehind(journal, journal.lines)));
  const begun = [...sources, ...(await reads.firstEventsOf([...streams], visible))];
  if (begun.length > max) throw tooMuch(max, 'events');
  return begun;
};

/** What the signature of an export is over: what there is, how many, and the hash of it. */
const manifestOf = (
  { exportId, bu, exportedAt }: ExportRequest,
  {
    scope,
    journals,
    population,
  }: Pick<Chosen, 'scope'> & {
    readonly journals: readonly JournalClaim[];
    readonly population: Chosen['population'] | undefined;
  },
  bundle: Pick<Bundle, 'checkpoint' | 'events' | 'policyEvents'>,
): Manifest => {
  const proven = [...bundle.events, ...bundle.policyEvents];
  return {
    ...{ exportId, bu, scope, exportedAt },
    treeSize: bundle.checkpoint.treeSize,
    journals: journals.length,
    events: proven.length,
    journalsSha256: contentHash(sha256, journals),
    eventsSha256: contentHash(sha256, proven),
    ...(population !== undefined && { populationSha256: contentHash(sha256, population) }),
  };
};

/** The signed bundle of a request. Throws `NOT_FOUND`, `EVENT_NOT_SEALED`, and `SERVICE_UNAVAILABLE` without a key to sign with. */
export const exportBundle = async (
  deps: ApiDeps,
  request: ExportRequest,
  visible: Scope | undefined,
): Promise<Bundle & { readonly manifest: NonNullable<Bundle['manifest']> }> => {
  const { signer, policyStreams } = deps.evidence;
  if (signer === undefined)
    throw new HttpProblem('SERVICE_UNAVAILABLE', 'This process has no key to sign an export with.', { retain: false });
  const { exportId, bu } = request;
  const { scope, alsoAt = [], population, ...chosen } = await chosenFor(deps, request, visible);
  const journals = chosen.journals.map(claimOf);
  const places = await placesFor(deps, request, journals, visible);
  const events = await readStored(deps.log.store, [...places, ...alsoAt]);
  if (events.length === 0) throw nothingThere();
  const last = events.at(-1)?.place.position ?? '';
  const policies = await readPolicies(deps.log.store, await policyStreams(bu), last);
  const policyIds = new Set(policies.map(({ place }) => place.eventId));
  const facts = events.filter(({ place }) => !policyIds.has(place.eventId));
  const parts = {
    subject: { kind: 'export', exportId },
    journals,
    ...(population !== undefined && { population }),
  } as const;
  const bundle = await bundleOf(deps, parts, facts, policies);
  const content = manifestOf(request, { scope, journals, population }, bundle);
  const publicKey = toBase64(signer.publicKey);
  const publicKeys = bundle.publicKeys.some((key) => key.publicKey === publicKey)
    ? bundle.publicKeys
    : [...bundle.publicKeys, { keyId: signer.keyId, publicKey }];
  return {
    ...bundle,
    publicKeys,
    manifest: { content, publicKey, signature: toBase64(signer.sign(manifestBytes(content))) },
  };
};
