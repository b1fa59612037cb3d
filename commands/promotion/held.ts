import { isRefusal } from '../../domain/decider.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { applyToCatalog, type Catalog, taxCodesOf } from '../../domain/masterData/catalog.ts';
import type { Agreement, Defined } from '../../domain/masterData/masterData.ts';
import type { Violation } from '../../domain/masterData/violation.ts';
import type { ArtefactObject } from '../../domain/promotion/artefact.ts';
import { type BookDays, type RuleSets, ruleSetBreaks, taxCodeBreaks } from '../../domain/promotion/breaks.ts';
import { comparedWith } from '../../domain/promotion/compare.ts';
import { type PromotedEvent, type PromotedObject, promotedKinds } from '../../domain/promotion/events.ts';
import { violationsIn } from '../calls/definer.ts';
import { definablePolicies } from '../calls/policies.ts';
import { contentSha256 } from '../canonicalJson.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { missingIn } from '../workers/upToDate.ts';
import { inForceOf, promotableOf } from './promotables.ts';

export type HoldingPorts = {
  readonly executor: Pick<Executor, 'load'>;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready'>;
};

/** An object held against its stream as the log has it now. */
export type HeldObject = {
  readonly object: PromotedObject;
  readonly stream: StreamName;
  /** Of the stream; −1: it is empty. */
  readonly revision: number;
  readonly state: Defined<PromotedEvent>;
  /** What would be wrong if it came into force, alone or with the others. */
  readonly breaks: readonly Violation[];
};

/** What is asked of the log at once. */
const loadsAtOnce = 8;

type Loaded = Omit<HeldObject, 'breaks'>;

/** In the order in which they refer to one another. */
const inOrder = (objects: readonly ArtefactObject[]): readonly ArtefactObject[] =>
  promotedKinds.flatMap((kind) => objects.filter((object) => object.kind === kind));

const loadAll = async ({ executor }: HoldingPorts, objects: readonly ArtefactObject[]): Promise<readonly Loaded[]> => {
  const loaded = new Map<ArtefactObject, Loaded>();
  const ordered = inOrder(objects);
  await inParallel(ordered, loadsAtOnce, async (object) => {
    const { decider, streamOf } = promotableOf(object);
    const stream = streamOf(object.definition);
    const { state, revision } = await executor.load(decider, stream);
    loaded.set(object, { object: comparedWith(object, inForceOf(object.kind, state)), stream, revision, state });
  });
  return ordered.flatMap((object) => loaded.get(object) ?? []);
};

/** What the ordinary command comes to; `agreed` is what a second person agreed to, and anything while nobody is asked. */
export const decided = (
  { object, state }: Pick<HeldObject, 'object' | 'state'>,
  agreed: Omit<Agreement, 'replaces'> = { approvalId: '', agreedBy: '' },
  by?: string,
) => {
  const { decider, hashed } = promotableOf(object);
  const { definition } = object;
  return decider.decide(
    {
      type: 'Define',
      definition,
      ...(hashed === true && { contentSha256: contentSha256(definition) }),
      ...(by !== undefined && { by }),
      agreed: { ...agreed, replaces: state.current?.version ?? 0 },
    },
    state,
  );
};

/** The master data as they would be: what an object speaks of may come with it. */
const withAll = (catalog: Catalog, loaded: readonly Loaded[]): Catalog =>
  loaded.reduce((known, each) => {
    const events = decided(each);
    return isRefusal(events) ? known : events.reduce(applyToCatalog, known);
  }, catalog);

const unknownIn =
  (loaded: readonly Loaded[]) =>
  (catalog: Catalog): readonly (readonly Violation[])[] => {
    const known = withAll(catalog, loaded);
    return loaded.map(({ object }) => promotableOf(object).references(object.definition, known));
  };

const ruleSetsNow = async ({ executor }: HoldingPorts, bu: string): Promise<RuleSets> => {
  const { accounts, posting } = definablePolicies;
  const [map, rules] = await Promise.all([
    executor.load(accounts.decider, streamName('policy', bu, 'accounts')),
    executor.load(posting.decider, streamName('policy', bu, 'posting')),
  ]);
  return { accounts: map.state.current, posting: rules.state.current };
};

const ruleSetsWith = (before: RuleSets, loaded: readonly Loaded[]): RuleSets => {
  let { accounts, posting } = before;
  for (const { object } of loaded) {
    if (object.outcome === 'SAME') continue;
    if (object.kind === 'accounts') accounts = object.definition;
    if (object.kind === 'posting') posting = object.definition;
  }
  return { accounts, posting };
};

/** What rule sets break together is said of the posting rules, or of the account map where it comes alone. */
const breaksTogether = async (
  ports: HoldingPorts,
  bu: string,
  loaded: readonly Loaded[],
  books: BookDays,
): Promise<(kind: PromotedObject['kind']) => readonly Violation[]> => {
  const changing = loaded.filter(({ object: { outcome } }) => outcome !== 'SAME').map(({ object: { kind } }) => kind);
  if (!changing.includes('accounts') && !changing.includes('posting')) return () => [];
  const before = await ruleSetsNow(ports, bu);
  const { accounts, together } = ruleSetBreaks(before, ruleSetsWith(before, loaded), books);
  const saidOf = changing.includes('posting') ? 'posting' : 'accounts';
  return (kind) => [...(kind === 'accounts' ? accounts : []), ...(kind === saidOf ? together : [])];
};

const breaksAlone = ({ object }: Loaded, catalog: Catalog): readonly Violation[] =>
  object.kind === 'tax-codes'
    ? taxCodeBreaks(taxCodesOf(catalog, object.definition.bu) ?? null, object.definition, catalog)
    : [];

/**
 * Every object against what is in force, and what would be wrong with it. What is the same breaks nothing: it is in force.
 * Throws `LogUnavailable`.
 */
export const heldAgainst = async (
  ports: HoldingPorts,
  bu: string,
  objects: readonly ArtefactObject[],
  books: BookDays,
): Promise<readonly HeldObject[]> => {
  const loaded = await loadAll(ports, objects);
  const unknown = unknownIn(loaded);
  // Another instance may have defined it a moment ago.
  await missingIn(ports.catalog, (catalog) => unknown(catalog).flat());
  const known = ports.catalog.current();
  const missing = unknown(known);
  const together = await breaksTogether(ports, bu, loaded, books);
  return loaded.map((each, index) => {
    const { object } = each;
    if (object.outcome === 'SAME') return { ...each, breaks: [] };
    const alone = [...violationsIn(decided(each)), ...(missing[index] ?? []), ...breaksAlone(each, known)];
    return { ...each, breaks: [...alone, ...together(object.kind)] };
  });
};
